import type { ImpersonationSessionStatus } from '../generated/graphql.js';

export interface EndTimes {
  readonly status: ImpersonationSessionStatus;
  readonly endedAt: string | null;
  readonly expiresAt: string;
}

/** Whether the gateway ended the session because nobody used it: of all that expires, this alone does so before its time. */
export function endedUnused({ status, endedAt, expiresAt }: EndTimes): boolean {
  return status === 'EXPIRED' && endedAt !== null && Date.parse(endedAt) < Date.parse(expiresAt);
}
