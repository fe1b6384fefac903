import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  anchorFile,
  exportFile,
  type GatewayKeys,
  readGatewayKeys,
  type Verdict,
  type VerifyOptions,
  verifyTrail,
} from '../../../src/audit/verify/index.js';

export interface Files {
  readonly lines: readonly string[] | Buffer;
  /** One list of lines for each anchor file; absent: none is given. */
  readonly anchors?: readonly (readonly string[] | Buffer)[];
  readonly jwks?: unknown;
}

/** Verifies what a stranger would be given: an export, anchors and public keys, as files. */
export async function verifyFiles({ lines, anchors, jwks }: Files, options: VerifyOptions = {}): Promise<Verdict> {
  return withFolder(async (folder) => {
    const file = path.join(folder, 'export.ndjson');
    await writeFile(file, bytesOf(lines));
    const anchorFiles = (anchors ?? []).map((_, at) => path.join(folder, `anchors-${at}.log`));
    for (const [at, name] of anchorFiles.entries()) await writeFile(name, bytesOf(anchors?.[at] ?? []));
    const keys: GatewayKeys | null = jwks === undefined ? null : readGatewayKeys(jwks);
    return verifyTrail({ events: exportFile(file), anchors: anchorFiles.map(anchorFile), keys }, options);
  });
}

export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'audit-verify-test-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function bytesOf(lines: readonly string[] | Buffer): Buffer {
  return Buffer.isBuffer(lines) ? lines : Buffer.from(textOf(lines));
}

export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** The kinds of faults found, each once. */
export function kindsOf({ counts }: Verdict): string[] {
  return Object.keys(counts).sort();
}
