import type { ImpersonationAccess, ImpersonationSessionStatus } from '../generated/graphql.js';
import { durationInWords } from '../ui/duration.js';

export interface AccessFacts {
  readonly status: ImpersonationSessionStatus;
  readonly access: ImpersonationAccess;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

/** What they could do, for somebody who has never heard of access levels. */
export function accessInPlainWords(access: ImpersonationAccess, isMine: boolean): string {
  const whose = isMine ? 'your' : 'their';
  return access === 'READ_ONLY'
    ? 'They could look, and change nothing.'
    : `They could also change things in ${whose} name, but not ${whose} password and the like.`;
}

/** How long it was and how it came to an end. */
export function lengthInPlainWords({ status, startedAt, endedAt }: AccessFacts): string {
  if (status === 'ACTIVE' || endedAt === null) return 'It is going on right now.';
  const length = durationInWords((Date.parse(endedAt) - Date.parse(startedAt)) / 1_000);
  switch (status) {
    case 'STOPPED':
      return `It lasted ${length}; then they stopped.`;
    case 'EXPIRED':
      return `It lasted ${length}; then their time was up.`;
    case 'REVOKED':
      return `It lasted ${length}; then somebody else put an end to it.`;
  }
}
