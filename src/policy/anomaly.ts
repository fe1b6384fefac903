import type { AnomalyKind } from '../domain/audit-event.js';
import type { BurstRule } from './burst.js';

/** From how many on something is an anomaly; 0: never. */
export interface AnomalyRules {
  /** Refused attempts of one actor within a minute. */
  readonly deniedPerActor: number;
  /** Refused attempts and credentials from one address within a minute. */
  readonly deniedPerAddress: number;
  /** Different subjects of one actor within an hour. */
  readonly subjectsPerHour: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** From how many within which time on something of a kind is an anomaly. */
export function anomalyRule(kind: AnomalyKind, rules: AnomalyRules): BurstRule {
  if (kind === 'DENIED_BURST_BY_ACTOR') return { threshold: rules.deniedPerActor, windowMs: MINUTE_MS };
  if (kind === 'DENIED_BURST_BY_ADDRESS') return { threshold: rules.deniedPerAddress, windowMs: MINUTE_MS };
  return { threshold: rules.subjectsPerHour, windowMs: HOUR_MS };
}

/** When an actor last began to act as each of several subjects, milliseconds since the epoch. Never changed. */
export interface SubjectsSeen {
  readonly lastAt: ReadonlyMap<string, number>;
  readonly toldAt: number | null;
}

export interface SubjectNoted {
  readonly seen: SubjectsSeen;
  /** How many different subjects within the time that ends now; no more than the threshold. */
  readonly count: number;
  readonly burst: boolean;
}

/** Notes that an actor began to act as a subject. No more subjects are kept than the threshold counts. */
export function noteSubject(
  seen: SubjectsSeen | undefined,
  subjectId: string,
  now: number,
  { threshold, windowMs }: BurstRule,
): SubjectNoted {
  if (threshold === 0) return { seen: { lastAt: new Map(), toldAt: null }, count: 0, burst: false };
  // A clock that was set back must not keep what is to come in the count, nor the actor from being told of, until it is there again.
  const lastAt = new Map(
    [...(seen?.lastAt ?? [])]
      .map(([id, at]) => [id, Math.min(at, now)] as const)
      .filter(([, at]) => now - at < windowMs),
  );
  // Newest last, so that the first is the one to forget.
  lastAt.delete(subjectId);
  lastAt.set(subjectId, now);
  for (const [oldest] of lastAt) {
    if (lastAt.size <= threshold) break;
    lastAt.delete(oldest);
  }
  const toldAt = seen?.toldAt == null ? null : Math.min(seen.toldAt, now);
  const burst = lastAt.size >= threshold && (toldAt === null || now - toldAt >= windowMs);
  return { seen: { lastAt, toldAt: burst ? now : toldAt }, count: lastAt.size, burst };
}
