import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, link, open, readdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { EventPruned, PrunedRange } from '../../domain/audit-event.js';
import { syncFile, syncFolder } from '../../platform/durable-files.js';
import { newTimedId } from '../../platform/ids.js';
import type { EventStore } from '../../stores/index.js';
import { manifestLine, ndjsonLine } from '../export/ndjson.js';
import { type EventBatch, exportFile, type Input, type TrailInputs, verifyTrail } from '../verify/index.js';
import type { PrunePlan } from './plan-prune.js';
import { RetentionError } from './retention-error.js';

type Archive = EventPruned['archive'];

/** An archive that was written and has not got its name yet. */
export interface WrittenArchive {
  /** The file it is in: nobody else writes to it, not even another pruning with the same archive. */
  readonly part: string;
  readonly archive: Archive;
}

const PAGE = 500;

/**
 * Writes exactly the planned events into a new file, as an export that says of itself that it leaves events out, and has it on disk.
 * It gets its own name by {@link nameArchive} alone, once it was verified and is on record: what a crash leaves before is written anew.
 * @param file must not exist; the archive is written beside it
 * @throws RetentionError where it exists, or an event of the plan is not there; StoreUnavailableError
 */
export async function writeArchive(
  file: string,
  plan: PrunePlan,
  events: Pick<EventStore, 'chain'>,
  begunAt: number,
  onEvents: (count: number) => void,
): Promise<WrittenArchive> {
  if (await isThere(file)) throw exists(file);
  const part = `${file}.${newTimedId()}${PART}`;
  const handle = await open(part, 'wx', 0o600);
  const digest = createHash('sha256');
  let bytes = 0;
  const write = async (text: string): Promise<void> => {
    const piece = Buffer.from(text, 'utf8');
    digest.update(piece);
    bytes += piece.length;
    await handle.writeFile(piece);
  };
  try {
    for (const range of plan.ranges) await writeRange(range, events, write, onEvents);
    const filter = { occurredBefore: plan.before };
    await write(`${manifestLine({ begunAt, filter, events: plan.events })}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  // What is on record must be found after a power cut, too.
  await syncNames(file);
  return { part, archive: { sha256: digest.digest('hex'), bytes, events: plan.events } };
}

async function writeRange(
  { chain, from, to }: PrunedRange,
  events: Pick<EventStore, 'chain'>,
  write: (text: string) => Promise<void>,
  onEvents: (count: number) => void,
): Promise<void> {
  for (let next = from; next <= to; ) {
    const page = (await events.chain(chain, next, PAGE)).filter(({ sequence }) => sequence <= to);
    if (page.length === 0 || page.some(({ sequence }, index) => sequence !== next + index)) {
      throw new RetentionError(`Events of ${chain} from ${next} on are not as they were planned. Verify the trail.`);
    }
    await write(page.map((event) => `${ndjsonLine(event)}\n`).join(''));
    onEvents(page.length);
    next += page.length;
    await turn();
  }
}

/**
 * Reads the written file again and verifies it as anybody would offline, against seals, anchors and keys; and that it holds the
 * planned events and no others, each range between the hashes that seals vouch for.
 * @throws RetentionError where anything is other than it should be
 */
export async function verifyArchive(
  { part, archive }: WrittenArchive,
  plan: PrunePlan,
  trust: Pick<TrailInputs, 'seals' | 'anchors' | 'keys'>,
  onEvents: (count: number) => void,
): Promise<void> {
  const refuse = (why: string) => new RetentionError(`The archive ${part} ${why}: nothing was pruned.`);
  if ((await digestOf(part)) !== archive.sha256) throw refuse('is not what was written');
  const exact = { count: 0, isExact: true };
  const verdict = await verifyTrail({ ...trust, events: compared(exportFile(part), plan, exact) }, { onEvents });
  if (verdict.verdict !== 'PARTIAL') throw refuse(`has faults (${Object.keys(verdict.counts).join(', ')})`);
  if (!exact.isExact || exact.count !== plan.events) throw refuse('does not hold exactly the events of the plan');
}

/**
 * The archive gets its name once it is whole, verified and on record, and the name is on disk. A file that has the name is left as it
 * is: it may be the only copy of what another pruning took out.
 * @throws RetentionError where there is such a file, or what has the name now is not the archive
 */
export async function nameArchive({ part, archive }: WrittenArchive, file: string): Promise<void> {
  try {
    await link(part, file);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw exists(file);
    await copied(part, file);
  }
  await syncNames(file);
  if (!(await isArchive(file, archive))) throw new RetentionError(`The archive ${file} is not what was written.`);
  await unlink(part);
}

/** Where the file system knows no links. */
async function copied(part: string, file: string): Promise<void> {
  try {
    await copyFile(part, file, constants.COPYFILE_EXCL);
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? exists(file) : error;
  }
  await syncFile(file);
}

/**
 * Whether the file is the archive that a record names; where a crash came before it got its name, it gets it now.
 * @param file as it was named to {@link writeArchive}
 * @throws RetentionError as {@link nameArchive}; where another file has its name
 */
export async function hasArchive(file: string, archive: Archive): Promise<boolean> {
  const parts = [];
  for (const part of await partsOf(file)) if (await isArchive(part, archive)) parts.push(part);
  if (await isArchive(file, archive)) {
    for (const part of parts) await unlink(part);
    return true;
  }
  const [part] = parts;
  if (part === undefined) return false;
  // Where the file system knows no links, a crash leaves half a copy under the name.
  if (await isThere(file)) {
    throw new RetentionError(
      `The archive is ${part}: another file has the name ${file}. Name the former with --export.`,
    );
  }
  await nameArchive({ part, archive }, file);
  return true;
}

/** What was written for this name, and has not got it. */
async function partsOf(file: string): Promise<readonly string[]> {
  const { dir, base } = path.parse(path.resolve(file));
  const names = await readdir(dir);
  return names.filter((name) => name.startsWith(`${base}.`) && name.endsWith(PART)).map((name) => path.join(dir, name));
}

async function isArchive(file: string, { sha256, bytes }: Archive): Promise<boolean> {
  if (!(await isThere(file)) || (await stat(file)).size !== bytes) return false;
  return (await digestOf(file)) === sha256;
}

function compared(input: Input<EventBatch>, plan: PrunePlan, exact: { count: number; isExact: boolean }) {
  const ranges = plan.ranges.values();
  let range: PrunedRange | undefined = ranges.next().value;
  let next = range?.from ?? 0;
  let head = range?.previousHash ?? '';
  return async function* (report: Parameters<Input<EventBatch>>[0]): AsyncGenerator<EventBatch> {
    for await (const batch of input(report)) {
      for (const { chain, sequence, previousHash, actualHash, hash } of batch.events) {
        exact.count += 1;
        const isNext = chain === range?.chain && sequence === next && previousHash === head && actualHash === hash;
        if (!isNext || range === undefined) {
          exact.isExact = false;
          continue;
        }
        next += 1;
        head = hash;
        if (sequence < range.to) continue;
        if (hash !== range.head) exact.isExact = false;
        range = ranges.next().value;
        next = range?.from ?? 0;
        head = range?.previousHash ?? '';
      }
      yield batch;
    }
    if (range !== undefined) exact.isExact = false;
  };
}

async function digestOf(file: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const piece of createReadStream(file)) digest.update(piece as Buffer);
  return digest.digest('hex');
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function syncNames(file: string): Promise<void> {
  return syncFolder(path.dirname(path.resolve(file)));
}

function exists(file: string): RetentionError {
  return new RetentionError(`The file ${file} exists and is not overwritten. Name another for the archive.`);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

const PART = '.part';
