import { setImmediate as turn } from 'node:timers/promises';
import type { PrunedRange, StoredEvent } from '../../domain/audit-event.js';
import type { EventStore, SealStore, SessionStore } from '../../stores/index.js';
import { coverageReader } from '../verify/index.js';
import { isHeld, type PlacedHold } from './holds.js';
import { KEPT_FOR_GOOD } from './kept-for-good.js';

/** Why a chain keeps events that are old enough to go. */
export type KeptBecause =
  | { readonly kind: 'hold'; readonly holdId: string }
  | { readonly kind: 'session'; readonly sessionId: string }
  | { readonly kind: 'record' };

export interface KeptChain {
  readonly chain: string;
  /** The first event that has to stay. */
  readonly sequence: number;
  readonly because: KeptBecause;
}

export interface PrunePlan {
  /** Milliseconds since the epoch. */
  readonly before: number;
  /** The newest seal that covers what goes; -1 where nothing goes. */
  readonly throughSeal: number;
  /** In order of chain and sequence, each ending where a seal does. */
  readonly ranges: readonly PrunedRange[];
  readonly events: number;
  readonly kept: readonly KeptChain[];
}

export interface PlanSources {
  readonly events: Pick<EventStore, 'chain'>;
  readonly seals: Pick<SealStore, 'from'>;
  readonly sessions: Pick<SessionStore, 'page'>;
  /** Those in force. */
  readonly holds: readonly PlacedHold[];
  readonly onEvents?: (count: number) => void;
}

interface Boundary {
  readonly to: number;
  readonly head: string;
  readonly seal: number;
}

interface SealedChain {
  /** The last end of a stretch that may go. */
  boundary: Boundary | null;
  sealedTo: number;
  closed: boolean;
}

const PAGE = 500;

/**
 * Works out what can go: of each chain, from its beginning, whole sealed stretches in which every event occurred, and was sealed,
 * before the given time; up to the first event under a hold, of a session that is still active, or of a kind that stays for good. The
 * first event of a chain that may go on stays too: it holds the key that later events are verified with. Reads every event that
 * is old enough once; memory grows with the chains. The trail has to be verified before: what seals say is taken for what it is.
 * @throws StoreUnavailableError
 */
export async function planPrune(before: number, sources: PlanSources): Promise<PrunePlan> {
  const active = await activeSessions(sources.sessions);
  const chains = await sealedChains(before, sources.seals);
  const kept: KeptChain[] = [];
  const shortened = new Map<string, number>();
  for (const [chain, sealed] of chains) {
    if (sealed.boundary === null) continue;
    const found = await firstToStay(chain, sealed.boundary.to, before, active, sources);
    if (found === null) continue;
    if (found.because !== null) kept.push({ chain, sequence: found.sequence, because: found.because });
    shortened.set(chain, found.because?.kind === 'record' ? 0 : found.sequence);
  }
  if (shortened.size > 0) await shorten(chains, shortened, before, sources.seals);

  const ranges: PrunedRange[] = [];
  let throughSeal = -1;
  for (const [chain, sealed] of [...chains].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const ofChain = await rangesOf(chain, sealed, sources.events);
    ranges.push(...ofChain);
    if (ofChain.length > 0) throughSeal = Math.max(throughSeal, sealed.boundary?.seal ?? -1);
  }
  const events = ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  return { before, throughSeal, ranges, events, kept };
}

async function activeSessions(sessions: PlanSources['sessions']): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (let from: { at: number; id: string } | undefined; ; ) {
    const page = await sessions.page(
      { status: 'ACTIVE' },
      { limit: PAGE, direction: 'forward', ...(from === undefined ? {} : { from }) },
    );
    for (const { id } of page.items) ids.add(id);
    const last = page.items.at(-1);
    if (!page.hasMore || last === undefined) return ids;
    from = { at: last.startedAt, id: last.id };
  }
}

async function sealedChains(before: number, seals: PlanSources['seals']): Promise<Map<string, SealedChain>> {
  const chains = new Map<string, SealedChain>();
  await eachStretch(seals, (stretch, seal, sealedAt) => {
    let chain = chains.get(stretch.chain);
    if (chain === undefined) {
      chain = { boundary: null, sealedTo: -1, closed: false };
      chains.set(stretch.chain, chain);
    }
    if (stretch.closed) chain.closed = true;
    if (stretch.to < stretch.from) return;
    chain.sealedTo = stretch.to;
    if (sealedAt < before) chain.boundary = { to: stretch.to, head: stretch.head, seal };
  });
  return chains;
}

/** Moves the boundaries of these chains back to where a stretch ends before the given sequence. */
async function shorten(
  chains: ReadonlyMap<string, SealedChain>,
  stays: ReadonlyMap<string, number>,
  before: number,
  seals: PlanSources['seals'],
): Promise<void> {
  for (const name of stays.keys()) {
    const chain = chains.get(name);
    if (chain !== undefined) chain.boundary = null;
  }
  await eachStretch(seals, ({ chain: name, from, to, head }, seal, sealedAt) => {
    const chain = chains.get(name);
    const first = stays.get(name);
    if (chain === undefined || first === undefined || to < from || to >= first || sealedAt >= before) return;
    chain.boundary = { to, head, seal };
  });
}

type Stretch = ReturnType<ReturnType<typeof coverageReader>>[number];

async function eachStretch(
  seals: PlanSources['seals'],
  visit: (stretch: Stretch, seal: number, sealedAt: number) => void,
): Promise<void> {
  const covered = coverageReader();
  for (let from = 0; ; ) {
    const page = await seals.from(from, PAGE);
    for (const seal of page) for (const stretch of covered(seal)) visit(stretch, seal.index, seal.sealedAt);
    const last = page.at(-1);
    if (last === undefined) return;
    from = last.index + 1;
    await turn();
  }
}

/** The first event up to a sequence that has to stay; `because` null: it is not old enough. */
async function firstToStay(
  chain: string,
  to: number,
  before: number,
  active: ReadonlySet<string>,
  { events, holds, onEvents }: PlanSources,
): Promise<{ readonly sequence: number; readonly because: KeptBecause | null } | null> {
  let first: { readonly sequence: number; readonly because: KeptBecause | null } | null = null;
  for (let from = 0; from <= to; ) {
    const page = (await events.chain(chain, from, PAGE)).filter(({ sequence }) => sequence <= to);
    const last = page.at(-1);
    if (last === undefined) break;
    for (const event of page) {
      if (KEPT_FOR_GOOD.includes(event.type)) return { sequence: event.sequence, because: { kind: 'record' } };
      first ??= reasonToStay(event, before, active, holds);
    }
    onEvents?.(page.length);
    from = last.sequence + 1;
    await turn();
  }
  return first;
}

function reasonToStay(
  event: StoredEvent,
  before: number,
  active: ReadonlySet<string>,
  holds: readonly PlacedHold[],
): { readonly sequence: number; readonly because: KeptBecause | null } | null {
  const { sequence, sessionId, occurredAt } = event;
  const hold = holds.find((one) => isHeld(one, event));
  if (hold !== undefined) return { sequence, because: { kind: 'hold', holdId: hold.id } };
  if (sessionId !== null && active.has(sessionId)) return { sequence, because: { kind: 'session', sessionId } };
  return occurredAt >= before ? { sequence, because: null } : null;
}

async function rangesOf(
  chain: string,
  { boundary, sealedTo, closed }: SealedChain,
  events: PlanSources['events'],
): Promise<readonly PrunedRange[]> {
  if (boundary === null) return [];
  const { to, head } = boundary;
  const [first, second] = await events.chain(chain, 0, 2);
  if (first === undefined || first.sequence > to) return [];
  const range = (start: StoredEvent): PrunedRange => ({
    chain,
    from: start.sequence,
    to,
    previousHash: hex(start.previousHash),
    head,
  });
  const isWhole = closed && to === sealedTo;
  const rest = second !== undefined && second.sequence <= to ? second : null;
  if (!isWhole) return first.sequence > 0 ? [range(first)] : rest === null ? [] : [range(rest)];
  // What followed the first event has gone before: they lie apart.
  if (second === undefined || second.sequence === first.sequence + 1) {
    return to === 0 || second !== undefined ? [range(first)] : [alone(first)];
  }
  return rest === null ? [alone(first)] : [alone(first), range(rest)];
}

function alone({ chain, sequence, previousHash, hash }: StoredEvent): PrunedRange {
  return { chain, from: sequence, to: sequence, previousHash: hex(previousHash), head: hex(hash) };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
