import { useSearchParams } from 'wouter';
import type { ImpersonationSessionStatus } from '../generated/graphql.js';

export const STATUSES = [
  'ACTIVE',
  'STOPPED',
  'EXPIRED',
  'REVOKED',
] as const satisfies readonly ImpersonationSessionStatus[];

export interface SessionFilter {
  readonly status: ImpersonationSessionStatus | null;
  readonly actorId: string | null;
  readonly subjectId: string | null;
  /** A status in the address that is none: nothing is asked then. */
  readonly problem: string | null;
  set(name: 'status' | 'actorId' | 'subjectId', value: string | null): void;
  clear(): void;
}

/** The filter of the history. It lives in the address. */
export function useSessionFilter(): SessionFilter {
  const [params, setParams] = useSearchParams();
  const given = params.get('status');
  const status = STATUSES.find((known) => known === given) ?? null;
  return {
    status,
    actorId: params.get('actorId'),
    subjectId: params.get('subjectId'),
    problem: given !== null && status === null ? `“${given}” is not a state of a session.` : null,
    set(name, value) {
      setParams(
        (now) => {
          const next = new URLSearchParams(now);
          if (value === null) next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      );
    },
    clear: () => setParams(new URLSearchParams()),
  };
}
