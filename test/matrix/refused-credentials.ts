import type { ErrorCode } from '../../src/errors/index.js';
import { createProver } from '../support/prover.js';
import { noteSecret } from '../support/record.js';
import { type RunningGateway, START_DOCUMENT } from '../support/running-gateway.js';

/** A credential that is not, or not any more, in order. It refuses the whole request, whatever the request asks for. */
export interface RefusedCredential {
  readonly credential: string;
  readonly code: ErrorCode;
  /** The whole value of the Authorization header. The gateway is left with the credential refused for good. */
  readonly make: (gateway: RunningGateway) => Promise<string>;
  /** Where it is another scheme that would do: what is said of it. */
  readonly told?: { readonly challenge: string; readonly message: string };
}

const STOP = 'mutation { stopImpersonation { session { id } } }';
const owner = createProver();
const BOUND = {
  challenge: 'DPoP error="invalid_token", algs="ES256 EdDSA Ed25519 PS256 RS256"',
  message: 'The access token is bound to a key: it has to be sent by the scheme DPoP, with a proof.',
};
const REVOKE = 'mutation ($input: RevokeImpersonationInput!) { revokeImpersonation(input: $input) { session { id } } }';

export const REFUSED_CREDENTIALS: readonly RefusedCredential[] = [
  // First those that take time: it passes for the rest too.
  {
    credential: 'a session token that has expired',
    code: 'TOKEN_EXPIRED',
    async make(gateway) {
      const token = await gateway.token('user_ada');
      gateway.clock.advance(12 * 3_600_000 + 6_000);
      return `Bearer ${token}`;
    },
  },
  {
    credential: 'the actor token of a session that has expired',
    code: 'TOKEN_EXPIRED',
    async make(gateway) {
      const { actorToken } = await gateway.impersonate('user_ada', 'user_cleo', {
        access: 'FULL',
        durationSeconds: 60,
      });
      gateway.clock.advance(66_000);
      return `Bearer ${actorToken}`;
    },
  },
  {
    credential: 'the actor token of a session that was stopped',
    code: 'IMPERSONATION_ENDED',
    async make(gateway) {
      const { actorToken } = await gateway.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
      await done(gateway, actorToken, STOP);
      return `Bearer ${actorToken}`;
    },
  },
  {
    credential: 'the actor token of a session that was stopped from the own token',
    code: 'IMPERSONATION_ENDED',
    async make(gateway) {
      const { actorToken, sessionId } = await gateway.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
      const stop = 'mutation ($sessionId: ID) { stopImpersonation(sessionId: $sessionId) { session { id } } }';
      await done(gateway, await gateway.token('user_ada'), stop, { sessionId });
      return `Bearer ${actorToken}`;
    },
  },
  {
    credential: 'the actor token of a session that was revoked',
    code: 'IMPERSONATION_ENDED',
    async make(gateway) {
      const { actorToken, sessionId } = await gateway.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
      await done(gateway, await gateway.token('user_grace'), REVOKE, { input: { sessionId, reason: 'the matrix' } });
      return `Bearer ${actorToken}`;
    },
  },
  {
    credential: 'the session token of a person who is disabled',
    code: 'TOKEN_INVALID',
    make: async (gateway) => `Bearer ${await gateway.token('user_dora')}`,
  },
  {
    credential: 'the session token of an administrator who was disabled since',
    code: 'TOKEN_INVALID',
    async make(gateway) {
      gateway.people.change('user_0003', { roles: ['ADMIN'], disabled: true });
      return `Bearer ${await gateway.token('user_0003')}`;
    },
  },
  {
    credential: 'the session token of a person whom the directory does not know',
    code: 'TOKEN_INVALID',
    make: async (gateway) => `Bearer ${await gateway.token('user_nobody')}`,
  },
  {
    credential: 'the session token of a person whom the directory has removed',
    code: 'TOKEN_INVALID',
    async make(gateway) {
      const token = await gateway.token('user_0004');
      gateway.people.remove('user_0004');
      return `Bearer ${token}`;
    },
  },
  {
    credential: 'a session token with another signature',
    code: 'TOKEN_INVALID',
    make: async (gateway) =>
      `Bearer ${withSignatureOf(await gateway.token('user_ada'), await gateway.token('user_cleo'))}`,
  },
  {
    credential: 'an actor token with another signature',
    code: 'TOKEN_INVALID',
    async make(gateway) {
      const first = await gateway.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
      const second = await gateway.impersonate('user_ada', 'user_carl', { access: 'FULL' });
      return `Bearer ${withSignatureOf(first.actorToken, second.actorToken)}`;
    },
  },
  {
    credential: 'a session token that is bound to a key, as a bearer token',
    code: 'TOKEN_INVALID',
    told: BOUND,
    make: async (gateway) => `Bearer ${await boundToken(gateway)}`,
  },
  {
    credential: 'an actor token that is bound to a key, as a bearer token',
    code: 'TOKEN_INVALID',
    told: BOUND,
    async make(gateway) {
      const token = await boundToken(gateway);
      const url = `${gateway.url}/graphql`;
      const headers = {
        authorization: `DPoP ${token}`,
        dpop: owner.proof({ method: 'POST', url, token, now: gateway.clock.now() }),
      };
      const input = { userId: 'user_cleo', reason: 'the matrix', access: 'FULL' };
      const { data } = await gateway.graphql(token, START_DOCUMENT, { input }, headers);
      noteSecret('token', data.startImpersonation.actorToken);
      return `Bearer ${data.startImpersonation.actorToken}`;
    },
  },
  { credential: 'a bearer token that is no JWT', code: 'TOKEN_INVALID', make: async () => 'Bearer user_ada' },
  { credential: 'another scheme', code: 'TOKEN_INVALID', make: async () => 'Basic dXNlcl9hZGE6c2VjcmV0' },
  {
    credential: 'two session tokens at once',
    code: 'TOKEN_INVALID',
    make: async (gateway) => `Bearer ${await gateway.token('user_ada')}, Bearer ${await gateway.token('user_ada')}`,
  },
];

async function boundToken({ gateway }: RunningGateway): Promise<string> {
  const issued = await gateway.developmentIssuer()?.issue('user_ada', owner.thumbprint);
  if (issued === undefined) throw new Error('this gateway has no development issuer');
  noteSecret('token', issued.token);
  return issued.token;
}

async function done(gateway: RunningGateway, token: string, document: string, variables = {}): Promise<void> {
  const { codes } = await gateway.graphql(token, document, variables);
  if (codes.length > 0) throw new Error(`the session did not end: ${codes}`);
}

function withSignatureOf(token: string, other: string): string {
  return `${token.slice(0, token.lastIndexOf('.'))}${other.slice(other.lastIndexOf('.'))}`;
}
