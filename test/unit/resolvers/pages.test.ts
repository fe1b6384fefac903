import { describe, expect, it } from 'vitest';
import { connection, type PageArguments, readPage } from '../../../resolvers/connection.js';
import { decodeCursor, encodeCursor } from '../../../resolvers/cursor.js';
import { readEventFilter } from '../../../resolvers/event-filter.js';
import type { GatewayError } from '../../../src/errors/index.js';
import type { PageRequest } from '../../../src/stores/index.js';

const KEY = { at: 1_767_225_600_000, id: 'chain:000000000007' };
const CURSOR = encodeCursor('event', KEY);
const raw = (text: string) => Buffer.from(text, 'utf8').toString('base64url');

/** The page, or the field that is refused. */
function judged<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    const { code, extensions, message } = error as GatewayError;
    expect(code).toBe('BAD_USER_INPUT');
    expect(message).toContain(`\`${extensions.field}\``);
    return `refused: ${extensions.field}`;
  }
}

describe('the arguments of a page', () => {
  const table: readonly [PageArguments, PageRequest | string][] = [
    [{}, { limit: 50, direction: 'forward' }],
    [
      { first: null, after: null, last: null, before: null },
      { limit: 50, direction: 'forward' },
    ],
    [{ first: 1 }, { limit: 1, direction: 'forward' }],
    [{ first: 500 }, { limit: 500, direction: 'forward' }],
    [{ last: 1 }, { limit: 1, direction: 'backward' }],
    [{ last: 500 }, { limit: 500, direction: 'backward' }],
    [{ after: CURSOR }, { limit: 50, direction: 'forward', from: KEY }],
    [
      { first: 2, after: CURSOR },
      { limit: 2, direction: 'forward', from: KEY },
    ],
    [{ before: CURSOR }, { limit: 50, direction: 'backward', from: KEY }],
    [
      { last: 2, before: CURSOR },
      { limit: 2, direction: 'backward', from: KEY },
    ],
    [{ first: 0 }, 'refused: first'],
    [{ first: -1 }, 'refused: first'],
    [{ first: 501 }, 'refused: first'],
    [{ last: 0 }, 'refused: last'],
    [{ last: 501 }, 'refused: last'],
    [{ first: 1, last: 1 }, 'refused: last'],
    [{ after: CURSOR, before: CURSOR }, 'refused: before'],
    [{ first: 1, before: CURSOR }, 'refused: before'],
    [{ last: 1, after: CURSOR }, 'refused: after'],
    [{ after: 'x' }, 'refused: after'],
    [{ after: '' }, 'refused: after'],
    [{ before: 'x' }, 'refused: before'],
  ];
  it.each(table.map(([args, expected]) => [JSON.stringify(args), args, expected] as const))(
    '%s',
    (_, args, expected) => {
      expect(judged(() => readPage('event', args, 50))).toEqual(expected);
    },
  );
});

describe('a cursor', () => {
  it('is opaque and fits a URL', () => {
    expect(CURSOR).toMatch(/^[\w-]+$/);
    expect(CURSOR).not.toContain('chain');
  });

  it('comes back as it was made', () => {
    const ids = ['a', 'user_0001', 'a:b:c', ' ', '\n', 'é🚀', '🚀'.repeat(255), 'x'.repeat(255), '漢'.repeat(255)];
    for (const kind of ['event', 'session', 'user'] as const) {
      for (const id of ids) {
        for (const at of [0, 1, KEY.at, Number.MAX_SAFE_INTEGER]) {
          expect(decodeCursor(kind, 'after', encodeCursor(kind, { at, id }))).toEqual({ at, id });
        }
      }
    }
  });

  it.each([
    ['of another list', encodeCursor('session', KEY)],
    ['without a kind', raw('1:a')],
    ['of an unknown kind', raw('order:1:a')],
    ['without a time', raw('event::a')],
    ['with a negative time', raw('event:-1:a')],
    ['with a time that is no whole number', raw('event:1.5:a')],
    ['with a time beyond what numbers hold', raw('event:9999999999999999:a')],
    ['with a time written otherwise', raw('event:01:a')],
    ['without an id', raw('event:1:')],
    ['that is not base64url', '!!!!'],
    ['with padding', `${CURSOR}=`],
    ['in plain base64', Buffer.from('event:1:??>').toString('base64')],
    ['with blanks', ` ${CURSOR}`],
    [
      'that spells the same bytes otherwise',
      CURSOR.replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1)),
    ],
    ['that is not UTF-8', Buffer.from([0x65, 0x76, 0x65, 0x6e, 0x74, 0x3a, 0x31, 0x3a, 0xff]).toString('base64url')],
    ['that is empty', ''],
    ['that is too long', encodeCursor('event', { at: 1, id: 'x'.repeat(2_000) })],
    ['of a megabyte', 'A'.repeat(1_000_000)],
  ])('%s is refused', (_, cursor) => {
    expect(judged(() => decodeCursor('event', 'after', cursor))).toBe('refused: after');
  });
});

describe('a connection', () => {
  const slice = (items: readonly string[], hasMore: boolean) => ({ items, hasMore });
  const from = KEY;
  const cursorOf = (item: string) => `cursor of ${item}`;

  it('has a cursor for each of its entries', () => {
    const made = connection(slice(['a', 'b'], false), { limit: 2, direction: 'forward' }, cursorOf);
    expect(made.edges).toEqual([
      { cursor: 'cursor of a', node: 'a' },
      { cursor: 'cursor of b', node: 'b' },
    ]);
    expect(made.nodes).toEqual(['a', 'b']);
    expect(made.pageInfo).toMatchObject({ startCursor: 'cursor of a', endCursor: 'cursor of b' });
  });

  it.each([
    ['the first page of several', { direction: 'forward' }, true, [true, false]],
    ['a page in the middle', { direction: 'forward', from }, true, [true, true]],
    ['the last page', { direction: 'forward', from }, false, [false, true]],
    ['the only page', { direction: 'forward' }, false, [false, false]],
    ['the last page, from the end', { direction: 'backward' }, true, [false, true]],
    ['a page in the middle, from the end', { direction: 'backward', from }, true, [true, true]],
    ['the first page, from the end', { direction: 'backward', from }, false, [true, false]],
  ] as const)('knows what comes before and after %s', (_, page, hasMore, [next, previous]) => {
    const { pageInfo } = connection(slice(['a'], hasMore), { limit: 1, ...page }, cursorOf);
    expect([pageInfo.hasNextPage, pageInfo.hasPreviousPage]).toEqual([next, previous]);
  });

  it('of nothing has no cursors', () => {
    expect(connection(slice([], false), { limit: 1, direction: 'forward' }, cursorOf)).toEqual({
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });
});

describe('the filter of events', () => {
  it('restricts by what was given; null restricts as little as absence', () => {
    expect(readEventFilter(null)).toEqual({});
    expect(readEventFilter(undefined)).toEqual({});
    expect(readEventFilter({ actorId: null, outcome: 'FAILURE', types: [], occurredAfter: 0 })).toEqual({
      outcome: 'FAILURE',
      types: [],
      occurredAfter: 0,
    });
  });
});
