import { GatewayError } from '../src/errors/index.js';
import type { PageRequest, Slice } from '../src/stores/index.js';
import { type CursorKind, decodeCursor } from './cursor.js';

/** A Relay connection, ready for the default resolvers. */
export interface Connection<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

export const MAX_PAGE = 500;

/**
 * The page that Relay arguments ask for.
 * @param size used when neither `first` nor `last` is given.
 * @throws GatewayError BAD_USER_INPUT: a size outside 1 to 500, both directions at once, a malformed cursor.
 */
export function readPage(kind: CursorKind, args: PageArguments, size: number): PageRequest {
  const first = args.first ?? null;
  const last = args.last ?? null;
  const after = args.after ?? null;
  const before = args.before ?? null;
  if (first !== null && last !== null) throw badPage('last', '`first` and `last` cannot be combined.');
  if (after !== null && before !== null) throw badPage('before', '`after` and `before` cannot be combined.');
  if (first !== null && before !== null) throw badPage('before', '`before` goes with `last`.');
  if (last !== null && after !== null) throw badPage('after', '`after` goes with `first`.');
  const backward = last !== null || before !== null;
  const limit = (backward ? last : first) ?? size;
  if (limit < 1 || limit > MAX_PAGE) {
    const field = backward ? 'last' : 'first';
    throw badPage(field, `\`${field}\` must be 1 to ${MAX_PAGE}.`);
  }
  const cursor = backward ? before : after;
  return {
    limit,
    direction: backward ? 'backward' : 'forward',
    ...(cursor === null ? {} : { from: decodeCursor(kind, backward ? 'before' : 'after', cursor) }),
  };
}

/** The connection for a slice that `page` asked for. */
export function connection<T>(slice: Slice<T>, page: PageRequest, cursorOf: (item: T) => string): Connection<T> {
  const edges = slice.items.map((node) => ({ cursor: cursorOf(node), node }));
  const cameFrom = page.from !== undefined;
  return {
    edges,
    nodes: slice.items,
    pageInfo: {
      hasNextPage: page.direction === 'forward' ? slice.hasMore : cameFrom,
      hasPreviousPage: page.direction === 'backward' ? slice.hasMore : cameFrom,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function badPage(field: string, message: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', { message, extensions: { field } });
}
