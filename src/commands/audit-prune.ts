import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { nameArchive, verifyArchive, writeArchive } from '../audit/retention/archive.js';
import { deleteRecorded } from '../audit/retention/delete-recorded.js';
import { isInForce, readHolds } from '../audit/retention/holds.js';
import { type PrunePlan, planPrune } from '../audit/retention/plan-prune.js';
import { recordPrune } from '../audit/retention/prune.js';
import { RetentionError } from '../audit/retention/retention-error.js';
import { unfinishedPrunes } from '../audit/retention/unfinished.js';
import { anchorFile, readGatewayKeys, startProgress, storedSeals, verifyStore } from '../audit/verify/index.js';
import type { Config } from '../config/index.js';
import { holdLine } from './audit-hold.js';
import { finishPrunes, giveUpUnfinished, unfinishedLines } from './audit-prune-unfinished.js';
import { readMoment, readReason } from './command-line.js';
import { type CommandTrail, withTrail } from './command-trail.js';
import { asOperator } from './operator.js';
import type { Output } from './output.js';

export const AUDIT_PRUNE_USAGE = `Usage: impersonation-gateway audit prune --before TIME --export FILE [--reason TEXT --yes]
       impersonation-gateway audit prune --give-up SHA256 [--reason TEXT --yes]

  Takes the oldest events out of the store: whole sealed stretches, after an archive of exactly these events was written,
  read back and verified, and the record of it (AUDIT_PRUNED) was sealed. Seals stay. Nothing goes that is younger than
  AUDIT_RETENTION_MIN_DAYS, under a legal hold, or of a session that is still active. Without --yes it says what would go.
  Where it was broken off, run it again with the same FILE: it finishes.

  With --give-up, a pruning that was broken off and cannot be finished, because its archive is lost or a hold keeps the rest,
  is given up: nothing more is deleted by it, what is still there stays and may be pruned anew, and what had gone by then is
  put on record, sealed. Without --yes it says what that would be.

  --before TIME    only what occurred before; a day (2026-01-31, UTC) or RFC 3339
  --export FILE    the archive to make
  --give-up SHA256 the archive of the pruning to give up, as the command names it
  --reason TEXT    why; at most 500 characters; recorded
  --yes            do it
`;

interface PruneOrder {
  readonly kind: 'prune';
  readonly before: number;
  readonly file: string;
  /** Null: only say what would go. */
  readonly reason: string | null;
}

interface GiveUpOrder {
  readonly kind: 'give up';
  /** SHA-256, hex. */
  readonly archive: string;
  /** Null: only say what it would be. */
  readonly reason: string | null;
}

/** The options of a command line; else what is wrong with it. */
export function readAuditPruneOptions(argv: readonly string[]): PruneOrder | GiveUpOrder | { readonly wrong: string } {
  let values: { before?: string; export?: string; 'give-up'?: string; reason?: string; yes?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        before: { type: 'string' },
        export: { type: 'string' },
        'give-up': { type: 'string' },
        reason: { type: 'string' },
        yes: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : 'The options cannot be read.' };
  }
  const archive = values['give-up'];
  if (archive !== undefined) {
    if (values.before !== undefined || values.export !== undefined) {
      return { wrong: '--give-up goes with neither --before nor --export.' };
    }
    if (!/^[0-9a-f]{64}$/.test(archive)) return { wrong: '--give-up is not a SHA-256 in small hexadecimal digits.' };
    const why = reasonOf(values);
    return 'wrong' in why ? why : { kind: 'give up', archive, reason: why.reason };
  }
  if (values.before === undefined) return { wrong: '--before is missing.' };
  const before = readMoment(values.before);
  if (before === null) return { wrong: '--before is not a time such as 2026-01-31.' };
  if (values.export === undefined || values.export === '') return { wrong: '--export is missing.' };
  const why = reasonOf(values);
  return 'wrong' in why ? why : { kind: 'prune', before, file: values.export, reason: why.reason };
}

/** Null where nothing is to be done. */
function reasonOf({ reason, yes }: { reason?: string; yes?: boolean }) {
  return yes === true ? readReason(reason) : { reason: null };
}

const DAY_MS = 86_400_000;

/**
 * `impersonation-gateway audit prune`.
 * @returns the exit code: 0 done, or said what would be done; 2 nothing was done because of the options
 * @throws RetentionError where it is refused; nothing was deleted then
 */
export async function auditPrune(argv: readonly string[], configure: () => Config, output: Output): Promise<number> {
  const order = readAuditPruneOptions(argv);
  if ('wrong' in order) {
    output.stderr.write(`${order.wrong}\n\n${AUDIT_PRUNE_USAGE}`);
    return 2;
  }
  const config = asOperator(configure());
  await withTrail(config, output, async (parts) => {
    const progress = startProgress(output.stderr);
    try {
      if (order.kind === 'prune') await prune(order, config, parts, output, progress.events);
      else {
        await verified(config, parts, progress.events);
        await giveUpUnfinished(order, parts, output);
      }
    } finally {
      progress.end();
    }
  });
  return 0;
}

async function prune(
  { before, file, reason }: PruneOrder,
  config: Config,
  parts: CommandTrail,
  { stdout }: Output,
  onEvents: (count: number) => void,
): Promise<void> {
  const { store, clock, gateway } = parts;
  await checkAge(before, config.retentionMinDays, parts);
  const trust = await verified(config, parts, onEvents);
  const unfinished = await unfinishedPrunes(store.events, gateway);
  if (unfinished.length > 0) {
    if (reason !== null) return finishPrunes(unfinished, { file, reason }, parts, { stdout }, onEvents);
    for (const line of unfinishedLines(unfinished)) stdout.write(`${line}\n`);
    stdout.write('With --yes, and --export naming its archive, it is finished; without the archive, see --give-up.\n');
    return;
  }

  const now = clock.now();
  const everyHold = await readHolds(store.events, gateway);
  const holds = everyHold.filter((hold) => isInForce(hold, now));
  const plan = await planPrune(before, { ...store, holds, onEvents });
  stdout.write(planText(plan));
  const keeping = new Set(plan.kept.flatMap(({ because }) => (because.kind === 'hold' ? [because.holdId] : [])));
  for (const hold of holds) if (keeping.has(hold.id)) stdout.write(`  kept by hold ${holdLine(hold, now)}\n`);
  if (plan.events === 0) return;
  if (reason === null) {
    stdout.write('Nothing was done. Say --yes, with a --reason, to prune.\n');
    return;
  }

  const written = await writeArchive(file, plan, store.events, now, onEvents);
  const { archive } = written;
  await verifyArchive(written, plan, { ...trust, seals: storedSeals(store.seals) }, onEvents);
  stdout.write(`Archived and verified: ${file}, ${archive.bytes} bytes, SHA-256 ${archive.sha256}\n`);
  const pruned = { before, throughSeal: plan.throughSeal, archive, ranges: plan.ranges };
  const records = await recordPrune(pruned, reason, { ...parts, now });
  await nameArchive(written, file);
  const deletion = { records, ranges: plan.ranges, planned: everyHold, reason };
  const deleted = await deleteRecorded(deletion, { ...parts, events: store.events }, onEvents);
  stdout.write(`${deleted} events were pruned. This is on record. Keep the archive.\n`);
}

/**
 * An edited trail is evidence: none of it goes.
 * @returns what it was verified with
 * @throws RetentionError where it has a fault
 */
async function verified(config: Config, { store, clock, keyring }: CommandTrail, onEvents: (count: number) => void) {
  const trust = {
    keys: readGatewayKeys(keyring.trailJwks),
    anchors: existsSync(config.anchorFile) ? [anchorFile(config.anchorFile)] : [],
  };
  const verdict = await verifyStore(store, trust, { now: clock.now(), onEvents });
  if (verdict.total === 0) return trust;
  const kinds = Object.keys(verdict.counts).join(', ');
  throw new RetentionError(`The trail has faults (${kinds}): nothing is pruned. See \`audit verify\`.`);
}

/** Whoever can set this machine's clock must not make events old by it: the newest seal says what time it is, if it is earlier. */
async function checkAge(before: number, minDays: number, { store, clock }: CommandTrail): Promise<void> {
  const newest = await store.seals.latest();
  const now = Math.min(clock.now(), newest?.sealedAt ?? Number.NEGATIVE_INFINITY);
  const latest = now - minDays * DAY_MS;
  if (before <= latest) return;
  const bound = newest === null ? 'there is no seal yet' : `--before may be ${new Date(latest).toISOString()} at most`;
  throw new RetentionError(
    `Events younger than AUDIT_RETENTION_MIN_DAYS (${minDays}) are not pruned: ${bound}. Nothing was done.`,
  );
}

function planText({ before, throughSeal, ranges, events, kept }: PrunePlan): string {
  const lines = [
    `${events} events in ${ranges.length} stretches of ${new Set(ranges.map(({ chain }) => chain)).size} chains, before ${new Date(before).toISOString()}, up to seal ${throughSeal}:`,
    ...ranges.slice(0, MOST_LINES).map(({ chain, from, to }) => `  ${chain} ${from} to ${to}`),
  ];
  if (ranges.length > MOST_LINES) lines.push(`  ... and ${ranges.length - MOST_LINES} more`);
  for (const { chain, sequence, because } of kept.slice(0, MOST_LINES)) {
    const why =
      because.kind === 'hold'
        ? `hold ${because.holdId}`
        : because.kind === 'session'
          ? `active session ${JSON.stringify(because.sessionId)}`
          : 'a record that stays for good';
    lines.push(`  kept: ${chain} from ${sequence} on: ${why}`);
  }
  if (kept.length > MOST_LINES) lines.push(`  ... and ${kept.length - MOST_LINES} more chains are kept`);
  return `${events === 0 ? 'There is nothing to prune.\n' : ''}${(events === 0 ? lines.slice(1) : lines).join('\n')}\n`;
}

const MOST_LINES = 50;
