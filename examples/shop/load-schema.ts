import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The shop's SDL, as it stands in examples/shop of the package that holds the module `from` (a file URL): beside the source,
 * and also where the compiled module runs from dist/examples/shop, for SDL is not compiled.
 * @throws Error where `from` is in no package, or the package has no such file.
 */
export function loadSchema(from: string): string {
  return readFileSync(join(packageRoot(fileURLToPath(from)), 'examples', 'shop', 'schema.graphql'), 'utf8');
}

function packageRoot(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json in any folder above ${file}`);
  }
}
