import { type UseQueryResult, useQuery as useCachedQuery } from '@tanstack/react-query';
import type { TypedDocumentString } from '../generated/graphql.js';
import type { Principal } from '../identity/identity.js';
import { useClient } from './client-context.js';
import { sameCallers } from './same-callers.js';
import { useCaller } from './use-caller.js';

export interface QueryOptions<Result> {
  /** With which identity; the effective one unless told otherwise. */
  readonly as?: Principal;
  readonly enabled?: boolean;
  /** Ask again this often, milliseconds; it may depend on the last answer. */
  readonly refetchInterval?: number | false | ((last: Result | undefined) => number | false);
  /** Show the answer to the last variables until the next is there. */
  readonly keepPrevious?: boolean;
  /** How long an answer counts as fresh, milliseconds. */
  readonly staleTime?: number;
}

/** One query. Answers are kept by who asked: a change of identity never shows what another one was told. */
export function useQuery<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  {
    as = 'effective',
    enabled = true,
    refetchInterval = false,
    keepPrevious = false,
    staleTime,
  }: QueryOptions<Result> = {},
): UseQueryResult<Result> {
  const client = useClient();
  const caller = useCaller(as);
  return useCachedQuery<Result>({
    queryKey: [caller.key, document.toString(), variables],
    queryFn: ({ signal }) => client.ask({ document, variables }, caller, { signal }),
    enabled: enabled && caller.token !== '',
    refetchInterval:
      typeof refetchInterval === 'function'
        ? ({ state }) => refetchInterval(state.data as Result | undefined)
        : refetchInterval,
    ...(keepPrevious ? { placeholderData: sameCallers<Result>(caller) as never } : {}),
    ...(staleTime === undefined ? {} : { staleTime }),
  });
}
