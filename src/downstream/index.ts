/**
 * For services behind the gateway: `impersonation-gateway/downstream`. Stands alone: it imports nothing of the gateway, and of
 * packages only `jose`.
 */
export { type AssertionFault, IdentityError, type IdentityErrorCode } from './errors.js';
export type { Actor, Impersonation, VerifiedIdentity, Viewer } from './identity.js';
export type { Jwks } from './keys.js';
export type { FetchHeaders, HeaderRecord, IdentitySource, RequestWithHeaders } from './request-headers.js';
export { createVerifyIdentity, type VerifyIdentity, type VerifyIdentityOptions } from './verify-identity.js';
