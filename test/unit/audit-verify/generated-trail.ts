import type { StoredEvent } from '../../../src/domain/audit-event.js';
import type { StoredSeal } from '../../../src/domain/audit-seal.js';
import { seededRandom } from '../../support/seeded-random.js';
import { type EventWish, gatewayKey, jwksOf, TestChain, TestSealer } from './writer.js';

/** A whole life of some gateways, as a seed tells it: nothing in it is wrong. */
export interface GeneratedTrail {
  /** Ordered by chain and sequence. */
  readonly events: readonly StoredEvent[];
  readonly seals: readonly StoredSeal[];
  readonly jwks: ReturnType<typeof jwksOf>;
  /** When the story ends, milliseconds since the epoch. */
  readonly now: number;
}

export interface Story {
  /** How many things happen. */
  readonly steps: number;
  /** Gateways at once at most. */
  readonly replicas: number;
  /** Whether the last events are left unsealed. */
  readonly openEnd?: boolean;
}

interface Process {
  chain: TestChain;
  /** How far its clock is off, milliseconds. */
  skew: number;
}

interface Session {
  readonly id: string;
  readonly startedAt: number;
  readonly expiresAt: number;
  endedAt: number | null;
  underWay: number;
}

const BEGINNING = Date.UTC(2026, 0, 1);
export const GATEWAY = gatewayKey('gateway-2026');

export function generateTrail(seed: number, { steps, replicas, openEnd = false }: Story): GeneratedTrail {
  const random = seededRandom(seed);
  const upTo = (most: number): number => Math.floor(random() * most);
  const oneOf = <T>(list: readonly T[]): T => list[upTo(list.length)]!;
  const chance = (share: number): boolean => random() < share;

  const sealer = new TestSealer();
  const chains: { chain: TestChain; closed: boolean }[] = [];
  const sessions: Session[] = [];
  let now = BEGINNING;
  let lastSealAt = now;
  const processes: Process[] = [];
  while (processes.length < replicas) processes.push(boot());

  function boot(): Process {
    const id = Array.from({ length: 4 }, () => upTo(0x1_0000_0000).toString(16).padStart(8, '0')).join('-');
    const chain = new TestChain(id, GATEWAY);
    chains.push({ chain, closed: false });
    return { chain, skew: upTo(4_000) - 2_000 };
  }

  function write(process: Process, wish: Omit<EventWish, 'at'> & { readonly at?: number }): void {
    process.chain.append({ ...wish, at: (wish.at ?? now) + process.skew });
    if (chance(0.6)) process.chain.commit();
    if (chance(0.05)) {
      const last = process.chain.events.length - 1;
      process.chain.events[last] = { ...process.chain.events[last]!, details: null };
    }
  }

  function seal(): void {
    sealer.seal(now + oneOf(processes).skew, chains, GATEWAY);
    lastSealAt = now;
  }

  function end(session: Session, type: EventWish['type'], at: number): void {
    session.endedAt = at;
    write(oneOf(processes), { type, at, session, subject: 'user_cleo' });
  }

  const living = (): Session[] => sessions.filter(({ endedAt }) => endedAt === null);
  const operation = (type: 'QUERY' | 'MUTATION', durationMs: number | null) => ({
    name: chance(0.8) ? `Op${upTo(20)}` : null,
    type,
    durationMs,
  });

  const happenings: (() => void)[] = [
    function start() {
      const session: Session = {
        id: `session-${sessions.length}-${upTo(1_000_000)}`,
        startedAt: now,
        expiresAt: Math.floor(now / 1_000) * 1_000 + oneOf([60_000, 300_000, 600_000]),
        endedAt: null,
        underWay: 0,
      };
      const process = oneOf(processes);
      write(process, {
        type: 'IMPERSONATION_STARTED',
        session,
        subject: 'user_cleo',
        details: { reason: 'Fall 4711 — “Ünïcode” \\ \u0007 👩🏽‍🚀', ticket: 'CASE-4711' },
      });
      if (chance(0.1)) end(session, 'IMPERSONATION_VOIDED', now);
      sessions.push(session);
    },
    function query() {
      const session = living().at(-1 - upTo(3));
      if (session === undefined) return;
      const durationMs = random() * Math.min(3_000, now - session.startedAt);
      const details = { variables: '{"first":20}' };
      const wish = { type: 'OPERATION_COMPLETED', session, subject: 'user_cleo', details } as const;
      write(oneOf(processes), { ...wish, operation: operation('QUERY', durationMs) });
    },
    function mutationBegins() {
      const session = living().at(-1);
      if (session === undefined) return;
      session.underWay += 1;
      const wish = { type: 'OPERATION_ATTEMPTED', outcome: 'UNKNOWN', session, subject: 'user_cleo' } as const;
      write(oneOf(processes), { ...wish, operation: operation('MUTATION', null) });
    },
    function mutationCompletes() {
      const session = sessions.find(({ underWay }) => underWay > 0);
      if (session === undefined) return;
      session.underWay -= 1;
      const wish = { type: 'OPERATION_COMPLETED', session, subject: 'user_cleo' } as const;
      write(oneOf(processes), { ...wish, operation: operation('MUTATION', random() * 50) });
    },
    function refusedDuringOrAfter() {
      const session = sessions.at(-1 - upTo(5));
      if (session === undefined) return;
      const flood = chance(0.3) ? { count: 2 + upTo(500) } : {};
      const wish = { type: 'OPERATION_DENIED', outcome: 'FAILURE', code: 'IMPERSONATION_ENDED' } as const;
      write(oneOf(processes), { ...wish, ...flood, session, subject: 'user_cleo' });
    },
    function refusedStart() {
      const wish = { type: 'IMPERSONATION_DENIED', outcome: 'FAILURE', code: 'FORBIDDEN' } as const;
      write(oneOf(processes), { ...wish, actor: chance(0.5) ? null : 'user_sam' });
    },
    function read() {
      write(oneOf(processes), { type: 'AUDIT_READ', actor: 'user_audrey' });
    },
    function stop() {
      const session = living().at(-1 - upTo(2));
      if (session !== undefined) end(session, chance(0.7) ? 'IMPERSONATION_STOPPED' : 'IMPERSONATION_REVOKED', now);
    },
    function restart() {
      if (chance(0.7)) return;
      const process = oneOf(processes);
      process.chain.commit();
      const state = chains.find(({ chain }) => chain === process.chain);
      // An orderly stop closes the chain; a crash leaves it as it is, and somebody else seals it.
      if (state !== undefined && chance(0.5)) state.closed = true;
      Object.assign(process, boot());
    },
  ];

  for (let step = 0; step < steps; step += 1) {
    now += chance(0.02) ? upTo(400_000) : upTo(900);
    for (const session of living())
      if (session.expiresAt <= now) end(session, 'IMPERSONATION_EXPIRED', session.expiresAt);
    oneOf(happenings)();
    if (now - lastSealAt >= 5_000) {
      // A commit under way is not sealed yet; none is under way for long.
      for (const { chain } of processes) if (chance(0.9) || now - lastSealAt >= 20_000) chain.commit();
      seal();
    }
  }
  for (const { chain } of chains) chain.commit();
  if (!openEnd) {
    for (const state of chains) if (chance(0.7)) state.closed = true;
    seal();
  }
  const events = chains
    .map(({ chain }) => chain)
    .sort((one, other) => (one.id < other.id ? -1 : 1))
    .flatMap((chain) => chain.events);
  return { events, seals: sealer.seals, jwks: jwksOf(GATEWAY), now };
}
