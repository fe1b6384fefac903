import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import cors from 'cors';

/** Which origins browsers may call from: exact ones, or any port of this machine in development. */
export interface CrossOriginRules {
  readonly origins: readonly string[];
  readonly anyLocalhost: boolean;
}

const LOCALHOST = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

/** Whether browsers may call from an origin. */
export function createOriginRule(rules: CrossOriginRules): (origin: string) => boolean {
  const allowed = new Set(rules.origins);
  return (origin) => allowed.has(origin) || (rules.anyLocalhost && LOCALHOST.test(origin));
}

/**
 * Whether a page of an origin may open a WebSocket, which no preflight asks for: one of the origins, or of the gateway itself, which is
 * where the console is.
 */
export function createPageRule(
  rules: CrossOriginRules,
  publicUrl: string | null,
): (origin: string, host: string | undefined) => boolean {
  const isAllowed = createOriginRule(rules);
  const own = publicUrl === null ? null : new URL(publicUrl).origin;
  return (origin, host) =>
    isAllowed(origin) ||
    origin === own ||
    (host !== undefined && /^https?:\/\//.test(origin) && hostOf(origin) === host);
}

/**
 * Whether a page of an origin may ask for what anybody at this machine may have: one of the origins, of `publicUrl`, or of the gateway
 * itself where that is reached by a number or as this machine. A name proves nothing: whoever owns one can have it lead here, and be of
 * one origin with whatever answers (DNS rebinding).
 */
export function createNearbyPageRule(
  rules: CrossOriginRules,
  publicUrl: string | null,
): (origin: string, host: string | undefined) => boolean {
  const isAllowed = createOriginRule(rules);
  const own = publicUrl === null ? null : new URL(publicUrl).origin;
  return (origin, host) =>
    isAllowed(origin) || origin === own || (host !== undefined && hostOf(origin) === host && isNoName(origin));
}

function isNoName(origin: string): boolean {
  if (LOCALHOST.test(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const { hostname } = new URL(origin);
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}

function hostOf(origin: string): string {
  return origin.replace(/^https?:\/\//, '');
}

/** Adds CORS headers to the common ones; true where the request was a preflight and is answered. */
export type CrossOrigin = (req: IncomingMessage, res: ServerResponse) => boolean;

/** Whether anything has to be said to it about origins. */
export function concernsOrigins(req: IncomingMessage): boolean {
  return req.headers.origin !== undefined || req.method === 'OPTIONS';
}

export function createCrossOrigin(rules: CrossOriginRules): CrossOrigin {
  const isAllowed = createOriginRule(rules);
  const middleware = cors({
    origin: (origin, answer) => answer(null, origin !== undefined && isAllowed(origin)),
    credentials: true,
    methods: ['GET', 'POST'],
    allowedHeaders: [
      'Authorization',
      'DPoP',
      'Content-Type',
      'Accept',
      'Impersonation-Activity',
      'Apollo-Require-Preflight',
      'X-Graphql-Event-Stream-Token',
    ],
    // Date: a page that counts down compares its device's clock with the gateway's.
    // WWW-Authenticate: whether it was the token or the proof that was refused.
    exposedHeaders: ['X-Request-Id', 'Date', 'WWW-Authenticate'],
    maxAge: 600,
    preflightContinue: true,
  });

  return (req, res) => {
    if (!concernsOrigins(req)) return false;
    // The package answers nothing by itself here and calls back at once: the rules need no waiting.
    middleware(req as Parameters<typeof middleware>[0], res, () => undefined);
    if (req.method !== 'OPTIONS') return false;
    // Without a length, which RFC 9110 §8.6 forbids of a 204.
    res.statusCode = 204;
    res.end();
    return true;
  };
}
