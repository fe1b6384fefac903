import { setTimeout as pause } from 'node:timers/promises';
import { askUnder, type End, type Session, tryToBegin, tryToEnd } from './asking.js';
import type { Replica, Replicas } from './replicas.js';
import { openStream, type Watched, watchEnd } from './watching.js';

/** What one trial has come to: a session begun, seen to be honoured by all, ended at one. */
export interface Trial {
  readonly how: End['how'];
  /** How long after the answer the last replica began to refuse, milliseconds. */
  readonly refusedAfterMs: number;
  /** The same for each stream that was open under the session: how long after the answer it was over. */
  readonly streamsAfterMs: readonly number[];
  /** The end was answered as one that the store had not taken yet: nothing is promised of other replicas then. */
  readonly unstored: boolean;
  readonly faults: readonly string[];
}

const LIMIT_MS = 30_000;

/** @throws Error where it does not come true, with what was waited for */
async function until<T>(what: string, attempt: () => Promise<T | null>): Promise<T> {
  for (const end = performance.now() + LIMIT_MS; performance.now() < end; await pause(25)) {
    const found = await attempt();
    if (found !== null) return found;
  }
  throw new Error(`within ${LIMIT_MS} ms ${what} did not come about`);
}

/** A session that each of these replicas honours, begun at one of them. */
export async function beginHonoured(
  replicas: Replicas,
  among: readonly Replica[],
  random: () => number,
): Promise<Session> {
  const whose = random() < 0.5 ? 0 : 1;
  const session = await until('a start', () => tryToBegin(oneOf(among, random), replicas, whose, 'a trial'));
  await Promise.all(
    among.map((replica) =>
      until(`that ${replica.name} honours a session`, async () =>
        (await askUnder(session, replica)).verdict === 'honoured' ? true : null,
      ),
    ),
  );
  return session;
}

/** Ends a session at one of these replicas, at another one where it gives no answer. */
export async function endSomewhere(session: Session, among: readonly Replica[], random: () => number): Promise<End> {
  const how = random() < 0.5 ? 'stop' : 'revoke';
  return until('an end', () => tryToEnd(session, oneOf(among, random), how));
}

/** What became of a session at each of these replicas once it had ended. */
export async function watchAll(
  session: Session,
  among: readonly Replica[],
  end: End,
  random: () => number,
  streams: readonly { over(end: End): Promise<Watched> }[] = [],
): Promise<Trial> {
  const [watched, over] = await Promise.all([
    Promise.all(among.map((replica) => watchEnd(session, replica, end, random))),
    Promise.all(streams.map((stream) => stream.over(end))),
  ]);
  return {
    how: end.how,
    refusedAfterMs: Math.max(...watched.map(({ refusedAfterMs }) => refusedAfterMs)),
    streamsAfterMs: over.map(({ refusedAfterMs }) => refusedAfterMs),
    unstored: end.unstored,
    faults: [...watched, ...over].flatMap(({ faults }) => faults),
  };
}

/** @param withStreams whether a stream is open at each replica as well */
export async function runTrial(replicas: Replicas, random: () => number, withStreams: boolean): Promise<Trial> {
  const { all } = replicas;
  const session = await beginHonoured(replicas, all, random);
  const streams = withStreams ? await Promise.all(all.map((replica) => openStream(session, replica, random))) : [];
  // Whatever the replicas are about just then.
  await pause(random() * 500);
  const end = await endSomewhere(session, all, random);
  return watchAll(
    session,
    all,
    end,
    random,
    streams.filter((stream) => stream !== null),
  );
}

export function oneOf<T>(of: readonly T[], random: () => number): T {
  const found = of[Math.floor(random() * of.length)];
  if (found === undefined) throw new Error('there is nothing to choose from');
  return found;
}
