import type { Role } from '../../domain/role.js';
import type { Handler } from '../edge.js';
import { sendJson } from '../steps/send.js';

/** What the console has to know before anybody is signed in. Nothing in it is a secret, nor a version: anybody may read it. */
export interface ConsoleConfig {
  readonly production: boolean;
  /** Whom `POST /dev/session` signs in; null: there is no such thing here. */
  readonly demoUsers: readonly { readonly id: string; readonly name: string; readonly roles: readonly Role[] }[] | null;
  /** Where people sign in; null: they paste a session token. */
  readonly oidc: {
    readonly issuer: string;
    readonly clientId: string;
    readonly scope: string;
    readonly audience?: string;
  } | null;
  /** Whether the example shop is served: "View as" then shows its orders. */
  readonly example: boolean;
  /** Seconds. */
  readonly impersonation: { readonly defaultSeconds: number; readonly maxSeconds: number };
}

/** `GET /console/config.json` */
export function createConsoleConfigRoute(config: ConsoleConfig): Handler {
  const answer = { graphqlPath: '/graphql', streamPath: '/graphql/stream', exportPath: '/audit/export', ...config };
  return ({ res }) => sendJson(res, 200, answer);
}
