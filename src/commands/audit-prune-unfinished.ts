import { hasArchive } from '../audit/retention/archive.js';
import { deleteRecorded } from '../audit/retention/delete-recorded.js';
import { giveUp, progressOf } from '../audit/retention/give-up.js';
import { sealRecords } from '../audit/retention/prune.js';
import { RetentionError } from '../audit/retention/retention-error.js';
import { recordsOfGivingUp, type UnfinishedPrune, unfinishedPrunes } from '../audit/retention/unfinished.js';
import type { CommandTrail } from './command-trail.js';
import type { Output } from './output.js';

/** One line for each archive whose pruning was broken off. */
export function unfinishedLines(unfinished: readonly UnfinishedPrune[]): readonly string[] {
  return [...byArchive(unfinished).keys()].map((sha256) => {
    const of = unfinished.find(({ recorded }) => recorded.archive.sha256 === sha256);
    return `A pruning was broken off. Its archive has ${of?.recorded.archive.events} events, SHA-256 ${sha256}.`;
  });
}

/**
 * Deletes what is left of the prunings whose archive the file is.
 * @throws RetentionError where it is that of none of them; where a hold keeps what is left, or it was given up
 */
export async function finishPrunes(
  unfinished: readonly UnfinishedPrune[],
  { file, reason }: { readonly file: string; readonly reason: string },
  parts: CommandTrail,
  { stdout }: Pick<Output, 'stdout'>,
  onEvents: (count: number) => void,
): Promise<void> {
  const { events } = parts.store;
  await sealRecords(unfinished, parts);
  const rest: UnfinishedPrune[] = [];
  const meant: UnfinishedPrune[] = [];
  for (const one of unfinished) {
    ((await hasArchive(file, one.recorded.archive)) ? meant : rest).push(one);
  }
  if (meant.length === 0) {
    throw new RetentionError(
      `${unfinishedLines(rest).join('\n')}\nTo finish it, name its archive with --export. Where that is lost, see --give-up.`,
    );
  }
  const ranges = meant.flatMap(({ pruned }) => pruned.ranges);
  const deletion = { records: meant, ranges, planned: [], reason };
  const deleted = await deleteRecorded(deletion, { ...parts, events }, onEvents);
  stdout.write(`${deleted} events were pruned: what had been broken off is finished. Run it again for more.\n`);
  for (const line of unfinishedLines(rest)) stdout.write(`${line}\n`);
}

/**
 * Gives up the prunings with an archive: see {@link giveUp}.
 * @throws RetentionError where there is none that is unfinished
 */
export async function giveUpUnfinished(
  { archive, reason }: { readonly archive: string; readonly reason: string | null },
  parts: CommandTrail,
  { stdout }: Pick<Output, 'stdout'>,
): Promise<void> {
  const { store, gateway, clock } = parts;
  const unfinished = await unfinishedPrunes(store.events, gateway);
  const meant = byArchive(unfinished).get(archive) ?? [];
  if (meant.length === 0) {
    // It may have been broken off itself, after its last record.
    const records = await recordsOfGivingUp(archive, store.events, gateway);
    if (records.length === 0) {
      const others = unfinishedLines(unfinished).join('\n');
      throw new RetentionError(
        `No unfinished pruning has the archive ${archive}: nothing was done.\n${others}`.trimEnd(),
      );
    }
    await sealRecords(records, parts);
    stdout.write('The pruning was given up already. This is on record.\n');
    return;
  }
  const { gone, left } = await progressOf(meant, store.events);
  stdout.write(`Of the ${gone + left} events of this pruning ${gone} are gone, and ${left} are in the store.\n`);
  if (reason === null) {
    stdout.write(
      `${gone === 0 ? '' : 'What is gone is in its archive alone: look for that first. '}Nothing was done. Say --yes, with a --reason, to give it up.\n`,
    );
    return;
  }
  const said = await giveUp(meant, reason, store.events, { ...parts, now: clock.now() });
  stdout.write(
    `It is given up: ${said.left} events stay, and may be pruned anew; ${said.gone} went by it. This is on record.\n`,
  );
}

function byArchive(unfinished: readonly UnfinishedPrune[]): ReadonlyMap<string, readonly UnfinishedPrune[]> {
  const found = new Map<string, UnfinishedPrune[]>();
  for (const one of unfinished) {
    const { sha256 } = one.recorded.archive;
    found.set(sha256, [...(found.get(sha256) ?? []), one]);
  }
  return found;
}
