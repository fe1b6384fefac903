import { type FileHandle, open, readFile } from 'node:fs/promises';
import type { StoredSeal } from '../../domain/audit-seal.js';
import { anchorLineReader } from './anchor-line.js';
import { type ExportLine, type ExportManifest, parseExportLine, parseManifest } from './export-line.js';
import { type GatewayKeys, readGatewayKeys, VerifyInputError } from './gateway-keys.js';
import { type LineBatch, readLines } from './lines.js';
import type { EventBatch, Input } from './verify-trail.js';

export interface ExportFileOptions {
  /** Called with what was read since the last call, and the size of the file; bytes. */
  readonly onBytes?: (count: number, size: number) => void;
}

/**
 * The events of an NDJSON export. A line that is none is reported as LINE.
 * @throws VerifyInputError while reading, where the file cannot be read
 */
export function exportFile(path: string, options: ExportFileOptions = {}): Input<EventBatch> {
  return async function* (report) {
    const file = await openFile(path);
    try {
      const { size } = await file.stat();
      const onBytes = (count: number): void => options.onBytes?.(count, size);
      for await (const batch of readLines(file, { onBytes })) {
        const events: ExportLine[] = [];
        let manifest: ExportManifest | null = null;
        for (const [at, line] of batch.lines.entries()) {
          const event = parseExportLine(line);
          if (event !== null && manifest === null && !isNotUtf8(batch, at)) events.push(event);
          else if (event === null && manifest === null) {
            manifest = parseManifest(line);
            if (manifest === null) fault(batch, at);
          } else fault(batch, at);
        }
        yield manifest === null ? { events } : { events, manifest };
      }

      function fault({ first, notUtf8 }: LineBatch, at: number): void {
        const line = first + at;
        const why = notUtf8.includes(line) ? 'is not UTF-8' : 'is not a line of an export';
        report('LINE', { line }, `Line ${line} ${why}.`);
      }
    } finally {
      await file.close();
    }
  };
}

/**
 * The seals in an anchor file, as far as it goes when it is opened: gateways may be appending to it. A line that is none
 * is reported as ANCHOR_LINE, but for a last line without its end, which is still being written.
 * @throws VerifyInputError while reading, where the file cannot be read
 */
export function anchorFile(path: string): Input<StoredSeal> {
  return async function* (report) {
    const readSeal = anchorLineReader();
    const file = await openFile(path);
    try {
      const { size } = await file.stat();
      for await (const batch of readLines(file, { upTo: size })) {
        for (const [at, line] of batch.lines.entries()) {
          const seal = isNotUtf8(batch, at) ? null : readSeal(line);
          const isLast = at === batch.lines.length - 1;
          if (seal !== null) yield seal;
          else if (!(isLast && batch.unterminated)) {
            const number = batch.first + at;
            report('ANCHOR_LINE', { line: number }, `Line ${number} of the anchor file ${path} holds no seal.`);
          }
        }
      }
    } finally {
      await file.close();
    }
  };
}

/** The gateway's public keys in a JWKS file. @throws VerifyInputError */
export async function gatewayKeysFile(path: string): Promise<GatewayKeys> {
  const file = await openFile(path);
  let jwks: unknown;
  try {
    jwks = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    // No cause: somebody may have named the file with the private keys, and a parser quotes what it does not understand.
    throw new VerifyInputError(`The file ${path} is not JSON.`);
  } finally {
    await file.close();
  }
  return readGatewayKeys(jwks);
}

function isNotUtf8({ first, notUtf8 }: LineBatch, at: number): boolean {
  return notUtf8.length > 0 && notUtf8.includes(first + at);
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, 'r');
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new VerifyInputError(`The file ${path} cannot be read (${code}).`);
  }
  throw new VerifyInputError(`${path} is not a file.`);
}
