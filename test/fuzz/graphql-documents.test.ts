import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFederatedGateway } from '../support/federation/gateway.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';
import { type AskedOperation, askedOperations, bodyOf } from './documents/asked-operations.js';
import { codeFaults } from './http/judge.js';
import { ProcessWatch } from './process-watch.js';
import { PATIENCE_MS, Tally, tried } from './runs.js';

const ENVIRONMENT = {
  LOG_LEVEL: 'warn',
  IMPERSONATION_MAX_ACTIVE: '100',
  IMPERSONATION_STARTS_PER_MINUTE: '10000',
  DENIED_EVENTS_PER_MINUTE: '10000',
};
/** Of which every operation may change the next answer. */
const MOVING = /impersonation(Events?|Sessions?|Statistics)\b|accessHistory|events|mutation|subscription/;
/** What a service behind the gateway fails at by itself, of which a client is told that something went wrong, and no more. */
const FAILING = /\b(stock|openUntil)\b/;
/** The long way twice, then the operation is prepared, and answered by what was made of it. */
const TIMES = 4;

interface Person {
  readonly name: string;
  readonly impersonates: 'READ_ONLY' | 'FULL' | null;
  token: string | null;
}

const tally = new Tally('GraphQL documents');
const watch = new ProcessWatch();
beforeEach(() => watch.start());
afterEach(() => watch.stop());
afterAll(() => tally.tell());

/** @param often how many documents, each {@link TIMES} times */
function guarantees(
  often: number,
  opened: () => { readonly gateway: RunningGateway; readonly failing: RegExp | null },
) {
  const people: Person[] = [
    { name: 'nobody', impersonates: null, token: null },
    ...['user_cleo', 'user_sam', 'user_audrey', 'user_ada'].map((name) => ({ name, impersonates: null, token: null })),
    { name: 'user_grace', impersonates: 'READ_ONLY', token: null },
    { name: 'user_grace', impersonates: 'FULL', token: null },
  ];

  async function signIn(person: Person): Promise<void> {
    const { gateway } = opened();
    const { name, impersonates: access } = person;
    if (name === 'nobody') return;
    if (access === null) person.token = await gateway.token(name);
    else person.token = (await gateway.impersonate(name, 'user_cleo', { access, durationSeconds: 3_600 })).actorToken;
  }

  async function ask(person: Person, operation: AskedOperation) {
    const { gateway } = opened();
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...(person.token === null ? {} : { authorization: `Bearer ${person.token}` }),
      },
      body: bodyOf(operation),
    });
    const text = await response.text();
    const json = JSON.parse(text);
    const codes: string[] = (json.errors ?? []).map((error: any) => error.extensions.code);
    return { status: response.status, text, json, codes, requestId: response.headers.get('x-request-id') ?? '' };
  }

  /** Without the ids of requests, which are there where something went wrong in a service. */
  const alike = (text: string) => text.replace(/"requestId":"[^"]+"/g, '');

  type Answer = Awaited<ReturnType<typeof ask>>;

  /** How often the trail has each kind of event of a request. */
  async function recorded(requestId: string) {
    const { items } = await opened().gateway.store.events.page({ requestId }, { limit: 100, direction: 'forward' });
    const times = (type: string) => items.filter((event) => event.type === type).length;
    return {
      attempted: times('OPERATION_ATTEMPTED'),
      completed: times('OPERATION_COMPLETED'),
      denied: times('OPERATION_DENIED'),
      // A start that was refused, and a stop, have events of their own instead.
      startsDenied: times('IMPERSONATION_DENIED'),
      stopped: times('IMPERSONATION_STOPPED'),
    };
  }

  async function expectOneEnd({ json, requestId }: Answer): Promise<void> {
    await expect
      .poll(
        async () => {
          const { attempted, completed, denied, startsDenied, stopped } = await recorded(requestId);
          const atMostOnce = attempted <= 1 && completed <= 1 && denied <= 1;
          // What was attempted is completed; what has any data in its answer, or was refused field by field, has an end.
          return (
            atMostOnce &&
            attempted <= completed &&
            (!('data' in json) || completed + denied + startsDenied + stopped >= 1)
          );
        },
        { message: requestId },
      )
      .toBe(true);
    tally.met('records of impersonations');
  }

  it(`is answered: no 5xx, coded errors alone, the same at the ${TIMES}th time, one end on the record`, {
    timeout: PATIENCE_MS,
  }, async () => {
    const { gateway, failing } = opened();
    for (const person of people) await signIn(person);
    await fc.assert(
      fc.asyncProperty(
        askedOperations(gateway.gateway.schema),
        fc.nat({ max: people.length - 1 }),
        async (operation, who) => {
          const person = people[who] as Person;
          const answers: Answer[] = [];
          let isOver = false;
          for (let time = 0; time < TIMES && !isOver; time += 1) {
            const answer = await ask(person, operation);
            expect([200, 400, 401, 403, 413], answer.text).toContain(answer.status);
            const mayFail = failing?.test(operation.document) === true;
            const faults = codeFaults(answer.json).filter((fault) => !mayFail || fault !== 'INTERNAL_SERVER_ERROR');
            expect(faults, answer.text).toEqual([]);
            expect(answer.text).not.toMatch(/node_modules|\n\s+at |Maximum call stack/);
            // It has ended itself, as it may.
            isOver = answer.codes.includes('IMPERSONATION_ENDED') && !('data' in answer.json);
            if (person.impersonates !== null && !isOver) await expectOneEnd(answer);
            answers.push(answer);
            tally.met(answer.codes[0] ?? 'without errors');
          }
          if (isOver) await signIn(person);
          const [first, ...later] = answers;
          for (const answer of isOver ? [] : later) {
            expect(answer.status).toBe(first?.status);
            if (!MOVING.test(operation.document)) expect(alike(answer.text)).toBe(alike(first?.text ?? ''));
          }
          expect(watch.faults()).toEqual([]);
        },
      ),
      tried(often),
    );
    const lines = gateway.logged().split('\n');
    expect(lines.filter((line) => /"level":"(error|fatal)"/.test(line) && failing === null)).toEqual([]);
    expect(tally.times('without errors')).toBeGreaterThan(often / 10);
    expect(tally.times('records of impersonations')).toBeGreaterThan(often / 10);
  });
}

describe('any document, for the gateway’s own schema', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway({ environment: ENVIRONMENT });
  });
  afterAll(() => gateway.stop());

  guarantees(160, () => ({ gateway, failing: null }));
});

describe('any document, for services behind the gateway', () => {
  let federated: Awaited<ReturnType<typeof startFederatedGateway>>;
  beforeAll(async () => {
    federated = await startFederatedGateway({ environment: ENVIRONMENT });
  });
  afterAll(() => federated.stop());

  guarantees(40, () => ({ gateway: federated.gateway, failing: FAILING }));
});
