import { describe, expect, it } from 'vitest';
import type { Client } from '../../../web/console/src/graphql/client.js';
import { Refusal, Unreachable } from '../../../web/console/src/graphql/refusal.js';
import { lookAtSession } from '../../../web/console/src/impersonation/session-watch.js';

const OWN = { key: 'own:k', token: 'own-token' };

function look(answer: () => unknown) {
  const tokens: string[] = [];
  const client = {
    ask(_operation: unknown, caller: { readonly token: string }) {
      tokens.push(caller.token);
      return Promise.resolve().then(answer);
    },
  } as unknown as Client;
  const sighting = lookAtSession(client, OWN, 'user_ada', 's1', new AbortController().signal);
  return { tokens, sighting };
}

function active(...ids: string[]) {
  return () => ({ impersonationSessions: { nodes: ids.map((id) => ({ id })) } });
}

describe('a look at the impersonation session', () => {
  it('is made with the own token: the customer’s record keeps no looks', async () => {
    const { tokens, sighting } = look(active('s1'));
    await sighting;
    expect(tokens).toEqual(['own-token']);
  });

  it('finds it active only where it is among the active ones', async () => {
    expect(await look(active('s0', 's1')).sighting).toBe('active');
    expect(await look(active('s0')).sighting).toBe('ENDED');
    expect(await look(active()).sighting).toBe('ENDED');
  });

  it('finds the role lost where the actor may not look any more', async () => {
    const forbidden = () => Promise.reject(new Refusal('FORBIDDEN', '', {}, null));
    expect(await look(forbidden).sighting).toBe('ROLE_LOST');
  });

  it('finds nothing out where nobody answers, or something is out of order', async () => {
    expect(await look(() => Promise.reject(new Unreachable())).sighting).toBe('unconfirmed');
    const away = () => Promise.reject(new Refusal('UPSTREAM_UNAVAILABLE', '', {}, null));
    expect(await look(away).sighting).toBe('unconfirmed');
  });
});
