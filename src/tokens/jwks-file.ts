import { type FileHandle, open } from 'node:fs/promises';
import { type IssuerKeys, KeysUnavailableError, readIssuerKeys } from './issuer-keys.js';
import { MAX_JWKS_BYTES } from './jwks-url.js';

/**
 * A reader of an issuer's keys from a JWKS file. It reads the file again only where the file was changed or replaced,
 * and returns the keys it was given otherwise. The file may hold private keys; their private parts are not read.
 * Each call throws KeysUnavailableError where the file cannot be read or is no JWKS, and tries afresh the next time.
 */
export function createJwksFileLoader(path: string): (previous: IssuerKeys | null) => Promise<IssuerKeys> {
  let readVersion: string | null = null;
  return async (previous) => {
    const file = await openFile(path);
    try {
      const version = await versionOf(file);
      if (previous !== null && version === readVersion) return previous;
      const keys = readIssuerKeys(await file.readFile('utf8'), 'file');
      readVersion = version;
      return keys;
    } finally {
      await file.close();
    }
  };
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new KeysUnavailableError(`the JWKS file cannot be opened (${code})`);
  }
}

/** Taken from the open file, so that it speaks of the bytes read after it. A replaced file differs by its inode. */
async function versionOf(file: FileHandle): Promise<string> {
  const stat = await file.stat({ bigint: true });
  const { ino, size, mtimeNs, ctimeNs } = stat;
  if (!stat.isFile()) throw new KeysUnavailableError('the JWKS file is not a regular file');
  if (size > MAX_JWKS_BYTES) throw new KeysUnavailableError(`the JWKS file is larger than ${MAX_JWKS_BYTES} bytes`);
  return [ino, size, mtimeNs, ctimeNs].join(':');
}
