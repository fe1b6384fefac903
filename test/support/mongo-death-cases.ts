import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { eventId } from '../../src/audit/format.js';
import { ACTIVE_SESSION, type CommandCase, type Place } from './mongo-deaths.js';
import { runCommand } from './run-command.js';

const PRUNED = 9;

/** Every command that writes to the trail. */
export const COMMAND_CASES: readonly CommandCase[] = [
  {
    name: 'audit prune',
    on: 'the trail',
    argv: async (place) => pruneIn(place),
    async brokenOff(place) {
      const [stored, archived] = [await oldEvents(place), await archivedIn(place)];
      const all = new Set([...stored, ...archived]);
      return all.size === PRUNED ? [] : [`${all.size} of ${PRUNED} events are in the store or in an archive on record`];
    },
    async settled(again, place) {
      const [left, archived] = [await oldEvents(place), await archivedIn(place)];
      return [
        ...doneBy(again),
        ...(left.length === 0 ? [] : [`not pruned: ${left.join()}`]),
        ...(archived.length === PRUNED ? [] : [`${archived.length} events are in the archive`]),
      ];
    },
  },
  {
    name: 'audit hold --add',
    on: 'the trail',
    argv: async () => ['audit', 'hold', '--add', '--session', 'session-2', '--reason', 'case 7'],
    async settled(again, place) {
      const listed = await runCommand(['audit', 'hold', '--list'], place.settings);
      return [...doneBy(again), ...(/\n[12] holds in force/.test(listed.stdout) ? [] : [listed.stdout])];
    },
  },
  {
    name: 'audit hold --release',
    on: 'the trail',
    async prepare({ settings }) {
      await runCommand(['audit', 'hold', '--add', '--session', 'session-2', '--reason', 'case 7'], settings);
    },
    async argv({ settings }) {
      const { stdout } = await runCommand(['audit', 'hold', '--list'], settings);
      const [, id = 'none'] = /"([^"]+)"/.exec(stdout) ?? [];
      return ['audit', 'hold', '--release', id, '--reason', 'case closed'];
    },
    async settled(again, place) {
      const isDone = again.code === 0 || again.stderr.includes('not in force any more');
      const listed = await runCommand(['audit', 'hold', '--list'], place.settings);
      return [
        ...(isDone ? [] : doneBy(again)),
        ...(/\n0 holds in force, 1 in all/.test(listed.stdout) ? [] : [listed.stdout]),
      ];
    },
  },
  {
    name: 'audit erase',
    on: 'the trail',
    argv: async () => ['audit', 'erase', '--user', 'user_cleo', '--reason', 'request 17', '--yes'],
    async settled(again, place) {
      const about = await place.withStore(({ events }) =>
        events.page({ subjectId: 'user_cleo' }, { limit: 500, direction: 'forward' }),
      );
      const left = about.items.filter(({ type, details }) => type !== 'AUDIT_ERASED' && details !== null);
      const session = await place.withStore(({ sessions }) => sessions.get(ACTIVE_SESSION));
      return [
        ...doneBy(again),
        ...left.map(({ id }) => `${id} still has its details`),
        ...(session?.reason === '[ERASED]' && session.ticket === null ? [] : ['the session still has its reason']),
      ];
    },
  },
  {
    name: 'sessions end-all',
    on: 'the trail',
    argv: async () => ['sessions', 'end-all', '--reason', 'the end', '--yes'],
    settled: async (again, place) => [...doneBy(again), ...(await endedOnce(place))],
  },
  {
    name: 'audit restored',
    on: 'an earlier copy',
    argv: async () => ['audit', 'restored', '--reason', 'disk failure', '--yes'],
    async brokenOff({ settings }) {
      // Refused for as long as it is not acknowledged; then it goes on.
      const { code, stderr } = await runCommand(['audit', 'hold', '--list'], settings);
      return code === 0 || stderr.includes('older than its anchor') ? [] : [stderr];
    },
    async settled(again, place) {
      const isDone = again.code === 0 || again.stderr.includes('nothing to acknowledge');
      return [...(isDone ? [] : doneBy(again)), ...(await endedOnce(place))];
    },
  },
];

function pruneIn({ folder, before }: Place): readonly string[] {
  const file = path.join(folder, 'archive.ndjson');
  return ['audit', 'prune', '--before', before, '--export', file, '--reason', 'yearly', '--yes'];
}

function doneBy({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }): readonly string[] {
  return code === 0 && stderr === '' ? [] : [`run again it exits with ${code}: ${stdout}${stderr}`];
}

/** Those of the events that may be pruned that are in the store. */
async function oldEvents({ withStore, before }: Place): Promise<readonly string[]> {
  const { items } = await withStore(({ events }) =>
    events.page({ occurredBefore: Date.parse(before) }, { limit: 500, direction: 'forward' }),
  );
  return items.filter(({ type }) => type !== 'AUDIT_READ').map(({ id }) => id);
}

/** The events in the archive, where a record names it. */
async function archivedIn({ folder, withStore }: Place): Promise<readonly string[]> {
  const text = await readFile(path.join(folder, 'archive.ndjson'), 'utf8').catch(() => null);
  if (text === null) return [];
  const records = await withStore(({ events }) =>
    events.page({ types: ['AUDIT_PRUNED'] }, { limit: 9, direction: 'forward' }),
  );
  const digest = createHash('sha256').update(text).digest('hex');
  if (!records.items.some(({ body }) => body.includes(digest))) return [];
  return text
    .trimEnd()
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const { chain, sequence } = JSON.parse(line) as { chain: string; sequence: number };
      return eventId(chain, sequence);
    });
}

/** Whatever becomes of the command, the session that was active has ended, with one event. */
async function endedOnce({ withStore }: Place): Promise<readonly string[]> {
  const session = await withStore(({ sessions }) => sessions.get(ACTIVE_SESSION));
  const { items } = await withStore(({ events }) =>
    events.page({ sessionId: ACTIVE_SESSION, types: ['IMPERSONATION_REVOKED'] }, { limit: 9, direction: 'forward' }),
  );
  return [
    ...(session?.status === 'REVOKED' ? [] : [`the session is ${session?.status}`]),
    // One that was ended, and whose event was not recorded, is taken over by a gateway once its claim is old.
    ...(items.length <= 1 ? [] : [`it has ${items.length} end events`]),
  ];
}
