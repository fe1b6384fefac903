import { setTimeout as pause } from 'node:timers/promises';
import { type Asked, activeSessions, askUnder, type End, type Session, tryToBegin } from './asking.js';
import type { Replica, Replicas } from './replicas.js';
import { beginHonoured, endSomewhere, oneOf, type Trial, watchAll } from './trial.js';
import { faultsIn, type OpenStream, openStream, watchEnd } from './watching.js';

const PAUSE_MS = 10_000;
/** The last session is ended so long before the pause is over that each request sent under it must be refused then. */
const ENDED_BY_MS = 7_500;
/** Starts that are under way at the replica when it stands still. */
const STARTS = 4;

/**
 * One replica stands still for 10 s. Sessions from before and from meanwhile are ended at the others; requests wait in its sockets from
 * before and from after the ends. None of them is honoured when it goes on, nor is a session that was just being begun there.
 */
export async function trialsWithPause(replicas: Replicas, count: number, random: () => number): Promise<Trial[]> {
  const still = oneOf(replicas.all, random);
  const others = replicas.all.filter((replica) => replica !== still);
  const before = await Promise.all(
    Array.from({ length: Math.ceil(count * 0.7) }, () => beginHonoured(replicas, replicas.all, random)),
  );
  const streams = new Map<Session, OpenStream | null>();
  for (const session of before.slice(0, 3)) streams.set(session, await openStream(session, still, random));

  const reason = `under way ${random()}`;
  const starts = Array.from({ length: STARTS }, () => tryToBegin(still, replicas, 0, reason));
  await pause(random() * 25);
  still.signal('SIGSTOP');
  const stoodStillAt = performance.now();
  try {
    const meanwhile = await Promise.all(
      Array.from({ length: count - before.length }, () => beginHonoured(replicas, others, random)),
    );
    const sessions = [...before, ...meanwhile];
    const waiting = new Map<Session, Promise<Asked>[]>(sessions.map((each) => [each, [askUnder(each, still)]]));
    const ends = await Promise.all(
      sessions.map(async (session): Promise<readonly [Session, End, Promise<Trial>]> => {
        await pause(random() * Math.max(0, ENDED_BY_MS - 4_000 - (performance.now() - stoodStillAt)));
        const end = await endSomewhere(session, others, random);
        waiting.get(session)?.push(askUnder(session, still));
        return [session, end, watchAll(session, others, end, random)] as const;
      }),
    );
    const startsEnded = await endUnderWay(replicas, others, reason, random);
    const early = performance.now() - stoodStillAt <= ENDED_BY_MS;
    await pause(Math.max(0, PAUSE_MS - (performance.now() - stoodStillAt)));
    still.signal('SIGCONT');
    const trials = await Promise.all(
      ends.map(async ([session, end, watched]): Promise<Trial> => {
        const now = askUnder(session, still);
        const asked = await Promise.all([...(waiting.get(session) ?? []), now]);
        const stream = await streams.get(session)?.over(end);
        const after = await watchEnd(session, still, end, random);
        const trial = await watched;
        // It could answer nothing for ten seconds, so of it only what it answered then counts: how late each was asked does not.
        const honoured = asked.filter(({ verdict }) => verdict === 'honoured').length;
        return {
          ...trial,
          faults: [
            ...trial.faults,
            ...faultsIn(asked, end, still.name),
            ...(honoured === 0 ? [] : [`${still.name} went on and honoured ${honoured} requests that had waited`]),
            ...(stream?.faults ?? []),
            ...after.faults,
          ],
        };
      }),
    );
    if (!early) trials[0] = blamed(trials[0], 'the sessions were ended too late for this trial to tell anything');
    const begun = await faultsOfStarts(starts, startsEnded, still);
    return begun.length === 0 ? trials : [blamed(trials[0], ...begun), ...trials.slice(1)];
  } finally {
    still.signal('SIGCONT');
  }
}

function blamed(trial: Trial | undefined, ...faults: readonly string[]): Trial {
  if (trial === undefined) throw new Error('there was no trial');
  return { ...trial, faults: [...trial.faults, ...faults] };
}

/** Ends what the replica that stands still has stored of its starts. Resolves to the ids. */
async function endUnderWay(
  replicas: Replicas,
  others: readonly Replica[],
  reason: string,
  random: () => number,
): Promise<ReadonlySet<string>> {
  const ids = await activeSessions(oneOf(others, random), replicas, reason);
  // Nobody has their tokens yet; so an admin ends them.
  const other = replicas.admins[1];
  for (const id of ids) await endSomewhere({ id, token: other, other }, others, () => 0.5);
  return new Set(ids);
}

async function faultsOfStarts(
  starts: readonly Promise<Session | null>[],
  ended: ReadonlySet<string>,
  still: Replica,
): Promise<string[]> {
  const faults: string[] = [];
  for (const session of await Promise.all(starts)) {
    if (session === null || !ended.has(session.id)) continue;
    const { verdict } = await askUnder(session, still);
    if (verdict === 'honoured') faults.push(`${still.name} honoured a session it was beginning when it stood still`);
  }
  return faults;
}
