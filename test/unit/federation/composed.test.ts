import { describe, expect, it } from 'vitest';
import { type Outcome, POST, TRANSPORTS, type Transport } from '../../matrix/transports.js';
import { STREAM_TRANSPORTS } from '../../support/streams.js';
import { openWorld, ordersAt, startOrders } from './world.js';

const START = `mutation { startImpersonation(input: {userId: "user_cleo", reason: "Case 4711", access: FULL}) {
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

  it('tells the service who is in effect, and nothing that a client can write', async () => {
    const { gateway, orders } = await openWorld();
    const { actorToken, sessionId } = await gateway.impersonate('user_ada', 'user_cleo');
    const traceparent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
    await gateway.graphql(
      actorToken,
      '{ parcels { id } }',
      {},
      { traceparent, 'x-user-id': 'user_carl', cookie: 'a=b' },
    );
    const [call] = orders.calls;
    const [, claims = ''] = String(call?.headers.authorization).split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      sub: 'user_cleo',
      act: { sub: 'user_ada' },
      sid: sessionId,
      aud: 'orders',
      iss: gateway.url,
    });
    expect(call?.headers).toMatchObject({ traceparent });
    expect(JSON.stringify(call?.headers)).not.toMatch(/user_carl|a=b/);
    expect(JSON.stringify(call?.headers)).not.toContain(actorToken);
  });

  it('asks a service for nothing where only its own schema is asked', async () => {
    const { gateway, orders } = await openWorld();
    const { actorToken } = await gateway.impersonate('user_ada', 'user_cleo');
    for (const token of [null, await gateway.token('user_ada'), actorToken]) {
      for (let time = 0; time < 4; time++) {
        await gateway.graphql(
          token,
          '{ viewer { id name email roles } actor { id } impersonation { id } user(id: "user_carl") { name } }',
        );
      }
    }
    expect(orders.calls).toEqual([]);
  });

  it('shows the composed schema to whoever may see it, with the rules of the services', async () => {
    const { gateway } = await openWorld();
    const answer = await gateway.graphql(
      null,
      '{ user: __type(name: "User") { fields { name } } any: __type(name: "_Any") { name } __schema { queryType { fields { name } } } }',
    );
    expect(answer.data.user.fields.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['id', 'email', 'parcels', 'card']),
    );
    expect(answer.data.any).toBeNull();
    const roots = answer.data.__schema.queryType.fields.map(({ name }: { name: string }) => name);
    expect(roots).toEqual(expect.arrayContaining(['viewer', 'parcels', 'impersonationEvents']));
    expect(roots).not.toContain('_entities');
  });
});

/** Each answer the same, and each time no service was asked for what is denied. */
describe.each(TRANSPORTS.filter(({ serves }) => serves.includes('query')))('over $name', (transport: Transport) => {
  it('what the service guards is denied, under an alias, in fragments, through interfaces, unions and entities', async () => {
    const { gateway, orders } = await openWorld();
    const authorization = `Bearer ${(await gateway.impersonate('user_ada', 'user_cleo', { access: 'FULL' })).actorToken}`;
    const asked = async (document: string): Promise<Outcome> => {
      orders.calls.length = 0;
      return transport.send({ url: gateway.url, authorization, document });
    };
    const codes: [string, readonly string[]][] = [
      ['{ parcels { title m: margin } }', ['FORBIDDEN']],
      ['{ nodes { id note } }', ['FORBIDDEN']],
      ['{ hits { ...T } } fragment T on Ticket { id note }', ['FORBIDDEN']],
      ['{ viewer { name card parcels { secret: cardLast4 } } }', []],
      ['{ ledger { sum } }', ['FORBIDDEN']],
    ];
    for (const [document, expected] of codes) {
      for (let time = 0; time < 3; time++) {
        const { codes: found } = await asked(document);
        expect([document, found]).toEqual([document, expected]);
        const sent = orders.calls.map(({ query }) => query).join('\n');
        expect(sent).not.toMatch(/margin|card|ledger|on Ticket \{[^}]*note/);
      }
    }
    expect((await asked('{ ledger { sum } }')).codes).toEqual(['FORBIDDEN']);
    expect(orders.calls, 'a denied root field calls nobody').toEqual([]);
  });
});

describe('mutations of a service', () => {
  it('are refused under a read-only impersonation, and blocked ones under any, with no call', async () => {
    const { gateway, orders } = await openWorld();
    const readOnly = await gateway.impersonate('user_ada', 'user_cleo');
    const full = await gateway.impersonate('user_grace', 'user_cleo', { access: 'FULL' });
    const rename = 'mutation { rename(id: "p1", title: "new") { title } }';
    const change = 'mutation { changeCard(id: "p1", card: "4111 1111") { id } }';
    const ask = (token: string, document: string) =>
      POST.send({ url: gateway.url, authorization: `Bearer ${token}`, document });
    expect((await ask(readOnly.actorToken, rename)).codes).toEqual(['READ_ONLY_SESSION']);
    expect((await ask(readOnly.actorToken, change)).codes).toEqual(['BLOCKED_WHILE_IMPERSONATING']);
    expect((await ask(full.actorToken, change)).codes).toEqual(['BLOCKED_WHILE_IMPERSONATING']);
    expect(orders.calls).toEqual([]);
    expect((await ask(full.actorToken, rename)).data).toEqual({ rename: { title: 'new' } });
    expect(orders.calls).toHaveLength(1);
  });

  it('after a stop in the same document are not sent any more', async () => {
    const { gateway, orders } = await openWorld();
    const { actorToken } = await gateway.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
    const answer = await gateway.graphql(
      actorToken,
      'mutation { before: rename(id: "p1", title: "a") { id } stopImpersonation { session { status } } after: rename(id: "p1", title: "b") { id } }',
    );
    expect(answer.codes).toEqual(['IMPERSONATION_ENDED']);
    expect(orders.calls).toHaveLength(1);
  });
});

describe('the audit trail', () => {
  it('has an operation once, with the upstreams it asked, and no sensitive value of theirs', async () => {
    const { gateway, orders } = await openWorld();
    const { actorToken } = await gateway.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
    await gateway.graphql(
      actorToken,
      'query Across { viewer { name parcels { title owner { email } } } nodes { id } }',
    );
    await gateway.graphql(actorToken, 'query Own { viewer { name } }');
    await gateway.graphql(actorToken, 'query Denied { ledger { sum } }');
    await gateway.graphql(actorToken, 'mutation Card($card: String!) { changeCard(id: "p1", card: $card) { id } }', {
      card: '4111 1111',
    });
    await gateway.graphql(actorToken, 'mutation Rename { rename(id: "p1", title: "t") { id } }');
    expect(orders.calls.length).toBeGreaterThan(2);
    const trail = await gateway.graphql(
      await gateway.token('user_audrey'),
      '{ impersonationEvents(first: 50) { nodes { type operation { name upstreams variables } } } }',
    );
    const told = trail.data.impersonationEvents.nodes
      .filter(({ type }: { type: string }) => type.startsWith('OPERATION'))
      .map(({ type, operation }: any) => `${operation.name} ${type} [${operation.upstreams}]`);
    expect(told.reverse()).toEqual([
      'Across OPERATION_COMPLETED [orders]',
      'Own OPERATION_COMPLETED []',
      'Denied OPERATION_DENIED []',
      'Card OPERATION_DENIED []',
      'Rename OPERATION_ATTEMPTED []',
      'Rename OPERATION_COMPLETED [orders]',
    ]);
    expect(trail.text).not.toContain('4111 1111');
  });
});

describe('a client that leaves', () => {
  it('over HTTP has its calls to services broken off', async () => {
    const { gateway, orders } = await openWorld();
    orders.until = new Promise(() => {});
    const leaving = new AbortController();
    const asked = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await gateway.token('user_cleo')}` },
      body: JSON.stringify({ query: '{ parcels { id } }' }),
      signal: leaving.signal,
    });
    await expect.poll(() => orders.calls.length).toBe(1);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await expect.poll(() => orders.left.length).toBe(1);
  });

  it.each(STREAM_TRANSPORTS.filter(({ name }) => !name.includes('single')))('over $name too', async ({ follow }) => {
    const { gateway, orders } = await openWorld();
    orders.until = new Promise(() => {});
    const followed = follow(gateway.url, await gateway.token('user_cleo'), '{ parcels { id } }');
    const answer = followed.next().catch(() => null);
    await expect.poll(() => orders.calls.length).toBe(1);
    await followed.close();
    await expect.poll(() => orders.left.length).toBe(1);
    await answer;
  });
});

describe('a gateway that starts', () => {
  it('is refused with every problem where rules could not be held, naming service and coordinate', async () => {
    const orders = await startOrders();
    orders.told = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@inaccessible"])
      directive @sensitive on FIELD_DEFINITION
      type Query { parcels: [Parcel!]!  bare: Int @requiresRole(role: KING) }
      type Parcel @key(fields: "id") { id: ID!  card: String @sensitive  union: Both }
      union Both @authenticated = Parcel
      enum Role { USER SUPPORT AUDITOR ADMIN }
      directive @requiresRole(role: [Role!]!) repeatable on FIELD_DEFINITION
      directive @authenticated on UNION`;
    const opened = openWorld(undefined, { orders });
    await expect(opened).rejects.toThrow(/orders.*Query\.bare[\s\S]*KING|orders.*@requiresRole/);
    await expect(opened).rejects.toMatchObject({ name: 'CompositionError' });
  });

  it('waits for a service that does not tell its schema yet', async () => {
    const orders = await startOrders();
    orders.failing = true;
    const opening = openWorld(undefined, { orders });
    await expect.poll(() => orders.failures()).toBeGreaterThan(0);
    orders.failing = false;
    const { gateway } = await opening;
    expect((await gateway.graphql(null, '{ nodes { id } }')).errors).toEqual([]);
    expect(gateway.logged()).toContain('waiting for the schema of a service');
  });

  it('is refused where a service does not tell its schema in time', async () => {
    const orders = await startOrders();
    orders.failing = true;
    const opened = openWorld(({ url }) => ({ upstreams: [ordersAt(url)], startWaitSeconds: 0 }), { orders });
    await expect(opened).rejects.toThrow(/service "orders": it cannot be asked for its schema/);
  });
});
