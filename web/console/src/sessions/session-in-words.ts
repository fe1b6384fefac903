import type { ImpersonationSessionStatus } from '../generated/graphql.js';
import { type EndTimes, endedUnused } from '../ui/ended-unused.js';

export const STATUS_NAMES: Readonly<Record<ImpersonationSessionStatus, string>> = {
  ACTIVE: 'Active',
  STOPPED: 'Stopped',
  EXPIRED: 'Expired',
  REVOKED: 'Revoked',
};

export const STATUS_TONES = {
  ACTIVE: 'accent',
  STOPPED: 'neutral',
  EXPIRED: 'neutral',
  REVOKED: 'danger',
} as const satisfies Readonly<Record<ImpersonationSessionStatus, string>>;

export interface EndFacts extends EndTimes {
  readonly actorId: string;
  readonly endedBy: { readonly id: string; readonly name: string } | null;
}

/** How a session ended, as a part of a sentence. */
export function endInWords({ actorId, endedBy, ...times }: EndFacts): string {
  const { status } = times;
  switch (status) {
    case 'ACTIVE':
      return 'still active';
    case 'STOPPED':
      return endedBy === null || endedBy.id === actorId ? 'stopped by the actor' : `stopped by ${endedBy.name}`;
    case 'EXPIRED':
      return endedUnused(times) ? 'it was not used' : 'its time ran out';
    case 'REVOKED':
      return endedBy === null ? 'revoked by the gateway' : `revoked by ${endedBy.name}`;
  }
}

/** How long it lasted, seconds: until it ended, or until now. */
export function lasted(
  { startedAt, endedAt }: { readonly startedAt: string; readonly endedAt: string | null },
  now: number,
): number {
  const end = endedAt === null ? now : Date.parse(endedAt);
  return Math.max(0, (end - Date.parse(startedAt)) / 1_000);
}
