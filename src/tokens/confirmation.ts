import { isJsonObject, type JsonObject, member } from './compact-token.js';
import { refusal } from './refusal.js';

/** Whether a text is the SHA-256 thumbprint of a key (RFC 7638 §3) in the one spelling of base64url. */
export function isThumbprint(text: unknown): text is string {
  return (
    typeof text === 'string' && text.length === 43 && Buffer.from(text, 'base64url').toString('base64url') === text
  );
}

/**
 * The thumbprint of the key that a token is bound to (`cnf.jkt`, RFC 9449 §6.1); null for a token without `cnf`. Any other word in it
 * (`x5t#S256`, `jwk`, one that nobody knows yet) says how a thief is to be told from the owner, and that it cannot be checked here:
 * such a token is refused, whatever else is in it.
 * @throws GatewayError TOKEN_INVALID
 */
export function readConfirmation(claims: JsonObject): string | null {
  if (!Object.hasOwn(claims, 'cnf')) return null;
  const cnf = claims.cnf;
  if (!isJsonObject(cnf) || Object.keys(cnf).length !== 1) throw refusal('cnf');
  const thumbprint = member(cnf, 'jkt');
  if (!isThumbprint(thumbprint)) throw refusal('cnf');
  return thumbprint;
}
