import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ERROR_CATALOGUE } from '../../src/errors/index.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';
import { FIELDS } from './fields.js';
import { kindOf, OPERATIONS } from './operations.js';
import { REFUSED_CREDENTIALS } from './refused-credentials.js';
import { POST, TRANSPORTS } from './transports.js';
import { WITHOUT_LIMITS } from './who.js';

/** One row for each root field and guarded field: how the field is asked for makes no difference here. */
const ROWS = FIELDS.filter(
  ({ coordinate }, index) => FIELDS.findIndex((row) => row.coordinate === coordinate) === index,
);
const SOMEBODY = { token: null, viewerId: 'user_cleo', actorId: 'user_ada', sessionId: null };
const made = new Map<string, string>();
const variablesOf = new Map<string, Readonly<Record<string, unknown>>>();
let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway({ environment: WITHOUT_LIMITS });
  for (const { credential, make } of REFUSED_CREDENTIALS) made.set(credential, await make(gateway));
  for (const { name } of ROWS) {
    variablesOf.set(name, (await OPERATIONS[name]?.variables?.(gateway, SOMEBODY)) ?? {});
  }
  gateway.clock.advance(1_100);
  await vi.waitUntil(async () => (await overdue()).length === 0, { timeout: 15_000 });
});

afterAll(() => gateway.stop());

/** The sessions whose time is up, but which nobody has ended yet. */
async function overdue(): Promise<readonly string[]> {
  const due = await gateway.store.sessions.dueForExpiry(gateway.clock.now(), 100);
  return due.map(({ id }) => id);
}

/** What a request could have changed: how many sessions there are, and how many of them are active. */
async function sessions(): Promise<string> {
  const page = { limit: 500, direction: 'forward' } as const;
  const all = await gateway.store.sessions.page({}, page);
  return all.items.map(({ id, status }) => `${id} ${status}`).join('\n');
}

describe.each(REFUSED_CREDENTIALS)('$credential', ({ credential, code, told }) => {
  const { status, sentence } = ERROR_CATALOGUE[code];
  const { challenge, message } = told ?? { challenge: 'Bearer error="invalid_token"', message: sentence };

  describe.each(TRANSPORTS)('over $name', (transport) => {
    const rows = ROWS.filter(({ name }) => transport.serves.includes(kindOf(OPERATIONS[name])));

    it.each(rows)(`refuses the whole request with ${code}: $coordinate`, async ({ name }) => {
      const { document = '' } = OPERATIONS[name] ?? {};
      const variables = variablesOf.get(name) ?? {};
      const before = await sessions();
      const authorization = made.get(credential) ?? null;
      const outcome = await transport.send({ url: gateway.url, authorization, document, variables });
      expect(outcome.codes).toEqual([code]);
      expect(outcome.data).toBeNull();
      expect(outcome.status).toBe(transport.refusal);
      expect(await sessions()).toBe(before);
    });
  });

  it('is told so as RFC 6750 and RFC 9449 say, in the words of the catalogue or of the scheme', async () => {
    const authorization = made.get(credential) ?? null;
    const outcome = await POST.send({ url: gateway.url, authorization, document: '{ viewer { id } }' });
    expect(outcome.status).toBe(status);
    expect(outcome.challenge).toBe(challenge);
    expect(outcome.errors).toEqual([{ message, extensions: { code } }]);
  });

  it('is not even told what is wrong with its document', async () => {
    const authorization = made.get(credential) ?? null;
    const outcome = await POST.send({ url: gateway.url, authorization, document: '{ nonsense' });
    expect([outcome.status, outcome.codes]).toEqual([status, [code]]);
  });
});
