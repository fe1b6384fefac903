import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import type { TrustedIssuers } from '../../../src/tokens/index.js';
import { expectRefused, NOW_SECONDS } from './expectations.js';
import { forge, type Json, type JsonRecord, type Pair, pair } from './forge.js';

/** One issuer whose keys change under way, and tokens of keys that may or may not be among them. */

export const ISSUER = 'https://id.example';
export const AUDIENCE = 'https://api.example';
export const first = pair('EdDSA', 'first');
export const second = pair('RS256', 'second');
export const third = pair('ES256', 'third');
export const ISSUER_CONFIG = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['EdDSA', 'RS256', 'ES256'] };

const YEAR = 365 * 86_400;
export const CLAIMS: JsonRecord = { iss: ISSUER, aud: AUDIENCE, sub: 'user_ada', exp: NOW_SECONDS + YEAR };

/** A token of the key, under its own or a made-up kid. */
export function tokenOf(key: Pair, kid = key.kid): string {
  return forge({ alg: key.alg, kid }, CLAIMS, key.signer);
}

export async function expectAccepted(trusted: TrustedIssuers, key: Pair): Promise<void> {
  await expect(trusted.verify(tokenOf(key))).resolves.toMatchObject({ subject: 'user_ada' });
}

export function expectKeyRefused(
  trusted: TrustedIssuers,
  key: Pair,
  reason: 'unknown-key' | 'keys-unavailable' = 'unknown-key',
  kid = key.kid,
) {
  const token = tokenOf(key, kid);
  return expectRefused(trusted.verify(token), reason, token);
}

export type Respond = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A real JWKS endpoint on the loopback interface that answers as it is told. */
export interface JwksServer {
  /** Holds a secret in its query, which must never be shown. */
  readonly url: string;
  hits: number;
  respond: Respond;
  serve(...keys: readonly Json[]): void;
  answer(status: number, body?: string): void;
  close(): Promise<void>;
}

export async function startJwksServer(): Promise<JwksServer> {
  const server = createServer((request, response) => {
    jwks.hits += 1;
    jwks.respond(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const jwks: JwksServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json?key=hunter2-secret`,
    hits: 0,
    respond: (_, response) => response.writeHead(404).end(),
    serve(...keys) {
      jwks.respond = (_, response) => response.end(JSON.stringify({ keys }));
    },
    answer(status, body = '') {
      jwks.respond = (_, response) => response.writeHead(status).end(body);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return jwks;
}
