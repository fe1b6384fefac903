import { randomBytes, scrypt } from 'node:crypto';
import { GatewayError } from '../../src/errors/index.js';

const MIN_LENGTH = 8;
const MAX_LENGTH = 256;
/** Cost parameters of RFC 7914: 16 MiB of memory, five times over. */
const COST = { N: 2 ** 14, r: 8, p: 5 };

/** All that is kept of a password. */
export interface PasswordHash {
  /** 16 random bytes. */
  readonly salt: Uint8Array;
  /** 32 bytes: scrypt (RFC 7914, N = 2¹⁴, r = 8, p = 5) of the password in normal form C, as UTF-8. */
  readonly hash: Uint8Array;
}

/**
 * A salted, slow hash of a new password. Equal passwords give different hashes.
 * @throws GatewayError BAD_USER_INPUT where it has fewer than 8 or more than 256 characters (code points) or is not
 * well-formed Unicode; the error tells nothing of it.
 */
export async function hashPassword(newPassword: string): Promise<PasswordHash> {
  // Encoding replaces lone surrogates, so that different passwords would become one.
  if (!newPassword.isWellFormed()) throw badPassword('`newPassword` is not well-formed Unicode.');
  const length = [...newPassword].length;
  if (length < MIN_LENGTH || length > MAX_LENGTH) {
    throw badPassword(`\`newPassword\` must be ${MIN_LENGTH} to ${MAX_LENGTH} characters long.`);
  }
  const salt = randomBytes(16);
  const hash = await new Promise<Uint8Array>((resolve, reject) => {
    scrypt(newPassword.normalize('NFC'), salt, 32, COST, (error, key) => (error ? reject(error) : resolve(key)));
  });
  return { salt, hash };
}

function badPassword(message: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', { message, extensions: { field: 'newPassword' } });
}
