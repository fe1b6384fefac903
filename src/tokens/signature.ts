import { type CryptoKey, compactVerify, type KeyObject } from 'jose';
import type { UnverifiedToken } from './compact-token.js';
import { refusal } from './refusal.js';

/**
 * Refuses a token that `key` did not sign with exactly `algorithm`, which the caller has taken from its own trust
 * material, never from the token (RFC 8725 §3.1).
 * @throws GatewayError TOKEN_INVALID
 */
export async function checkSignature(
  token: UnverifiedToken,
  key: CryptoKey | KeyObject,
  algorithm: string,
): Promise<void> {
  try {
    await compactVerify(token.text, key, { algorithms: [algorithm] });
  } catch {
    throw refusal('signature');
  }
}
