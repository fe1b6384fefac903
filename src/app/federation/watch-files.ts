import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';

export interface WatchedFiles {
  close(): void;
}

/** Editors and deployments write in several steps. */
const SETTLED_MS = 150;
/** For file systems that tell of nothing (network shares, some container mounts), milliseconds. */
const LOOK_ANYWAY_MS = 5_000;

/**
 * Calls back when something has changed that the files may have to do with, and every now and then in any case: whoever is
 * called looks for itself. Directories are watched, not files: a file that is replaced is another one, and a mounted
 * configuration changes by a link beside it.
 */
export function watchFiles(files: readonly string[], onChange: () => void): WatchedFiles {
  let settling: NodeJS.Timeout | null = null;
  const names = new Set(files.map((file) => path.basename(file)));
  const changed = (_event: string, name: string | null) => {
    // A name with two dots before it: how Kubernetes changes what is mounted.
    if (name !== null && !names.has(name) && !name.startsWith('..')) return;
    if (settling !== null) clearTimeout(settling);
    settling = setTimeout(onChange, SETTLED_MS);
  };
  const anyway = setInterval(onChange, LOOK_ANYWAY_MS);
  anyway.unref();
  const watchers = [...new Set(files.map((file) => path.dirname(file)))].flatMap((directory) => {
    try {
      return [watch(directory, { persistent: false }, changed).on('error', (): void => undefined)];
    } catch {
      // Not there, or more watchers than the system has: it is looked at anyway.
      return [] as FSWatcher[];
    }
  });
  return {
    close() {
      if (settling !== null) clearTimeout(settling);
      clearInterval(anyway);
      for (const watcher of watchers) watcher.close();
    },
  };
}
