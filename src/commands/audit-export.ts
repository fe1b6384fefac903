import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { exportLines } from '../audit/export-ndjson.js';
import type { EventStore } from '../stores/index.js';
import type { Output } from './output.js';

export interface AuditExportOptions {
  /** The file to make; null: standard output. */
  readonly out: string | null;
}

/** The options of a command line. */
export function readAuditExportOptions(argv: readonly string[]): AuditExportOptions {
  const { values } = parseArgs({ args: [...argv], options: { out: { type: 'string' } } });
  return { out: values.out ?? null };
}

/**
 * `impersonation-gateway audit export`: the whole trail as NDJSON, for `audit verify --file`. An existing file is never
 * overwritten. Run by somebody with the store's credentials, who could read it anyway, it leaves no event.
 * @returns the exit code
 */
export async function auditExport(
  events: Pick<EventStore, 'chains' | 'chain'>,
  { out }: AuditExportOptions,
  { stdout }: Output,
): Promise<number> {
  if (out === null) {
    for await (const lines of exportLines(events)) stdout.write(lines);
    return 0;
  }
  const file = createWriteStream(out, { flags: 'wx', mode: 0o600 });
  await once(file, 'open');
  for await (const lines of exportLines(events)) if (!file.write(lines)) await once(file, 'drain');
  file.end();
  await once(file, 'close');
  return 0;
}
