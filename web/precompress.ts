import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

/** What gains nothing from compression is left alone. */
const TEXT = /\.(html|js|css|svg|json|webmanifest)$/;
const inBrotli = promisify(brotliCompress);
const inGzip = promisify(gzip);

/**
 * Writes a `.br` and a `.gz` beside every text file of the build: the gateway compresses nothing while it serves.
 * @param recursive whether folders below belong to this build too.
 */
export function precompress({ recursive = true } = {}): Plugin {
  let folder = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved({ build }) {
      folder = build.outDir;
    },
    async closeBundle() {
      const files = await readdir(folder, { recursive, withFileTypes: true });
      const texts = files.filter((file) => file.isFile() && TEXT.test(file.name));
      await Promise.all(texts.map(({ parentPath, name }) => compress(join(parentPath, name))));
    },
  };
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  const [brotli, gzipped] = await Promise.all([
    inBrotli(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
    inGzip(content, { level: 9 }),
  ]);
  await Promise.all([writeFile(`${file}.br`, brotli), writeFile(`${file}.gz`, gzipped)]);
}
