import { describe, expect, it } from 'vitest';
import { openWorld } from './world.js';

const START = `mutation { startImpersonation(input: {userId: "user_cleo", reason: "Case 4711"}) {
  actorToken viewer { id name parcels { title owner { email } } }
} }`;

describe('a gateway with a service behind it', () => {
  it('resolves one operation across its own schema and the service', async () => {
    const { gateway, orders } = await openWorld();
    const answer = await gateway.graphql(await gateway.token('user_ada'), START);
    expect(answer.errors).toEqual([]);
    expect(answer.data.startImpersonation.viewer).toMatchObject({
      id: 'user_cleo',
      parcels: [{ title: 'Parcel of-user_cleo', owner: { email: expect.stringContaining('@') } }],
    });
    expect(orders.calls.length).toBeGreaterThan(0);
    const { actorToken } = answer.data.startImpersonation;
    orders.calls.length = 0;
    const seen = await gateway.graphql(actorToken, '{ viewer { id } parcels { title cardLast4 } }');
    expect(seen.data).toEqual({
      viewer: { id: 'user_cleo' },
      parcels: ['p1', 'p2'].map((id) => ({ title: `Parcel ${id}`, cardLast4: null })),
    });
    expect(seen.errors).toEqual([]);
    expect(orders.calls.map(({ query }) => query).join()).not.toContain('cardLast4');
  });
});
