import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** In the order in which they are preferred: the smaller first. */
export const ENCODINGS = ['br', 'gzip', 'identity'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** A file's bytes in one encoding, with a strong validator of their own (RFC 9110 §8.8.3.3). */
export interface Representation {
  readonly bytes: Buffer;
  readonly etag: string;
}

/** A file as it is served: read once, kept in memory. */
export interface StaticFile {
  readonly mediaType: string;
  /** Its name holds a digest of its content: under this name it will never be another. */
  readonly immutable: boolean;
  readonly representations: ReadonlyMap<Encoding, Representation>;
}

/** Files by their path below the folder, with `/` between the parts. */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};
const COMPRESSED: Readonly<Record<string, Encoding>> = { '.br': 'br', '.gz': 'gzip' };
/** How the bundler names what it puts into this folder, and nothing else. */
const HASHED = /^assets\/[^/]+-[\w-]{8}\.\w+$/;

/**
 * Reads every file below a folder, whatever is compressed beside its original. Nothing is looked up on the disk after that: a
 * request can name no file but these, and a build meanwhile takes none away from who runs.
 * @returns no files where there is no such folder
 */
export async function readStaticFiles(folder: string): Promise<StaticFiles> {
  const names = (await namesBelow(folder)).filter((name) => COMPRESSED[path.posix.extname(name)] === undefined);
  const read = await Promise.all(names.map(async (name) => [name, await readStaticFile(folder, name)] as const));
  return new Map(read.flatMap(([name, file]) => (file === null ? [] : [[name, file] as const])));
}

/** One file below a folder, with what is compressed beside it; null where it is not there. */
export async function readStaticFile(folder: string, name: string): Promise<StaticFile | null> {
  const representations = new Map<Encoding, Representation>();
  for (const [extension, encoding] of [['', 'identity'] as const, ...Object.entries(COMPRESSED)]) {
    const bytes = await bytesOf(path.join(folder, `${name}${extension}`));
    if (bytes !== null) representations.set(encoding, represent(bytes));
  }
  if (!representations.has('identity')) return null;
  return {
    mediaType: MEDIA_TYPES[path.posix.extname(name)] ?? 'application/octet-stream',
    immutable: HASHED.test(name),
    representations,
  };
}

async function namesBelow(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    // Links are left out: they would lead out of the folder. Hidden files are the build's own.
    return entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}

async function bytesOf(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function represent(bytes: Buffer): Representation {
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"` };
}
