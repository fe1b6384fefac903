import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER } from '../../src/app/development.js';
import { forge, type JsonRecord, type Signer } from '../unit/tokens/forge.js';
import type { Ground } from './ground.js';

/** A key the gateway trusts, taken from its data folder: for tokens that are wrong in nothing but what an attack changes. */
export interface TrustedKey {
  readonly kid: string;
  readonly signer: Signer;
  /** What anybody can read of it. */
  readonly publicJwk: JsonRecord;
}

export interface TrustedKeys {
  /** Signs session tokens. */
  readonly issuer: TrustedKey;
  /** Signs actor tokens. */
  readonly gateway: TrustedKey;
}

export async function trustedKeys({ directory }: Pick<Ground, 'directory'>): Promise<TrustedKeys> {
  return {
    issuer: await readKey(path.join(directory, 'development-issuer.jwks.json')),
    gateway: await readKey(path.join(directory, 'signing-key.EdDSA.jwks.json')),
  };
}

async function readKey(file: string): Promise<TrustedKey> {
  const { keys } = JSON.parse(await readFile(file, 'utf8')) as { keys: Record<string, string>[] };
  const [jwk] = keys;
  if (jwk === undefined) throw new Error(`${file} holds no key`);
  const { d: _, ...publicJwk } = jwk;
  return {
    kid: String(jwk.kid),
    signer: { with: 'EdDSA', key: createPrivateKey({ key: jwk, format: 'jwk' }) },
    publicJwk,
  };
}

/** The claims of a session token as the development issuer makes them. */
export function sessionClaims({ clock }: Pick<Ground, 'clock'>, userId: string, change: JsonRecord = {}): JsonRecord {
  const now = Math.floor(clock.now() / 1_000);
  return { iss: DEVELOPMENT_ISSUER, aud: DEVELOPMENT_AUDIENCE, sub: userId, iat: now, exp: now + 600, ...change };
}

/** A token with the key's own header, changed where asked, and its signature. */
export function signed({ kid, signer }: TrustedKey, claims: JsonRecord | string, header: JsonRecord = {}): string {
  return forge({ alg: 'EdDSA', kid, typ: 'JWT', ...header }, claims, signer);
}
