import { type End, type Session, tryToEnd } from './asking.js';
import type { Replicas } from './replicas.js';
import { beginHonoured, endSomewhere, oneOf, type Trial, watchAll } from './trial.js';
import { watchEnd } from './watching.js';

/**
 * One replica is told to end so many sessions, and killed at once when it has answered for one of them; by lot the first, or a later
 * one. The others refuse those it answered for, and what it was in the midst of once that is ended there. So does the process that
 * takes its place.
 */
export async function trialsWithKill(replicas: Replicas, count: number, random: () => number): Promise<Trial[]> {
  const dying = oneOf(replicas.all, random);
  const others = replicas.all.filter((replica) => replica !== dying);
  const sessions = await Promise.all(
    Array.from({ length: count }, () => beginHonoured(replicas, replicas.all, random)),
  );
  let answersLeft = 1 + Math.floor(random() * count);
  let replaced: Promise<void> | null = null;
  const ended = sessions.map(async (session): Promise<[Session, End]> => {
    const end = await tryToEnd(session, dying, random() < 0.5 ? 'stop' : 'revoke');
    answersLeft -= 1;
    if (answersLeft === 0) replaced = dying.kill().then(() => dying.replace());
    return [session, end ?? (await endSomewhere(session, others, random))];
  });
  const trials = await Promise.all(
    ended.map(async (each) => {
      const [session, end] = await each;
      return watchAll(session, others, end, random);
    }),
  );
  await replaced;
  const ends = await Promise.all(ended);
  return Promise.all(
    ends.map(async ([session, end], index): Promise<Trial> => {
      const trial = trials[index] as Trial;
      const { faults } = await watchEnd(session, dying, end, random);
      return { ...trial, faults: [...trial.faults, ...faults] };
    }),
  );
}
