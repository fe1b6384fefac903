import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { TypedDocumentString } from '../generated/graphql.js';
import type { Principal } from '../identity/identity.js';
import { useClient } from './client-context.js';
import { sameCallers } from './same-callers.js';
import { useCaller } from './use-caller.js';

/** A page of a Relay connection. */
export interface Connection<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface Pages<Node> {
  readonly items: readonly Node[];
  readonly state: 'loading' | 'failed' | 'ready';
  readonly error: Error | null;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  /** The next page could not be had; what is shown stays. */
  readonly moreError: Error | null;
  /** Whether what is shown answers an earlier question. */
  readonly isOutdated: boolean;
  /** The answer waits for the network. */
  readonly isWaiting: boolean;
  loadMore(): void;
  reload(): void;
}

export interface PagesOptions {
  readonly as?: Principal;
  readonly enabled?: boolean;
}

/**
 * A list read page by page, onwards by cursor. `variables` are all but `after`; `select` finds the connection in a result; give it one
 * function, not a new one at every rendering.
 * What was read stays for the identity it was read with, so that whoever comes back finds the list as it was.
 */
export function usePages<Result, Variables extends { readonly after?: string | null | undefined }, Node>(
  document: TypedDocumentString<Result, Variables>,
  variables: Omit<Variables, 'after'>,
  select: (result: Result) => Connection<Node>,
  { as = 'effective', enabled = true }: PagesOptions = {},
): Pages<Node> {
  const client = useClient();
  const caller = useCaller(as);
  const query = useInfiniteQuery({
    queryKey: [caller.key, 'pages', document.toString(), variables],
    queryFn: ({ pageParam, signal }) =>
      client.ask({ document, variables: { ...variables, after: pageParam } as Variables }, caller, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => {
      const { hasNextPage, endCursor } = select(last).pageInfo;
      return hasNextPage ? endCursor : null;
    },
    enabled: enabled && caller.token !== '',
    placeholderData: sameCallers(caller),
    // Reading all pages again at every return would cost more than it tells; "reload" does it when asked.
    staleTime: 30_000,
  });
  const { data } = query;
  const items = useMemo(() => (data?.pages ?? []).flatMap((page) => select(page).nodes), [data, select]);
  return {
    items,
    state: data !== undefined ? 'ready' : query.isError ? 'failed' : 'loading',
    error: data === undefined ? query.error : null,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    moreError: query.isFetchNextPageError ? query.error : null,
    isOutdated: query.isPlaceholderData,
    isWaiting: query.isPaused,
    loadMore: () => {
      if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
    },
    reload: () => void query.refetch(),
  };
}
