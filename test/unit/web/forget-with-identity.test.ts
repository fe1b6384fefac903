import { QueryClient } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { forgetWithIdentity } from '../../../web/console/src/graphql/forget-with-identity.js';
import type { Impersonation, OwnSession } from '../../../web/console/src/identity/identity.js';
import { createIdentityStore } from '../../../web/console/src/identity/identity-store.js';

const ADA = { id: 'user_ada', name: 'Ada', email: 'ada@example.com', roles: ['ADMIN'] } as const;
const OWN: OwnSession = { key: 'k1', token: 'own-token', person: ADA };
const SESSION: Impersonation = {
  sessionId: 's1',
  actorToken: 'actor-token',
  subject: { id: 'user_cleo', name: 'Cleo', email: 'cleo@example.org', roles: ['USER'] },
  access: 'READ_ONLY',
  reason: 'Case 4711',
  ticket: null,
  startedAt: 0,
  expiresAt: 600_000,
};

function kept(queries: QueryClient): readonly unknown[] {
  return queries
    .getQueryCache()
    .getAll()
    .map(({ state }) => state.data);
}

it('what was fetched for an identity is gone from memory with it, also where another tab has left it', () => {
  const make = (tab: string) =>
    createIdentityStore({ tab, now: () => 1, tell: () => undefined, abandon: () => undefined });
  const store = make('a');
  const queries = new QueryClient({ defaultOptions: { queries: { gcTime: Number.POSITIVE_INFINITY } } });
  forgetWithIdentity(store, queries);
  store.signIn(OWN);
  queries.setQueryData(['own:k1', 'users'], 'what Ada sees');
  store.begin(SESSION);
  queries.setQueryData(['session:s1', 'orders'], 'what Cleo sees');
  store.updateOwn({ ...ADA, name: 'Ada W.' });
  expect(kept(queries)).toEqual(['what Ada sees', 'what Cleo sees']);

  store.end('s1', 'ENDED');
  expect(kept(queries)).toEqual(['what Ada sees']);

  const other = make('z');
  other.adopt(store.stamped());
  other.signOut();
  store.adopt(other.stamped());
  expect(store.read().own).toBeNull();
  expect(kept(queries)).toEqual([]);
});
