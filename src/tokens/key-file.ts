import { randomUUID } from 'node:crypto';
import { link, open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JSONWebKeySet } from 'jose';
import { makeFolder, syncFolder } from '../platform/durable-files.js';
import { generateSigningKeys } from './generate-keys.js';
import { KeyFileError } from './key-file-error.js';
import { loadKeyring } from './keyring.js';
import type { SigningAlgorithm } from './signing-algorithm.js';
import { parseUniqueJson } from './unique-json.js';

/**
 * The parsed JSON of a key file, for {@link loadKeyring}.
 * @throws KeyFileError where it cannot be read, or is not JSON
 */
export async function readKeyFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new KeyFileError(`The key file ${path} cannot be read (${errorCode(error)}).`);
  }
  try {
    return parseUniqueJson(text);
  } catch {
    // No cause: the parser's message quotes the text, which holds private keys.
    throw new KeyFileError(`The key file ${path} is not valid JSON.`);
  }
}

/**
 * The parsed JSON of a key file, made first where there is none: for development. However many processes start at
 * once, all of them end with the keys of the one that came first. A file that exists is never replaced.
 * @param path its missing parent folders are made too, for the owner alone
 * @throws KeyFileError where an existing file does not load, or none can be made
 */
export async function readOrCreateKeyFile(path: string, algorithm: SigningAlgorithm): Promise<unknown> {
  if (!(await exists(path))) {
    try {
      await writeNewKeyFile(path, await generateSigningKeys(algorithm));
    } catch (error) {
      // Another process made it in the meantime: its keys are the ones to use.
      if (!(error instanceof KeyFileExistsError)) throw error;
    }
  }
  const jwks = await readKeyFile(path);
  // Whoever made it may have been killed before its name was on disk: nothing may be signed with keys that a power cut takes away.
  await syncFolder(dirname(path));
  try {
    await loadKeyring(jwks, { algorithm });
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    throw new KeyFileError(`The key file ${path} is left as it is and cannot be used. ${error.message}`);
  }
  return jwks;
}

/**
 * Makes sure that a file holds these private keys: {@link writeNewKeyFile}, where it is not there yet. One that holds exactly them was
 * made by a try that was broken off.
 * @throws KeyFileExistsError where the file holds anything else, KeyFileError where it cannot be written
 */
export async function keepInKeyFile(path: string, jwks: JSONWebKeySet): Promise<void> {
  try {
    await writeNewKeyFile(path, jwks);
  } catch (error) {
    if (!(error instanceof KeyFileExistsError)) throw error;
    const found = await readFile(path, 'utf8').catch(() => null);
    if (found !== textOf(jwks)) throw error;
    await syncFolder(dirname(path));
  }
}

/** The file to be made is there already, and stays as it is. */
export class KeyFileExistsError extends KeyFileError {}

/**
 * Writes private keys to a file that must not exist yet, readable by its owner alone (mode 0600). The file appears
 * whole and on disk, or not at all.
 * @throws KeyFileExistsError where there is something at `path`, KeyFileError where it cannot be written
 */
export async function writeNewKeyFile(path: string, jwks: JSONWebKeySet): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    await makeFolder(dirname(path), 0o700);
    await writeDurably(draft, textOf(jwks));
    await publish(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    if (error instanceof KeyFileExistsError) throw error;
    throw new KeyFileError(`The key file ${path} cannot be written (${errorCode(error)}).`);
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

/**
 * Puts other keys into a file that is there, with the permissions that it has. Whoever reads it meanwhile reads the old ones or the
 * new ones, whole; where it is a link, what it leads to is replaced.
 * @throws KeyFileError where it is not there or cannot be written: then it is as it was
 */
export async function replaceKeyFile(path: string, jwks: unknown): Promise<void> {
  let draft: string | null = null;
  try {
    const file = await realpath(path);
    const { mode } = await stat(file);
    draft = `${file}.${randomUUID()}.tmp`;
    await writeDurably(draft, textOf(jwks), mode & 0o777);
    await rename(draft, file);
    await syncFolder(dirname(file));
  } catch (error) {
    if (draft !== null) await unlink(draft).catch(() => undefined);
    throw new KeyFileError(`The key file ${path} cannot be replaced (${errorCode(error)}).`);
  }
}

function textOf(jwks: unknown): string {
  return `${JSON.stringify(jwks, null, 2)}\n`;
}

/** Unlike a rename, a link fails where the name is taken: that is what makes the race safe. */
async function publish(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    throw new KeyFileExistsError(`The file ${path} exists already and is left as it is.`);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await (await open(path, 'r')).close();
    return true;
  } catch (error) {
    // Anything but "not there" is for readKeyFile to report: a file that cannot be read must not be replaced.
    return errorCode(error) !== 'ENOENT';
  }
}

async function writeDurably(path: string, text: string, mode = 0o600): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    if (mode !== 0o600) await file.chmod(mode);
    await file.writeFile(text, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
