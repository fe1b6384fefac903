import type { ImpersonationAccess, ImpersonationSessionStatus } from '../generated/graphql.js';
import { durationInWords } from '../ui/duration.js';
import { endedUnused } from '../ui/ended-unused.js';

export interface AccessFacts {
  readonly status: ImpersonationSessionStatus;
  readonly access: ImpersonationAccess;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly expiresAt: string;
}

/** Whether it goes on as we speak. */
export function isGoingOn({ status }: Pick<AccessFacts, 'status'>): boolean {
  return status === 'ACTIVE';
}

/** What they could do, for somebody who has never heard of access levels. */
export function accessInPlainWords(facts: Pick<AccessFacts, 'status' | 'access'>, isMine: boolean): string {
  const can = isGoingOn(facts) ? 'can' : 'could';
  if (facts.access === 'READ_ONLY') return `They ${can} look, and change nothing.`;
  const whose = isMine ? 'your' : 'their';
  return `They ${can} also change things in ${whose} name, except what only ${isMine ? 'you' : 'the person'} may, such as a password.`;
}

/** How long it was and how it came to an end. */
export function lengthInPlainWords({ status, startedAt, endedAt, expiresAt }: AccessFacts): string {
  if (status === 'ACTIVE') return 'It is going on right now.';
  const length =
    endedAt === null ? 'an unknown time' : durationInWords((Date.parse(endedAt) - Date.parse(startedAt)) / 1_000);
  switch (status) {
    case 'STOPPED':
      return `It lasted ${length}; then they stopped.`;
    case 'EXPIRED':
      return endedUnused({ status, endedAt, expiresAt })
        ? `It lasted ${length}; then it was ended, because they no longer used it.`
        : `It lasted ${length}; then their time was up.`;
    case 'REVOKED':
      return `It lasted ${length}; then somebody else put an end to it.`;
  }
}
