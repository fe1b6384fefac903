import type { ImpersonationSession } from '../../../src/domain/impersonation-session.js';
import { createActorTokenMinter, createActorTokenVerifier, loadKeyring } from '../../../src/tokens/index.js';
import { NOW, NOW_SECONDS, stoppedClock } from './expectations.js';
import { forge, type JsonRecord, pair, type Signer } from './forge.js';

/** The gateway's own keys, and a token like one it mints, to be changed one way at a time. */

export const ISSUER = 'https://gateway.example';
export const AUDIENCE = 'https://api.example';
export const IDP = 'https://id.example';
export const ed = pair('EdDSA', 'ed-now');
export const old = pair('EdDSA', 'ed-old');
export const rsa = pair('RS256', 'rsa-now');
export const stranger = pair('EdDSA', 'stranger');

export const session: ImpersonationSession = {
  id: 'session-1',
  status: 'ACTIVE',
  access: 'READ_ONLY',
  actorId: 'user_ada',
  authentication: { issuer: IDP, authTime: NOW_SECONDS - 60, amr: ['pwd'] },
  subjectId: 'user_cleo',
  reason: 'ticket',
  ticket: null,
  startedAt: NOW,
  expiresAt: NOW + 600_999,
  endedAt: null,
  endedById: null,
  endReason: null,
};
const request = { session, subjectRoles: ['USER'], jti: 'token-1', boundTo: null, now: NOW + 400 };

const jwks = { keys: [ed.privateJwk, old.jwk, rsa.privateJwk] };
export const keyring = await loadKeyring(jwks, { algorithm: 'EdDSA' });
const rsaKeyring = await loadKeyring(jwks, { algorithm: 'RS256' });
export const keyrings = { EdDSA: keyring, RS256: rsaKeyring };

export const mint = (changes: Partial<ImpersonationSession> = {}, ring = keyring) =>
  createActorTokenMinter({ keyring: ring, issuer: ISSUER, audience: AUDIENCE }).mint({
    ...request,
    session: { ...session, ...changes },
  });
export const verify = (token: string, at = NOW) =>
  createActorTokenVerifier({ keyring, issuer: ISSUER, audience: AUDIENCE, clock: stoppedClock(at) }).verify(token);

export const HEADER: JsonRecord = { alg: 'EdDSA', kid: 'ed-now', typ: 'JWT' };
export const CLAIMS: JsonRecord = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'user_cleo',
  act: { sub: 'user_ada', iss: IDP },
  sid: 'session-1',
  jti: 'token-1',
  iat: NOW_SECONDS,
  nbf: NOW_SECONDS,
  exp: NOW_SECONDS + 600,
  roles: ['USER'],
  access: 'read_only',
};
export const forged = (header: JsonRecord = {}, claims: JsonRecord = {}, signer: Signer = ed.signer) =>
  forge({ ...HEADER, ...header }, { ...CLAIMS, ...claims }, signer);
