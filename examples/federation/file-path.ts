import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** A file of examples/federation: beside the source, and also where the compiled module runs, for only code is compiled. */
export function filePath(name: string): string {
  for (let folder = here; ; folder = dirname(folder)) {
    const file = join(folder, 'examples', 'federation', name);
    if (existsSync(join(folder, 'package.json')) && existsSync(file)) return file;
    if (folder === dirname(folder))
      throw new Error(`there is no examples/federation/${name} in any folder above ${here}`);
  }
}
