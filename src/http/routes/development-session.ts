import type { User } from '../../domain/user.js';
import { GatewayError } from '../../errors/index.js';
import { checkId } from '../../impersonation/input.js';
import { isThumbprint } from '../../tokens/index.js';
import type { Exchange } from '../exchange.js';
import { parseJson, readBody } from '../steps/read-body.js';
import { sendJson } from '../steps/send.js';

export interface DevelopmentSessionOptions {
  readonly findUser: (id: string) => Promise<User | null>;
  /** Signs a session token of the built-in development issuer. */
  readonly issue: (userId: string, boundTo?: string) => Promise<{ readonly token: string; readonly expiresAt: number }>;
  /** Whether a page of an origin may have one. */
  readonly isNearbyPage: (origin: string, host: string | undefined) => boolean;
}

/**
 * `POST /dev/session {"userId", "jkt"?}`: a session token for a demo user; with `jkt`, the thumbprint of a key (RFC 7638), one that only
 * the holder of that key can use. Exists in development only.
 */
export function createDevelopmentSessionRoute({ findUser, issue, isNearbyPage }: DevelopmentSessionOptions) {
  return async ({ req, res }: Exchange): Promise<void> => {
    // A web page cannot send this type across origins without asking first.
    if (!/^application\/json\b/i.test(req.headers['content-type'] ?? '')) {
      throw new GatewayError('BAD_USER_INPUT', { message: 'Send JSON, with its content type.' });
    }
    const { origin, host } = req.headers;
    // Browsers send it with every POST, also where they take the page and the gateway for one origin.
    if (origin !== undefined && !isNearbyPage(origin, host)) {
      throw new GatewayError('FORBIDDEN', {
        message: 'Pages of this origin may not sign anybody in. PUBLIC_URL or CORS_ORIGINS can name it.',
      });
    }
    const body = parseJson(await readBody(req, 4_096));
    const { userId, jkt } = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    if (typeof userId !== 'string') throw new GatewayError('BAD_USER_INPUT', { message: '`userId` must be a string.' });
    if (jkt !== undefined && !isThumbprint(jkt)) {
      throw new GatewayError('BAD_USER_INPUT', {
        message: '`jkt` must be the SHA-256 thumbprint of a key (RFC 7638).',
      });
    }
    const person = await findUser(checkId('userId', userId));
    if (person === null) throw new GatewayError('USER_NOT_FOUND');
    const { token, expiresAt } = await issue(person.id, jkt);
    sendJson(res, 200, { token, expiresAt: new Date(expiresAt).toISOString() });
  };
}
