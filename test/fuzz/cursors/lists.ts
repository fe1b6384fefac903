import type { RunningGateway } from '../../support/running-gateway.js';
import type { ListKind } from './cursor-recipes.js';

/** Something in a list, with what it is ordered by. */
export interface Item {
  readonly id: string;
  readonly at: number;
}

/** A list that has pages, and who reads it. */
export interface PagedList {
  readonly name: string;
  readonly kind: Exclude<ListKind, 'stream'>;
  readonly reader: string;
  /** With `$size` and `$cursor`. */
  readonly query: string;
  /** Where the nodes and cursors are in its data. */
  readonly pick: (data: any) => {
    readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  };
  readonly backward: boolean;
  /** Which items it may show, in its order. */
  readonly items: readonly Item[];
}

const EVENT_FILTERS = {
  'events of one actor': { actorId: 'user_grace' },
  'starts alone': { types: ['IMPERSONATION_STARTED'] },
  'events about one subject': { subjectId: 'user_cleo', outcome: 'SUCCESS' },
} as const;

/** Makes a trail with something in each list. @returns the lists with all that is in them */
export async function pagedLists(gateway: RunningGateway): Promise<readonly PagedList[]> {
  const subjects = ['user_cleo', 'user_carl', 'user_0001', 'user_cleo', 'user_0002'];
  for (const actor of ['user_ada', 'user_grace']) {
    for (const subject of subjects) {
      const { actorToken } = await gateway.impersonate(actor, subject);
      await gateway.graphql(actorToken, '{ viewer { id } orders { id } }');
    }
  }
  const events = (await gateway.store.events.page({}, { limit: 500, direction: 'forward' })).items;
  const session = events.find(({ actorId }) => actorId === 'user_ada')?.sessionId ?? '';
  const list = (name: string, filter: object, fit: (event: (typeof events)[number]) => boolean): PagedList[] =>
    [false, true].map((backward) => ({
      name: `${name}, ${backward ? 'backward' : 'forward'}`,
      kind: 'event',
      reader: 'user_audrey',
      query: `query($size: Int, $cursor: String) { list: impersonationEvents(filter: ${literal(filter)}, ${
        backward ? 'last: $size, before: $cursor' : 'first: $size, after: $cursor'
      }) { edges { cursor node { id } } } }`,
      pick: (data) => data.list,
      backward,
      items: events.filter(fit).map(({ id, occurredAt }) => ({ id, at: occurredAt })),
    }));
  const sessions = (await gateway.store.sessions.page({}, { limit: 500, direction: 'forward' })).items;
  const sessionItems = (fit: (session: (typeof sessions)[number]) => boolean) =>
    sessions.filter(fit).map(({ id, startedAt }) => ({ id, at: startedAt }));
  const people: string[] = [];
  for (let more = true; more; ) {
    const after = people.at(-1);
    const found = await gateway.store.users.search({
      limit: 500,
      prefix: 'c',
      ...(after === undefined ? {} : { afterId: after }),
    });
    people.push(...found.items.map(({ id }) => id));
    more = found.hasMore;
  }
  const paged = (
    name: string,
    reader: string,
    kind: PagedList['kind'],
    field: string,
    items: readonly Item[],
  ): PagedList => ({
    name,
    kind,
    reader,
    query: `query($size: Int, $cursor: String) { list: ${field} { edges { cursor node { id } } } }`,
    pick: (data) => data.list,
    backward: false,
    items,
  });
  return [
    ...list('events of one actor', EVENT_FILTERS['events of one actor'], ({ actorId }) => actorId === 'user_grace'),
    ...list('starts alone', EVENT_FILTERS['starts alone'], ({ type }) => type === 'IMPERSONATION_STARTED'),
    ...list(
      'events about one subject',
      EVENT_FILTERS['events about one subject'],
      ({ subjectId, outcome }) => subjectId === 'user_cleo' && outcome === 'SUCCESS',
    ),
    {
      ...paged('events of a session', 'user_audrey', 'event', '', []),
      query: `query($size: Int, $cursor: String) { impersonationSession(id: ${JSON.stringify(session)}) {
        list: events(first: $size, after: $cursor) { edges { cursor node { id } } } } }`,
      pick: (data) => data.impersonationSession.list,
      items: events
        .filter(({ sessionId }) => sessionId === session)
        .map(({ id, occurredAt }) => ({ id, at: occurredAt })),
    },
    paged(
      'sessions of one actor',
      'user_audrey',
      'session',
      'impersonationSessions(filter: {actorId: "user_ada"}, first: $size, after: $cursor)',
      sessionItems(({ actorId }) => actorId === 'user_ada'),
    ),
    paged(
      'one’s own history',
      'user_cleo',
      'session',
      'accessHistory(first: $size, after: $cursor)',
      sessionItems(({ subjectId }) => subjectId === 'user_cleo'),
    ),
    paged(
      'people',
      'user_sam',
      'user',
      'users(search: "c", first: $size, after: $cursor)',
      people.map((id) => ({ id, at: 0 })),
    ),
  ];
}

function literal(filter: object): string {
  return JSON.stringify(filter)
    .replace(/"(\w+)":/g, '$1: ')
    .replace(/\["(\w+)"\]/, '[$1]')
    .replace('"SUCCESS"', 'SUCCESS');
}

/** Whether one comes before the other in a list of this kind. */
function isBefore(kind: PagedList['kind'], one: Item, other: Item): boolean {
  if (kind === 'user') return Buffer.compare(Buffer.from(one.id), Buffer.from(other.id)) < 0;
  if (one.at !== other.at) return one.at > other.at;
  return Buffer.compare(Buffer.from(one.id), Buffer.from(other.id)) > 0;
}

/** What a page may be: worked out from the whole list; null where the text can be no cursor of it. */
export function expectedPage(
  { kind, items, backward }: PagedList,
  cursor: string,
  size: number,
): readonly string[] | null {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const [, found, at, id] = /^(\w+):(\d+):(.+)$/s.exec(text) ?? [];
  // An id has 255 characters at most: what is longer stands for nothing.
  const isOurs =
    cursor.length <= 2_048 && Buffer.from(text, 'utf8').toString('base64url') === cursor && String(Number(at)) === at;
  if (found !== kind || id === undefined || !isOurs || Number(at) > Number.MAX_SAFE_INTEGER) return null;
  const place = { at: Number(at), id };
  const beyond = items.filter((item) => (backward ? isBefore(kind, item, place) : isBefore(kind, place, item)));
  return (backward ? beyond.slice(-size) : beyond.slice(0, size)).map((item) => item.id);
}
