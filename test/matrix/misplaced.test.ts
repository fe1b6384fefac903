import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';
import { bearer } from './transports.js';
import { arrive, preparePeople, WHO, WITHOUT_LIMITS } from './who.js';

const SUBSCRIPTION = 'subscription { impersonationEventRecorded { id } }';
const MUTATION = 'mutation { updateDeliveryNote(orderId: "order_user_cleo_1", note: "By the gate.") { id } }';

interface Misplaced {
  readonly what: string;
  readonly status: number;
  readonly path: string;
  readonly document: string;
  /** By GET, the document in the URL; else by POST. */
  readonly byGet?: true;
}

/** Operations that are not served over the transport they came by: for nobody, whatever their rights. */
const MISPLACED: readonly Misplaced[] = [
  { what: 'a subscription by POST', status: 400, path: '/graphql', document: SUBSCRIPTION },
  { what: 'a subscription by GET', status: 405, path: '/graphql', document: SUBSCRIPTION, byGet: true },
  { what: 'a mutation by GET', status: 405, path: '/graphql', document: MUTATION, byGet: true },
  {
    what: 'a mutation by GET of an event stream',
    status: 405,
    path: '/graphql/stream',
    document: MUTATION,
    byGet: true,
  },
];

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway({ environment: WITHOUT_LIMITS });
  await preparePeople(gateway);
});

afterAll(() => gateway.stop());

function send({ path, document, byGet }: Misplaced, authorization: string | null): Promise<Response> {
  const credential: Record<string, string> = authorization === null ? {} : { authorization };
  if (byGet === true) {
    const accept = path.endsWith('/stream') ? 'text/event-stream' : 'application/json';
    const headers = { ...credential, accept, 'apollo-require-preflight': 'true' };
    return fetch(`${gateway.url}${path}?${new URLSearchParams({ query: document })}`, { headers });
  }
  const headers = { ...credential, 'content-type': 'application/json' };
  return fetch(`${gateway.url}${path}`, { method: 'POST', headers, body: JSON.stringify({ query: document }) });
}

async function note(): Promise<unknown> {
  const { data } = await gateway.graphql(await gateway.token('user_cleo'), '{ orders { id deliveryNote } }');
  return data.orders;
}

describe.each(MISPLACED)('$what', (misplaced) => {
  it.each(WHO)(`is refused with BAD_USER_INPUT and HTTP ${misplaced.status}, and changes nothing: %s`, async (who) => {
    const before = await note();
    const response = await send(misplaced, bearer((await arrive(gateway, who)).token));
    const body = (await response.json()) as { data?: unknown; errors: { extensions: unknown }[] };
    expect(response.status).toBe(misplaced.status);
    expect(body.data ?? null).toBeNull();
    expect(body.errors.map(({ extensions }) => extensions)).toEqual([{ code: 'BAD_USER_INPUT' }]);
    expect(await note()).toEqual(before);
  });
});
