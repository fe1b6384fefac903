import { type FileHandle, open, readFile } from 'node:fs/promises';
import type { StoredSeal } from '../../domain/audit-seal.js';
import { anchorLineReader } from './anchor-line.js';
import { exportLineReader } from './export-line.js';
import { type ExportManifest, parseManifest } from './export-manifest.js';
import { type GatewayKeys, readGatewayKeys, VerifyInputError } from './gateway-keys.js';
import { readLines } from './lines.js';
import { TornLines } from './torn-lines.js';
import type { TrailEvent } from './trail-event.js';
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
    const readEvent = exportLineReader();
    const file = await openFile(path);
    try {
      const { size } = await file.stat();
      const onBytes = (count: number): void => options.onBytes?.(count, size);
      for await (const batch of readLines(file, { onBytes })) {
        const events: TrailEvent[] = [];
        let manifest: ExportManifest | null = null;
        for (let at = 0; at < batch.count; at += 1) {
          const isUtf8 = batch.isUtf8(at);
          const event = isUtf8 ? readEvent(batch.bytes, batch.startOf(at), batch.endOf(at)) : null;
          if (manifest === null) {
            if (event !== null) {
              events.push(event);
              continue;
            }
            manifest = isUtf8 ? parseManifest(batch.text(at)) : null;
            if (manifest !== null) continue;
          }
          const line = batch.first + at;
          report('LINE', { line }, `Line ${line} ${isUtf8 ? 'is not a line of an export' : 'is not UTF-8'}.`);
        }
        yield manifest === null ? { events } : { events, manifest };
      }
    } finally {
      await file.close();
    }
  };
}

/**
 * The seals in an anchor file, as far as it goes when it is opened: gateways may be appending to it. A line that is none
 * is reported as ANCHOR_LINE, but for what a crash or a write under way has cut short; see {@link TornLines}.
 * @throws VerifyInputError while reading, where the file cannot be read
 */
export function anchorFile(path: string): Input<StoredSeal> {
  return async function* (report) {
    const readSeal = anchorLineReader();
    const torn = new TornLines();
    const fault = (line: number): void =>
      report('ANCHOR_LINE', { line }, `Line ${line} of the anchor file ${path} holds no seal.`);
    const file = await openFile(path);
    try {
      const { size } = await file.stat();
      for await (const batch of readLines(file, { upTo: size })) {
        for (let at = 0; at < batch.count; at += 1) {
          const text = batch.text(at);
          const seal = batch.isUtf8(at) ? readSeal(text) : null;
          if (seal !== null) {
            torn.whole(text);
            yield seal;
          } else if (at < batch.count - 1 || !batch.isUnterminated) {
            if (!torn.take(batch.first + at, text)) fault(batch.first + at);
          }
        }
      }
      for (const line of torn.remaining()) fault(line);
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
