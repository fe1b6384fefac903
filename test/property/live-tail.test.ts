import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Chain, openChain } from '../../src/audit/chain.js';
import { type AuditFeed, createAuditFeed } from '../../src/audit/feed.js';
import { passesFilter } from '../../src/audit/filter.js';
import { createStreamCursors } from '../../src/audit/stream-cursor.js';
import type { FollowedEvent } from '../../src/audit/tail/follower.js';
import type { TailPosition } from '../../src/audit/tail/position.js';
import type { StoredEvent } from '../../src/domain/audit-event.js';
import type { EventFilter } from '../../src/stores/index.js';
import { SEED, seededRandom } from '../support/seeded-random.js';
import { collectedLog, draft, EPOCH } from '../unit/audit/drafts.js';
import { MemoryEvents } from '../unit/audit/memory-events.js';

console.log(`live tail: TEST_SEED=${SEED}`);
const ROUNDS = 30;
const STEPS = 250;
const FILTERS: EventFilter[] = [{}, { types: ['AUDIT_READ'] }, { actorId: 'user_sam' }, { operationName: 'Nothing' }];
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const permitted = async () => undefined;

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());

interface Replica {
  readonly feed: AuditFeed;
  readonly clock: { now(): number };
  chain: Chain;
  announce(events: readonly StoredEvent[]): void;
}

/** One person who follows, goes away and comes back, on any replica; and all that they were given. */
interface Reader {
  readonly filter: EventFilter;
  /** What was stored before they began. */
  readonly before: number;
  readonly got: StoredEvent[];
  position: TailPosition | null;
  stream: AsyncIterableIterator<FollowedEvent> | null;
  /** How many events they still want for now. */
  appetite: number;
  /** Whether a `next` is under way. */
  asking: boolean;
}

interface World {
  readonly random: () => number;
  readonly events: MemoryEvents;
  readonly replicas: Replica[];
  readonly readers: Reader[];
  /** Durable, but not yet announced to the replica that wrote it. */
  unannounced: (() => void)[];
  count: number;
}

/** How long nothing has happened at all, in hours that no timer has to live through. */
let slept = 0;

function newReplica(events: MemoryEvents, skew: number): Replica {
  const listeners = new Set<(recorded: readonly StoredEvent[]) => void>();
  const clock = { now: () => Date.now() + slept + skew };
  const trail = {
    onRecorded(listener: (recorded: readonly StoredEvent[]) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    feed: createAuditFeed({ events: events.port, trail, clock, logger: collectedLog().logger }),
    clock,
    chain: openChain({ instance: 'r', version: '1' }),
    announce(recorded) {
      for (const listener of listeners) listener(recorded);
    },
  };
}

function pick<T>(random: () => number, all: readonly T[]): T {
  return all[Math.floor(random() * all.length)] as T;
}

/** A replica writes a group of events; it may hear of that late, or never. */
function write(world: World, lateMs: number): void {
  const { random, events } = world;
  const replica = pick(random, world.replicas);
  const drafts = Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
    world.count += 1;
    return draft(`${world.count}`, {
      occurredAt: replica.clock.now() - (random() < 0.2 ? Math.floor(random() * lateMs) : 0),
      type: random() < 0.5 ? 'AUDIT_READ' : 'OPERATION_DENIED',
      ...(random() < 0.3 && { actor: { id: 'user_sam', issuer: 'i', authTime: null, amr: [] } }),
    });
  });
  const stored = replica.chain.extend(drafts);
  replica.chain.advance(stored);
  events.write(stored);
  const fate = random();
  if (fate < 0.6) replica.announce(stored);
  else if (fate < 0.9) world.unannounced.push(() => replica.announce(stored));
}

async function connect(world: World, reader: Reader): Promise<void> {
  const cursors = createStreamCursors();
  const cursor = reader.position === null ? null : cursors.encode(reader.position, 'r');
  const after = cursor === null ? null : createStreamCursors().decode(cursor).position;
  const subscribing = pick(world.random, world.replicas).feed.subscribe(reader.filter, after, permitted);
  subscribing.catch(() => undefined);
  await pass(1);
  reader.stream = await subscribing.catch(() => null);
}

/** Lets the reader take what they want, event by event, without waiting for it. */
function consume(reader: Reader): void {
  const { stream } = reader;
  if (stream === null || reader.asking || reader.appetite <= 0) return;
  reader.asking = true;
  stream.next().then(
    ({ done, value }) => {
      reader.asking = false;
      if (done === true || reader.stream !== stream) return;
      reader.appetite -= 1;
      reader.got.push(value.event);
      reader.position = value.position;
      consume(reader);
    },
    () => {
      reader.asking = false;
      void stream.return?.();
      if (reader.stream === stream) reader.stream = null;
    },
  );
}

async function disconnect(reader: Reader): Promise<void> {
  const { stream } = reader;
  // Who was given nothing has no cursor to come back with.
  if (stream === null || reader.got.length === 0) return;
  reader.stream = null;
  await stream.return?.();
  await pass(0);
  reader.asking = false;
}

async function begin(world: World): Promise<void> {
  const filter = pick(world.random, FILTERS);
  const reader: Reader = {
    filter,
    before: world.events.stored.length,
    got: [],
    position: null,
    stream: null,
    appetite: 0,
    asking: false,
  };
  await connect(world, reader);
  if (reader.stream !== null) world.readers.push(reader);
}

async function step(world: World, { lateMs, restarts, silence }: Setting): Promise<void> {
  const { random, events, readers } = world;
  const dice = random();
  const reader = readers.length === 0 ? null : pick(random, readers);
  if (dice < 0.4) write(world, lateMs);
  else if (dice < 0.45 && readers.length < 6) await begin(world);
  else if (dice < 0.6 && reader !== null) reader.appetite += Math.floor(random() * 12);
  else if (dice < 0.68 && reader !== null) await disconnect(reader);
  else if (dice < 0.78 && reader?.stream === null) await connect(world, reader);
  else if (dice < 0.8) events.readable = !events.readable || random() < 0.5;
  else if (dice < 0.8 + restarts) pick(random, world.replicas).chain = openChain({ instance: 'r', version: '1' });
  else if (dice < 0.9) {
    // In any order, some of them twice.
    const late = world.unannounced.splice(0).sort(() => random() - 0.5);
    for (const announce of [...late, ...late.slice(0, 1)]) announce();
  } else if (dice < 0.98) await pass(Math.floor(random() * 1_500));
  else slept += Math.floor(random() * silence);
  if (random() < 0.3) events.readable = true;
  for (const each of readers) consume(each);
  await pass(0);
}

interface Setting {
  /** How much later than it occurred an event may be recorded, milliseconds. */
  readonly lateMs: number;
  /** How often a replica opens a new chain, of all steps. */
  readonly restarts: number;
  /** How long nothing may happen, milliseconds. */
  readonly silence: number;
}

async function live(seed: number, setting: Setting): Promise<void> {
  slept = 0;
  const random = seededRandom(seed);
  const events = new MemoryEvents();
  const replicas = [-10_000, 0, 10_000].map((skew) => newReplica(events, skew));
  const world: World = { random, events, replicas, readers: [], unannounced: [], count: 0 };
  for (let n = 0; n < 5; n += 1) write(world, setting.lateMs);
  for (let n = 0; n < STEPS; n += 1) await step(world, setting);
  events.readable = true;
  for (const announce of world.unannounced.splice(0)) announce();
  for (const reader of world.readers) {
    if (reader.stream === null) await connect(world, reader);
    expect(reader.stream).not.toBeNull();
    reader.appetite = Number.POSITIVE_INFINITY;
    consume(reader);
  }
  await pass(70_000);
  for (const { filter, before, got } of world.readers) {
    const wanted = events.stored.slice(before).filter((event) => passesFilter(event, filter));
    expect(got.map(({ id }) => id).toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
    const last = new Map<string, number>();
    for (const { chain, sequence } of got) {
      expect(sequence).toBeGreaterThan(last.get(chain) ?? -1);
      last.set(chain, sequence);
    }
  }
  for (const { feed } of replicas) feed.close();
}

describe('whatever happens, each reader gets each event recorded since they began exactly once, and each chain in order', () => {
  it('with few chains, whose events may be dated days before they are recorded', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await live(SEED + round, { lateMs: 3 * 86_400_000, restarts: 0.01, silence: 20_000 }).catch((error) => {
        throw new Error(`TEST_SEED=${SEED + round}`, { cause: error });
      });
    }
  }, 120_000);

  it('with more chains than a cursor names, over hours', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await live(SEED + round, { lateMs: 60_000, restarts: 0.08, silence: 7_200_000 }).catch((error) => {
        throw new Error(`TEST_SEED=${SEED + round}`, { cause: error });
      });
    }
  }, 120_000);
});
