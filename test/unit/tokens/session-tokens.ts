import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTrustedIssuers, type TrustedIssuer } from '../../../src/tokens/index.js';
import { NOW, NOW_SECONDS, stoppedClock } from './expectations.js';
import { forge, type Json, type JsonRecord, pair, type Signer } from './forge.js';

/** Trusted issuers with their keys in files, and a token of the first, to be changed one way at a time. */

export const folder = mkdtempSync(join(tmpdir(), 'session-token-'));
// Not with the first file that is done: several files may share this process, and with it this module.
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

export const ISSUER = 'https://id.example';
export const OTHER = 'https://other.example';
export const DELEGATE = 'https://delegate.example';
export const AUDIENCE = 'https://api.example';
export const ed = pair('EdDSA', 'ed');
export const rsa = pair('RS256', 'rsa');
export const es = pair('ES256', 'es');
export const other = pair('RS256', 'other');
export const weak = pair('RS256', 'weak', 1024);
export const stranger = pair('RS256', 'stranger');

export function jwksFile(name: string, keys: readonly Json[]): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ keys }));
  return path;
}

export const main: TrustedIssuer = {
  issuer: ISSUER,
  audience: [AUDIENCE, 'https://old.example'],
  jwks: jwksFile('main.json', [ed.jwk, rsa.jwk, es.jwk, weak.jwk]),
  algorithms: ['EdDSA', 'RS256', 'ES256'],
};
export const issuers: readonly TrustedIssuer[] = [
  main,
  { issuer: OTHER, audience: AUDIENCE, jwks: jwksFile('other.json', [other.jwk]), algorithms: ['RS256'] },
  { ...main, issuer: DELEGATE, acceptActorClaim: true },
];
export const clock = stoppedClock();
export const trusted = createTrustedIssuers(issuers, { clock });
export const verify = (token: string, at = NOW) => {
  clock.time = at;
  return trusted.verify(token);
};
/** Verifies against one issuer that differs from the main one. */
export const verifyWith = (changes: Partial<TrustedIssuer>, token: string) =>
  createTrustedIssuers([{ ...main, ...changes }], { clock: stoppedClock() }).verify(token);

export const HEADER: JsonRecord = { alg: 'EdDSA', kid: 'ed', typ: 'JWT' };
export const CLAIMS: JsonRecord = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'user_ada',
  iat: NOW_SECONDS,
  exp: NOW_SECONDS + 3600,
};
export const forged = (header: JsonRecord = {}, claims: JsonRecord = {}, signer: Signer = ed.signer) =>
  forge({ ...HEADER, ...header }, { ...CLAIMS, ...claims }, signer);
