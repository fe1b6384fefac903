import { describe, expect, it, onTestFinished } from 'vitest';
import { STREAM_TRANSPORTS, untilStreams } from '../../support/streams.js';
import { ORDERS_SDL, openWorld, ordersAt, type World } from './world.js';

const ACROSS = 'subscription { impersonationEventRecorded { type actor { id parcels { title note } } } }';
const OWN = 'subscription { impersonationEventRecorded { type actor { id } } }';
const [transport] = STREAM_TRANSPORTS;
if (transport === undefined) throw new Error('there is no way to stream');

interface Event {
  readonly impersonationEventRecorded: {
    readonly type: string;
    readonly actor: { readonly parcels?: readonly object[] };
  };
}

async function open(query: string) {
  const world = await openWorld(({ url }) => ({ upstreams: [ordersAt(url)], pollSeconds: 0 }));
  const { gateway } = world;
  const events = transport!.follow<Event>(gateway.url, await gateway.token('user_audrey'), query);
  onTestFinished(() => events.close());
  const first = events.next();
  await untilStreams(gateway.url, 1);
  return { world, events, first, act: () => gateway.impersonate('user_ada', 'user_cleo') };
}

async function reconfigure(world: World, more: object, schema: object = { fetch: 'service' }, upstream: object = {}) {
  await world.configure({
    upstreams: [{ ...ordersAt(world.orders.url, schema), ...upstream }],
    pollSeconds: 0,
    ...more,
  });
  await world.gateway.gateway.reload();
}

const codesOf = (result: { readonly errors?: readonly { readonly extensions?: any }[] } | null) =>
  result?.errors?.map(({ extensions }) => extensions?.code) ?? [];

describe('a stream that is open when a new schema comes', () => {
  it('goes on where it would be opened in the same way, each event across services', async () => {
    const { world, events, first, act } = await open(ACROSS);
    await act();
    expect((await first)?.data?.impersonationEventRecorded.actor.parcels).toEqual([
      { title: 'Parcel of-user_ada', note: 'note of of-user_ada' },
    ]);
    world.orders.told = ORDERS_SDL.replace('note: String  title', 'note: String  weight: Int  title');
    await world.gateway.gateway.reload();
    const next = events.next();
    await act();
    expect((await next)?.data?.impersonationEventRecorded).toMatchObject({
      type: 'IMPERSONATION_STARTED',
      actor: { parcels: [{ title: 'Parcel of-user_ada' }] },
    });
  });

  it('goes on where only the defaults of its variables say what it asks for', async () => {
    const { world, events, first, act } = await open(
      'subscription($all: Boolean! = false) { impersonationEventRecorded { type actor { id parcels { title note @include(if: $all) } } } }',
    );
    await act();
    expect((await first)?.errors).toBeUndefined();
    // What is left out is none of its business.
    await reconfigure(world, { rules: [{ coordinate: 'Parcel.note', requiresRole: { role: 'ADMIN' } }] });
    const next = events.next();
    await act();
    expect((await next)?.data?.impersonationEventRecorded.actor.parcels).toEqual([{ title: 'Parcel of-user_ada' }]);
  });

  it.each([
    [
      'denies something that it asks for',
      { rules: [{ coordinate: 'Parcel.note', requiresRole: { role: 'ADMIN' } }] },
      'FORBIDDEN',
    ],
    [
      'denies its root',
      { rules: [{ coordinate: 'Subscription.impersonationEventRecorded', requiresRole: { role: 'ADMIN' } }] },
      'FORBIDDEN',
    ],
  ])('ends with the code, though no event comes, where the new one %s', async (_, more, code) => {
    const { world, first, events } = await open(ACROSS);
    await reconfigure(world, more);
    expect(codesOf(await first)).toEqual([code]);
    expect(await events.next()).toBeNull();
    await untilStreams(world.gateway.url, 0);
  });

  it('ends where its document is not valid any more', async () => {
    const { world, first } = await open(ACROSS);
    world.orders.told = ORDERS_SDL.replace('note: String  title', 'title').replaceAll(
      'note: String',
      'comment: String',
    );
    world.orders.told = world.orders.told.replace(
      'interface Node { id: ID! comment: String }',
      'interface Node { id: ID! }',
    );
    await world.gateway.gateway.reload();
    expect(codesOf(await first)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });

  it('ends where a service that it has asked is another one now', async () => {
    const { world, events, first, act } = await open(ACROSS);
    await act();
    expect((await first)?.errors).toBeUndefined();
    const next = events.next();
    await reconfigure(world, {}, { fetch: 'service' }, { timeoutMs: 9_000 });
    // The same schema is no new generation; the way to the service is a part of it.
    expect(codesOf(await next)).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  it('goes on in any case where it is of the gateway’s own schema alone', async () => {
    const { world, events, first, act } = await open(OWN);
    for (let time = 0; time < 7; time++) {
      await reconfigure(world, {}, { fetch: 'service' }, { timeoutMs: 9_000 + time });
    }
    await act();
    expect((await first)?.data?.impersonationEventRecorded.type).toBe('IMPERSONATION_STARTED');
    await reconfigure(world, { rules: [{ coordinate: 'Query.nodes', authenticated: true }] });
    const next = events.next();
    await act();
    expect((await next)?.errors).toBeUndefined();
  });
});
