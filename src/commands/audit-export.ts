import { type FileHandle, open, unlink } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ExportSource } from '../audit/export/chain-pages.js';
import { exportDraft } from '../audit/export/export-draft.js';
import {
  EXPORT_FORMATS,
  type ExportOrder,
  FILTER_PARAMETERS,
  readExportParameters,
} from '../audit/export/export-parameters.js';
import { exportTrail } from '../audit/export/export-trail.js';
import { type ProgressOutput, startProgress } from '../audit/verify/index.js';
import type { Config } from '../config/index.js';
import type { Clock } from '../platform/clock.js';
import { syncFolder } from '../platform/durable-files.js';
import { newTimedId } from '../platform/ids.js';
import { withTrail } from './command-trail.js';
import type { Output } from './output.js';

export const AUDIT_EXPORT_USAGE = `Usage: impersonation-gateway audit export [options]

  --out FILE                  the file to make; without it, standard output
  --format FORMAT             ${EXPORT_FORMATS.join(', ')} (ndjson)

  Which events; absent: all. An export with any of these is a partial one.
  --types TYPE[,TYPE...]      repeat it, or separate them by commas
  --outcome OUTCOME
  --actor-id ID               --subject-id ID
  --session-id ID             --request-id ID
  --operation-name NAME
  --occurred-after TIME       at or after (RFC 3339)
  --occurred-before TIME      before
`;

export interface AuditExportOptions {
  /** The file to make; null: standard output. */
  readonly out: string | null;
  readonly order: ExportOrder;
}

/** Where the export goes, and the progress where the other is a terminal. */
export interface AuditExportOutput {
  readonly stdout: { write(text: string, done: (error?: Error | null) => void): unknown };
  readonly stderr: ProgressOutput;
}

/**
 * The options of a command line.
 * @throws GatewayError BAD_USER_INPUT where a value is none; an error of `parseArgs` where an option is none
 */
export function readAuditExportOptions(argv: readonly string[]): AuditExportOptions {
  const single = { type: 'string', multiple: true } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      out: { type: 'string' },
      format: single,
      ...Object.fromEntries(FILTER_PARAMETERS.map((name) => [flagOf(name), single])),
    },
  });
  const { out, ...given } = values as { readonly out?: string } & Readonly<Record<string, readonly string[]>>;
  const parameters = ['format', ...FILTER_PARAMETERS].flatMap((name) =>
    (given[flagOf(name)] ?? []).map((value) => [name, value] as const),
  );
  return { out: out ?? null, order: readExportParameters(parameters, (name) => `--${flagOf(name)}`) };
}

function flagOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * `impersonation-gateway audit export`: what `GET /audit/export` gives, over the same code. An existing file is never
 * overwritten; a new one is on disk when the command ends, and gone where it failed, since a part would pass for the whole.
 * @returns the exit code
 */
export async function auditExport(
  events: ExportSource,
  { out, order }: AuditExportOptions,
  clock: Clock,
  { stdout, stderr }: AuditExportOutput,
): Promise<number> {
  const file = out === null ? null : await open(out, 'wx', 0o600);
  const progress = startProgress(stderr);
  try {
    const pieces = exportTrail(events, order, { begunAt: clock.now(), clock }, progress.events);
    for await (const piece of pieces) {
      if (piece === '') continue;
      await (file === null ? written(stdout, piece) : file.writeFile(piece));
    }
    if (file !== null && out !== null) {
      await file.sync();
      await syncFolder(path.dirname(path.resolve(out)));
    }
  } catch (error) {
    if (file !== null && out !== null) await discard(file, out);
    throw error;
  } finally {
    progress.end();
    await file?.close();
  }
  return 0;
}

/**
 * The same over the configured store, on record first: AUDIT_EXPORTED without an actor, for whoever runs the command is known to
 * the machine it runs on, not to the gateway. Whoever has the store's credentials can read it without this command.
 * @throws GatewayError AUDIT_UNAVAILABLE: nothing was exported
 */
export function auditExportRecorded(
  config: Config,
  options: AuditExportOptions,
  output: AuditExportOutput & Output,
): Promise<number> {
  return withTrail(config, output, async ({ store, trail, clock }) => {
    const request = { id: newTimedId(), ipAddress: null, userAgent: null, traceparent: null };
    await trail.record(exportDraft(options.order, clock.now(), request));
    return auditExport(store.events, options, clock, output);
  });
}

/** Waits until the text was taken: a pipe to something slow must not fill the memory. */
function written(stdout: AuditExportOutput['stdout'], text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout.write(text, (error) => (error == null ? resolve() : reject(error)));
  });
}

/** Only what this command has made itself. */
async function discard(file: FileHandle, name: string): Promise<void> {
  await file.truncate(0).catch(() => undefined);
  await unlink(name).catch(() => undefined);
}
