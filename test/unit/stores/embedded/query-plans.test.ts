import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lookupBindables } from '../../../../src/stores/embedded/bindable.js';
import { Connection } from '../../../../src/stores/embedded/connection.js';
import type { EventFilter, Store } from '../../../../src/stores/index.js';
import { activeSession, directoryUser, EPOCH, eventChain, storedSeal } from '../../../support/store-fixtures.js';
import { openFile, openStore, temporaryDirectory } from './temporary-store.js';

const STOPPED = { status: 'STOPPED', endedAt: EPOCH, endedById: null, endReason: null } as const;

describe('how the embedded store finds rows', () => {
  let store: Store;
  let file: ReturnType<typeof openFile>;
  let ran: { sql: string; values: readonly unknown[] }[];

  beforeEach(async () => {
    const directory = temporaryDirectory();
    store = await openStore(directory);
    file = openFile(directory);
    await store.events.append(eventChain('a', 30));
    await store.seedUsers([directoryUser({ id: 'user_carl' })]);
    await store.sessions.insert(activeSession(), 3);
    ran = [];
    for (const method of ['list', 'number', 'change', 'run'] as const) {
      const real = Connection.prototype[method] as (sql: string, values: readonly unknown[]) => never;
      vi.spyOn(Connection.prototype, method).mockImplementation(function (this: Connection, sql, values) {
        ran.push({ sql, values });
        return real.call(this, sql, values);
      });
    }
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** The plan of everything that `call` runs, as SQLite itself explains it. */
  async function plansOf(call: () => Promise<unknown>): Promise<string[]> {
    ran = [];
    await call();
    expect(ran.length).toBeGreaterThan(0);
    return ran.flatMap(({ sql, values }) =>
      (file.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(lookupBindables(values)) as { detail: string }[]).map(
        (step) => step.detail,
      ),
    );
  }

  /** Every look at a stored table goes through an index, and nothing is sorted. */
  function expectIndexed(plans: readonly string[]): void {
    for (const step of plans) {
      expect(step).not.toMatch(/TEMP B-TREE/);
      if (/^SCAN/.test(step))
        expect(step).toMatch(/^SCAN (CONSTANT ROW|\(subquery-\d+\)|hop|json_each .*|\d+ CONSTANT ROWS?)$/);
    }
    expect(plans.some((step) => /^SEARCH \w+ USING (COVERING )?INDEX/.test(step))).toBe(true);
  }

  const single: [keyof EventFilter, EventFilter, string][] = [
    ['types', { types: ['AUDIT_READ'] }, 'eventsByType (type=?'],
    ['outcome', { outcome: 'FAILURE' }, 'eventsByOutcome (outcome=?'],
    ['actorId', { actorId: 'user_ada' }, 'eventsByActor (actorId=?'],
    ['subjectId', { subjectId: 'user_carl' }, 'eventsBySubject (subjectId=?'],
    ['sessionId', { sessionId: 'session-1' }, 'eventsBySession (sessionId=?'],
    ['requestId', { requestId: 'request-1' }, 'eventsByRequest (requestId=?'],
    ['operationName', { operationName: 'Orders' }, 'eventsByOperation (operationName=?'],
    ['occurredAfter', { occurredAfter: EPOCH }, 'eventsByTime ((occurredAt,id)>(?,?)'],
    ['occurredBefore', { occurredBefore: EPOCH }, 'eventsByTime ((occurredAt,id)>(?,?)'],
  ];
  for (const [field, filter, index] of single) {
    for (const direction of ['forward', 'backward'] as const) {
      it(`serves ${field} alone, ${direction}, by the index made for it, range and order included`, async () => {
        const from = { at: EPOCH + 10, id: 'a:000000000010' };
        const plans = await plansOf(() => store.events.page(filter, { limit: 20, direction, from }));
        expectIndexed(plans);
        expect(plans.join('\n')).toContain(index);
        expect(plans.join('\n')).toContain('(occurredAt,id)>(?,?) AND (occurredAt,id)<(?,?))');
      });
    }
  }

  it('merges several types without sorting', async () => {
    const filter: EventFilter = { types: ['AUDIT_READ', 'AUDIT_GAP', 'OPERATION_COMPLETED'] };
    const plans = await plansOf(() => store.events.page(filter, { limit: 20, direction: 'forward' }));
    expectIndexed(plans);
    expect(plans.filter((step) => step.includes('eventsByType'))).toHaveLength(3);
  });

  it('serves every combination of filters by an index', async () => {
    const all = Object.assign({}, ...single.map(([, filter]) => filter)) as Record<string, unknown>;
    const fields = Object.keys(all);
    for (let mask = 0; mask < 2 ** fields.length; mask++) {
      const filter = Object.fromEntries(
        fields.flatMap((field, bit) => ((mask >> bit) & 1 ? [[field, all[field]]] : [])),
      );
      expectIndexed(await plansOf(() => store.events.page(filter, { limit: 5, direction: 'forward' })));
    }
  });

  it('lets the rarest of several filters lead', async () => {
    const filter: EventFilter = { actorId: 'user_ada', types: ['AUDIT_READ'] };
    await plansOf(() => store.events.page(filter, { limit: 5, direction: 'forward' }));
    expect(ran.at(-1)?.sql).toContain('INDEXED BY eventsByType');
    await plansOf(() =>
      store.events.page({ ...filter, types: ['OPERATION_COMPLETED'] }, { limit: 5, direction: 'forward' }),
    );
    expect(ran.at(-1)?.sql).toContain('INDEXED BY eventsByActor');
  });

  it('reads nothing else without an index either', async () => {
    const calls: [string, () => Promise<unknown>][] = [
      ['events.get', () => store.events.get('a:000000000001')],
      ['events.chain', () => store.events.chain('a', 5, 10)],
      ['events.chains', () => store.events.chains()],
      ['events.hasBeyondChain', () => store.events.hasBeyondChain('a')],
      ['events.hasBeyondChain of no chain', () => store.events.hasBeyondChain(null)],
      ['events.heads', () => store.events.heads()],
      ['events.existing', () => store.events.existing(['a:000000000001', 'a:000000000031'])],
      ['events.eraseDetails', () => store.events.eraseDetails('user_ada')],
      ['events.append', () => store.events.append(eventChain('a', 2))],
      ['seals.insert', () => store.seals.insert(storedSeal({ chains: ['a', 'b'] }))],
      ['seals.insert of what is stored', () => store.seals.insert(storedSeal({ chains: ['a', 'b'] }))],
      ['seals.covering', () => store.seals.covering('a')],
      ['seals.from', () => store.seals.from(3, 5)],
      ['sessions.eraseDetails', () => store.sessions.eraseDetails('user_ada')],
      ['sessions.insert', () => store.sessions.insert(activeSession({ id: 'session-2' }), 3)],
      ['sessions.get', () => store.sessions.get('session-1')],
      ['sessions.getMany', () => store.sessions.getMany(['session-1', 'session-2'])],
      ['sessions.dueForExpiry', () => store.sessions.dueForExpiry(EPOCH, 5)],
      ['sessions.countActive', () => store.sessions.countActive('user_ada', EPOCH)],
      ['sessions.countStartedSince', () => store.sessions.countStartedSince('user_ada', EPOCH)],
      ['sessions.page', () => store.sessions.page({}, { limit: 5, direction: 'forward' })],
      [
        'sessions.page of a status',
        () => store.sessions.page({ status: 'ACTIVE' }, { limit: 5, direction: 'forward' }),
      ],
      ['sessions.page of an actor', () => store.sessions.page({ actorId: 'a' }, { limit: 5, direction: 'backward' })],
      ['sessions.page of a subject', () => store.sessions.page({ subjectId: 's' }, { limit: 5, direction: 'forward' })],
      ['sessions.end', () => store.sessions.end('session-1', STOPPED, { by: 'claim', at: EPOCH })],
      ['sessions.claimUnrecordedEnd', () => store.sessions.claimUnrecordedEnd({ by: 'taker', at: EPOCH + 5 }, 1)],
      ['sessions.renewEndClaim', () => store.sessions.renewEndClaim('session-1', { by: 'claim', at: EPOCH })],
      ['sessions.startsSettledUpTo', () => store.sessions.startsSettledUpTo()],
      ['sessions.setStartsSettledUpTo', () => store.sessions.setStartsSettledUpTo(EPOCH)],
      ['sessions.confirmEndRecorded', () => store.sessions.confirmEndRecorded('session-1')],
      ['sessions.voidStart', () => store.sessions.voidStart('session-3', { by: 'claim', at: EPOCH })],
      ['users.findByIds', () => store.users.findByIds(['user_carl', 'user_dora'])],
    ];
    for (const [name, call] of calls) {
      const plans = await plansOf(call);
      const scans = plans.filter((step) =>
        /^SCAN (impersonation\w+|auditSeals|sealedChains|users|voidedStarts|endClaims|progress)\b/.test(step),
      );
      expect(scans, name).toEqual([]);
      expect(
        plans.filter((step) => step.includes('TEMP B-TREE')),
        name,
      ).toEqual([]);
    }
  });

  it('reads the latest seal from the end of the primary key', async () => {
    // What SQLite calls a scan here ends at the first row: the order is the key's own.
    expect(await plansOf(() => store.seals.latest())).toEqual([
      expect.stringMatching(/subquery/),
      'SCAN auditSeals',
      expect.stringMatching(/^SCAN/),
    ]);
    expect(ran[0]?.sql).toContain('ORDER BY id DESC LIMIT 1');
  });

  it('counts events by type and time from an index alone', async () => {
    const plans = await plansOf(() =>
      store.events.count({ types: ['AUDIT_READ', 'AUDIT_GAP'], from: EPOCH, until: EPOCH + 30, width: 10 }),
    );
    const step =
      'SEARCH impersonationEvents USING COVERING INDEX eventsByType (type=? AND occurredAt>? AND occurredAt<?)';
    expect(plans).toEqual(Array.from({ length: 6 }, () => step));
  });

  it('reads the chains since a moment from an index alone, and those opened since from one with an entry for each chain', async () => {
    const active = await plansOf(() => store.events.chainsSince(EPOCH + 5));
    expect(active).toContain('SEARCH impersonationEvents USING COVERING INDEX eventsByTime (occurredAt>?)');
    const opened = await plansOf(() => store.events.openedSince(EPOCH + 5));
    expect(opened).toContain('SEARCH impersonationEvents USING COVERING INDEX openingsByTime (occurredAt>?)');
    expect([...active, ...opened].filter((step) => /^SCAN impersonation/.test(step))).toEqual([]);
  });

  it('finds what to erase by the indexes on actor and subject', async () => {
    for (const erasing of [store.events, store.sessions]) {
      const plans = (await plansOf(() => erasing.eraseDetails('user_ada'))).join('\n');
      expect(plans).toMatch(/USING INDEX (events|sessions)ByActor \(actorId=\?/);
      expect(plans).toMatch(/USING INDEX (events|sessions)BySubject \(subjectId=\?/);
    }
  });

  it('serves a user search by the indexes on name and e-mail', async () => {
    const plans = await plansOf(() => store.users.search({ prefix: 'nam', limit: 5, afterId: 'user_a', role: 'USER' }));
    expect(plans.join('\n')).toMatch(/SEARCH users USING COVERING INDEX usersByName \(nameKey>\? AND nameKey<\?\)/);
    expect(plans.join('\n')).toMatch(/SEARCH users USING COVERING INDEX usersByEmail \(emailKey>\? AND emailKey<\?\)/);
    expect(plans.filter((step) => /^SCAN users\b/.test(step))).toEqual([]);
  });

  it('pages everybody in the order of the primary key', async () => {
    const plans = await plansOf(() => store.users.search({ limit: 5 }));
    expect(plans.join('\n')).not.toContain('TEMP B-TREE');
    expect(plans.join('\n')).toMatch(/users USING INDEX sqlite_autoindex_users_1/);
  });
});
