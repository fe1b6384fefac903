import { setTimeout as pause } from 'node:timers/promises';
import { STREAM_TRANSPORTS } from '../streams.js';
import { type Asked, askUnder, type End, type Session, sentWhen } from './asking.js';
import type { Replica } from './replicas.js';

/** The promise: no request sent later than this after the answer that a session has ended is honoured anywhere. */
export const PROMISE_MS = 1_000;
/** How long a session is asked for at least, so that the promise is put to the test where it is kept early too. */
const ASKED_MS = 1_400;
/** Until when each living replica must know of the end, and not only refuse in doubt. */
const KNOWN_MS = 30_000;
/** Requests of one session to one replica that wait for their answers. */
const MOST_UNDER_WAY = 20;
const EVENTS = `subscription {
  impersonationEventRecorded(filter: { types: [OPERATION_COMPLETED] }) { requestId }
}`;

/** What came of asking one replica after an end. */
export interface Watched {
  /** How long after the end the first refused request was sent. */
  readonly refusedAfterMs: number;
  readonly faults: readonly string[];
}

/** Faults in what one replica answered for a session that has ended. */
export function faultsIn(asked: readonly Asked[], { at, unstored }: End, name: string): string[] {
  if (unstored) return [];
  const faults: string[] = [];
  const refusals = asked.filter(({ verdict }) => verdict === 'refused');
  for (const { sentAt } of asked.filter(({ verdict }) => verdict === 'honoured')) {
    const after = Math.round(sentAt - at);
    if (after >= PROMISE_MS) faults.push(`${name} honoured a request sent ${after} ms after the end`);
    // Requests overtake each other: what counts is a refusal that had arrived before.
    const before = refusals.find(({ answeredAt }) => answeredAt < sentAt);
    if (before !== undefined)
      faults.push(`${name} refused (${before.code}), then honoured again ${after} ms after the end`);
  }
  return faults;
}

/** How long after the end the first request was sent of those after which none was honoured any more. */
function refusedAfter(asked: readonly Asked[], { at }: End): number {
  const lastHonoured = Math.max(
    at,
    ...asked.filter(({ verdict }) => verdict === 'honoured').map(({ sentAt }) => sentAt),
  );
  const refused = asked.filter(({ verdict, sentAt }) => verdict !== 'honoured' && sentAt > lastHonoured);
  return Math.min(...refused.map(({ sentAt }) => sentAt)) - at;
}

/** Asks a replica at short intervals, whether or not it has answered before, until it knows of the end, and for a while after. */
export async function watchEnd(session: Session, replica: Replica, end: End, random: () => number): Promise<Watched> {
  const asked: Asked[] = [];
  const faults: string[] = [];
  const underWay = new Set<Promise<void>>();
  let known = false;

  function askOnce(): void {
    const asking = askUnder(session, replica)
      .then(
        (one) => {
          asked.push(one);
          if (one.code === 'IMPERSONATION_ENDED') known = true;
        },
        (error: Error) => void faults.push(error.message),
      )
      .finally(() => underWay.delete(asking));
    underWay.add(asking);
  }

  for (let after = 0; after < KNOWN_MS && !(known && after > ASKED_MS); after = performance.now() - end.at) {
    if (underWay.size < MOST_UNDER_WAY) askOnce();
    await pause(known ? 150 + random() * 100 : 25 + random() * 10);
  }
  await Promise.all(underWay);
  if (!known) faults.push(`${replica.name} did not learn of the end in ${KNOWN_MS} ms`);
  return { refusedAfterMs: refusedAfter(asked, end), faults: [...faults, ...faultsIn(asked, end, replica.name)] };
}

/** A stream under the actor token at one replica, through which something has come already. */
export interface OpenStream {
  /** How long after the end it was over, milliseconds, and what it brought that it should not have. */
  over(end: End): Promise<Watched>;
}

/** Null where the stream was ended before anything came, as in a hiccup of the store. */
export async function openStream(session: Session, replica: Replica, random: () => number): Promise<OpenStream | null> {
  const transport = STREAM_TRANSPORTS[random() < 0.5 ? 0 : 1];
  if (transport === undefined) throw new Error('there is no way to stream');
  const stream = transport.follow<{ readonly impersonationEventRecorded: { readonly requestId: string } }>(
    replica.gateway.url,
    session.token,
    EVENTS,
  );
  const brought: string[] = [];
  let overAt = Number.POSITIVE_INFINITY;
  let tell: (open: boolean) => void = () => undefined;
  const opened = new Promise<boolean>((resolve) => {
    tell = resolve;
  });
  const ended = (async () => {
    try {
      for (;;) {
        const result = await stream.next();
        if (result === null || result.errors !== undefined) break;
        const id = result.data?.impersonationEventRecorded.requestId;
        if (id !== undefined) brought.push(id);
        tell(true);
      }
    } catch {
      // The connection was broken off, which is an end as well.
    }
    overAt = performance.now();
    tell(false);
    await stream.close().catch(() => undefined);
  })();
  // Events of what is asked meanwhile come through it.
  for (let settled = false; !settled; ) {
    settled = await Promise.race([opened.then(() => true), pause(200, false)]);
    if (!settled) await askUnder(session, replica);
  }
  if (!(await opened)) return null;
  return {
    async over(end) {
      await Promise.race([ended, pause(KNOWN_MS)]);
      const late = brought
        .map((id) => (sentWhen.get(id) ?? Number.NEGATIVE_INFINITY) - end.at)
        .filter((after) => after >= PROMISE_MS && !end.unstored);
      const faults = late.map(
        (after) => `a stream of ${replica.name} told of a request ${Math.round(after)} ms after the end`,
      );
      if (overAt === Number.POSITIVE_INFINITY)
        faults.push(`a stream of ${replica.name} was not ended in ${KNOWN_MS} ms`);
      return { refusedAfterMs: Math.max(0, overAt - end.at), faults };
    },
  };
}
