import type { Db, Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { EventFilter, SessionFilter, Store } from '../../src/stores/index.js';
import type { MongoAbility } from '../support/mongo-peer.js';
import { activeSession, directoryUser, EPOCH, eventChain, storedSeal } from '../support/store-fixtures.js';
import { itNeeds, MONGO_TIMEOUT_MS, type MongoSetting, openWiredStore, type WiredStore } from './mongo-setting.js';

const READS = ['find', 'aggregate', 'distinct', 'findAndModify', 'update'];
/** Fields of a command that belong to the connection it went over. */
const OF_THE_CONNECTION = [
  'lsid',
  '$db',
  '$clusterTime',
  '$readPreference',
  'txnNumber',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
];

const PAGE = { limit: 20, direction: 'forward' } as const;
const FROM = { at: EPOCH + 30, id: 'plans:000000000030' };
const SPAN = { occurredAfter: EPOCH + 2, occurredBefore: EPOCH + 50 };

const EVENT_FILTERS: EventFilter[] = [
  {},
  { types: ['OPERATION_COMPLETED'] },
  { outcome: 'SUCCESS' },
  { actorId: 'user_ada' },
  { subjectId: 'user_carl' },
  { sessionId: 'session-1' },
  { requestId: 'request-plans-3' },
  { operationName: 'Orders' },
];
const SESSION_FILTERS: SessionFilter[] = [{}, { status: 'ACTIVE' }, { actorId: 'actor-3' }, { subjectId: 'user_carl' }];

/** What the store really sends, taken from the wire, is explained by the server: no collection is ever scanned. */
export function describeMongoPlans(setting: MongoSetting): void {
  let wired: Awaited<ReturnType<typeof openWiredStore>> | undefined;
  const opened = (): WiredStore => {
    if (wired === undefined) throw new Error('the store has not been opened');
    return wired;
  };
  const notInOrder = setting.kind.lacks['explain-sort'];
  if (notInOrder !== undefined) setting.notRun.push({ guarantee: 'serves a page without sorting', reason: notInOrder });

  /** `inOrder`: the index gives the order too, so that a page costs what it shows. */
  const served = (
    what: string,
    call: (store: Store) => Promise<unknown>,
    { inOrder = false, needs = [] }: Serving = {},
  ) =>
    itNeeds(setting, ['explain', ...needs], `serves ${what} by an index`, () => {
      return explained(opened(), call, inOrder && notInOrder === undefined);
    });
  const queries = () => {
    for (const filter of EVENT_FILTERS) {
      const name = Object.keys(filter)[0] ?? 'no filter';
      served(`events by ${name}`, ({ events }) => events.page(filter, PAGE), { inOrder: true });
      served(`events by ${name} within a time`, ({ events }) => events.page({ ...filter, ...SPAN }, PAGE), {
        inOrder: true,
      });
      for (const direction of ['forward', 'backward'] as const) {
        const page = { limit: 20, direction, from: FROM };
        served(`events by ${name} from a place ${direction}`, ({ events }) => events.page(filter, page), {
          inOrder: true,
        });
      }
    }
    const types: EventFilter = { types: ['OPERATION_COMPLETED', 'AUDIT_READ'] };
    served('events of several types', ({ events }) => events.page(types, PAGE), {
      needs: ['explain-or'],
      inOrder: true,
    });
    const every: EventFilter = Object.assign({}, ...EVENT_FILTERS, SPAN);
    served('events by all filters at once', ({ events }) => events.page(every, PAGE), { needs: ['explain-or'] });
    served('a chain', ({ events }) => events.chain('plans', 10, 20), { inOrder: true });
    served('the chains', ({ events }) => events.chains(), { needs: ['explain-distinct'] });
    served('the chains since a moment', ({ events }) => events.chainsSince(EPOCH + 50), {
      needs: ['explain-distinct'],
    });
    served('the chains opened since a moment', ({ events }) => events.openedSince(EPOCH), {
      needs: ['explain-distinct'],
    });
    served(
      'how many events of some types there are in each stretch of a time',
      ({ events }) =>
        events.count({ types: ['OPERATION_COMPLETED', 'AUDIT_READ'], from: EPOCH, until: EPOCH + 50, width: 10 }),
      { needs: ['explain-or'] },
    );
    served('whether a chain has more than it gives', ({ events }) => events.hasBeyondChain('plans'), {
      needs: ['explain-not'],
    });
    served('whether there are events of no chain', ({ events }) => events.hasBeyondChain(null));
    served('the newest event of each chain', ({ events }) => events.heads(), {
      needs: ['explain-distinct'],
      inOrder: true,
    });
    served('which of many events are stored', ({ events }) =>
      events.existing(['plans:000000000003', 'plans:000000000004', 'none:000000000000']),
    );
    served('the erasure of details', ({ events }) => events.eraseDetails('nobody'), { needs: ['explain-update'] });
    served('one event', ({ events }) => events.get('plans:000000000003'));

    served('the latest seal', ({ seals }) => seals.latest(), { needs: ['explain-id-range'], inOrder: true });
    served('the latest seal over a chain', ({ seals }) => seals.covering('chain-3'), { inOrder: true });
    served('seals from an index on', ({ seals }) => seals.from(3, 5), { needs: ['explain-id-range'], inOrder: true });

    for (const filter of SESSION_FILTERS) {
      const name = Object.keys(filter)[0] ?? 'no filter';
      served(`sessions by ${name}`, ({ sessions }) => sessions.page(filter, PAGE), { inOrder: true });
    }
    served('one session', ({ sessions }) => sessions.get('session-3'));
    served('many sessions', ({ sessions }) => sessions.getMany(['session-3', 'session-4']));
    served('the count of active sessions', ({ sessions }) => sessions.countActive('actor-3', EPOCH));
    served('the count of started sessions', ({ sessions }) => sessions.countStartedSince('actor-3', EPOCH));
    served('sessions due for expiry', ({ sessions }) => sessions.dueForExpiry(EPOCH * 2, 10), { inOrder: true });
    itNeeds(
      setting,
      ['explain'],
      'serves sessions due for expiry by the index of each of their two times',
      async () => {
        const { store, wire, db } = opened();
        const before = wire.commands.length;
        await store.sessions.dueForExpiry(EPOCH * 2, 10);
        const sent = wire.commands.slice(before).filter((command) => 'find' in command);
        const indexes = await Promise.all(sent.map(async (command) => plannedIndexes(await planOf(db, command))));
        expect(indexes).toEqual([['status_1_expiresAt_1__id_1'], ['status_1_idleEndsAt_1__id_1']]);
      },
    );
    served('activity of a session', ({ sessions }) => sessions.prolong('session-3', EPOCH + 10_000, EPOCH + 120_000), {
      needs: ['explain-update'],
    });
    served('the claim of an unrecorded end', ({ sessions }) =>
      sessions.claimUnrecordedEnd({ by: 'taker', at: EPOCH * 2 }, 0),
    );

    served(
      'the renewal of a claim',
      ({ sessions }) => sessions.renewEndClaim('session-7', { by: 'claim', at: EPOCH }),
      {
        needs: ['explain-update'],
      },
    );
    served('how far the search for void starts has come', ({ sessions }) => sessions.startsSettledUpTo());

    served('the erasure of reasons', ({ sessions }) => sessions.eraseDetails('nobody'), { needs: ['explain-update'] });

    served('users by id', ({ users }) => users.findByIds(['user-3', 'user-4']));
    served('users by prefix', ({ users }) => users.search({ prefix: 'Name of', limit: 20 }), { needs: ['explain-or'] });
    itNeeds(
      setting,
      ['explain'],
      'serves each range of users by prefix by an index, whatever the pattern then leaves of it',
      async () => {
        const { store, wire, db } = opened();
        await store.users.search({ prefix: 'Name of', limit: 20 });
        const ranges = rangesOf(wire.commands.at(-1)?.filter);
        expect(ranges.length).toBeGreaterThan(2);
        for (const filter of ranges) {
          expect(await plannedStages(db, { find: 'users', filter })).toContain('IXSCAN');
        }
      },
    );
    served('users by role', ({ users }) => users.search({ role: 'USER', limit: 20 }), { needs: ['explain-or'] });
    served('all users', ({ users }) => users.search({ limit: 20 }), { needs: ['explain-or'] });
  };

  if (setting.kind.lacks.explain === undefined) {
    describe('queries', () => {
      beforeAll(async () => {
        wired = await openWiredStore(setting);
        await fill(wired);
      }, MONGO_TIMEOUT_MS);
      afterAll(() => wired?.close());
      queries();
    });
  } else queries(); // Only noted as not run: a group without a single test is an error to vitest.
}

interface Serving {
  readonly inOrder?: boolean;
  readonly needs?: readonly MongoAbility[];
}

async function explained(
  { store, wire, db }: WiredStore,
  call: (store: Store) => Promise<unknown>,
  inOrder: boolean,
): Promise<void> {
  const before = wire.commands.length;
  await call(store);
  const sent = wire.commands.slice(before).filter((command) => READS.includes(Object.keys(command)[0] ?? ''));
  expect(sent.length).toBeGreaterThan(0);
  for (const command of sent) {
    const stages = await plannedStages(db, command);
    expect(stages.length, 'the plan was understood').toBeGreaterThan(0);
    expect(stages, JSON.stringify(command)).not.toContain('COLLSCAN');
    if (inOrder) expect(stages, JSON.stringify(command)).not.toContain('SORT');
  }
}

async function fill({ store }: WiredStore): Promise<void> {
  await store.events.append(eventChain('plans', 60));
  for (let index = 0; index < 8; index++) {
    const startedAt = EPOCH + index;
    const inactivity = { limitMs: 60_000, endsAt: startedAt + 66_000 };
    const session = activeSession({ id: `session-${index}`, actorId: `actor-${index}`, startedAt, inactivity });
    await store.sessions.insert(session, 1);
  }
  for (let index = 0; index < 20; index++)
    await store.seals.insert(storedSeal({ index, chains: [`chain-${index % 5}`] }));
  const ending = { status: 'STOPPED', endedAt: EPOCH + 9, endedById: null, endReason: null } as const;
  await store.sessions.end('session-7', ending, { by: 'claim', at: EPOCH + 9 });
  await store.seedUsers(Array.from({ length: 40 }, (_, index) => directoryUser({ id: `user-${index}` })));
}

/** The branches of the `$or` over names and addresses in a search for people, without their patterns. */
function rangesOf(filter: Document | undefined): Document[] {
  const alternatives: Document[] = filter?.$and?.flatMap(({ $or }: Document) => $or ?? []) ?? [];
  return alternatives
    .flatMap(Object.entries)
    .filter(([path]) => path === 'name' || path === 'email')
    .map(([path, { $regex: _pattern, ...range }]) => ({ [path]: range }));
}

/** The stages of the winning plan. */
async function plannedStages(db: Db, command: Document): Promise<string[]> {
  return textsIn(await planOf(db, command), 'stage');
}

/** The indexes that it uses, by their names. */
function plannedIndexes(plan: unknown): string[] {
  return textsIn(plan, 'indexName');
}

async function planOf(db: Db, command: Document): Promise<Document> {
  const own = Object.entries(command).filter(([field]) => !OF_THE_CONNECTION.includes(field));
  return db.command({ explain: Object.fromEntries(own), verbosity: 'queryPlanner' });
}

/** What a field says everywhere in the winning plan, whichever of its shapes the server chose to show it in. */
function textsIn(plan: unknown, wanted: string): string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [field, part] of Object.entries(value)) {
      if (field === wanted && typeof part === 'string') found.push(part);
      else if (!['rejectedPlans', 'command', 'slotBasedPlan'].includes(field)) walk(part);
    }
  };
  walk(plan);
  return found;
}
