import { mkdir, open, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder with those above it that are missing, and has their names on disk: a file is found after a power cut only where the
 * names of all folders that lead to it are. A folder that is there may have been made a moment ago, by a process that was killed since.
 * @param mode of those that are made; default: what the process allows
 * @throws the system's error where it cannot be made
 */
export async function makeFolder(folder: string, mode?: number): Promise<void> {
  const lowest = path.resolve(folder);
  const above = path.dirname(lowest);
  const make = () => mkdir(lowest, mode === undefined ? {} : { mode });
  const orThere = async (error: unknown): Promise<void> => {
    const isFolder = await stat(lowest).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (!isFolder) throw error;
  };
  try {
    await make();
    await syncFolder(path.dirname(above));
  } catch (error) {
    if (isMissing(error) && above !== lowest) {
      await makeFolder(above, mode);
      await make().catch(orThere);
    } else await orThere(error);
  }
  // Each name before anything is made in it.
  await syncFolder(above);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Has the names in a folder on disk. Where the system cannot open folders, the sync of the files is all that can be had. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(folder, 'r');
  } catch {
    return;
  }
  try {
    await handle.sync().catch(() => undefined);
  } finally {
    await handle.close();
  }
}

/** Has what was written to a file on disk. @throws the system's error where it cannot be opened or synced */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
