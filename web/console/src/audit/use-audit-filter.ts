import { useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { type AuditFilter, changedFilter } from '../trail/filter/audit-filter.js';
import { type FilterProblem, readFilter, withoutParameters, writeFilter } from '../trail/filter/filter-in-url.js';

export interface UsedFilter {
  /** The same object as long as it is the same filter. */
  readonly filter: AuditFilter;
  readonly problems: readonly FilterProblem[];
  /** The event shown beside the list. */
  readonly eventId: string | null;
  /** Sets some fields anew; undefined lifts a restriction. */
  change(changes: Parameters<typeof changedFilter>[1]): void;
  clear(): void;
  /** Takes what is wrong out of the address. */
  dropProblems(): void;
  /** The address of this list with an event beside it; null: without. */
  hrefOf(eventId: string | null): string;
}

/** The filter of the trail. It lives in the address, whole: a link shows what its sender saw. */
export function useAuditFilter(): UsedFilter {
  const search = useSearch();
  const [, navigate] = useLocation();
  const read = useMemo(() => readFilter(search), [search]);
  const text = writeFilter(read.filter);
  const filter = useMemo(() => readFilter(text).filter, [text]);
  const eventId = new URLSearchParams(search).get('event');

  function go(parameters: string): void {
    navigate(parameters === '' ? '/audit' : `/audit?${parameters}`);
  }

  return {
    filter,
    problems: read.problems,
    eventId,
    change: (changes) => go(writeFilter(changedFilter(filter, changes))),
    clear: () => go(''),
    dropProblems: () =>
      go(
        withoutParameters(
          search,
          read.problems.map(({ parameter }) => parameter),
        ),
      ),
    hrefOf(id) {
      const parameters = [text, id === null ? '' : `event=${encodeURIComponent(id)}`].filter((part) => part !== '');
      return parameters.length === 0 ? '/audit' : `/audit?${parameters.join('&')}`;
    },
  };
}
