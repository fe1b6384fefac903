import { expect } from 'vitest';
import {
  createVerifyIdentity,
  type IdentityError,
  type IdentitySource,
  type VerifyIdentityOptions,
} from '../../../src/downstream/index.js';
import { ISSUER, keyring } from '../tokens/actor-tokens.js';
import { expectShowsNothingOf, NOW, rejectionOf } from '../tokens/expectations.js';
import { UPSTREAM } from '../tokens/identity-assertions.js';

/** What a service named {@link UPSTREAM} makes of requests, at {@link NOW}. */
export function service(more: Partial<VerifyIdentityOptions> = {}) {
  return createVerifyIdentity({
    issuer: ISSUER,
    audience: UPSTREAM,
    jwks: keyring.publicJwks,
    now: () => NOW,
    ...more,
  });
}

export const bearing = (token: string) => ({ authorization: `Bearer ${token}` });

/** Refused, for exactly this fault, by an error that shows nothing of the assertion. */
export async function expectRefusal(
  verification: Promise<unknown>,
  expected: Pick<IdentityError, 'code' | 'fault'>,
  token?: string,
): Promise<void> {
  const error = (await rejectionOf(verification)) as IdentityError;
  expect(error.name, String(error.stack)).toBe('IdentityError');
  expect({ code: error.code, fault: error.fault }).toEqual(expected);
  expect(error.status).toBe(error.code === 'KEYS_UNAVAILABLE' ? 503 : 401);
  expect(error.extensions).toEqual({ code: error.code, http: { status: error.status } });
  expect(error.cause).toBeUndefined();
  if (token !== undefined) expectShowsNothingOf(error, [token, ...token.split('.')]);
}

/** A request is refused as invalid for this fault. */
export async function expectInvalid(
  token: string,
  fault: IdentityError['fault'],
  source?: IdentitySource,
): Promise<void> {
  await expectRefusal(service()(source ?? bearing(token)), { code: 'TOKEN_INVALID', fault }, token);
}
