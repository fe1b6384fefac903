import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** What a build of the console leaves, small: a page, a script with a digest in its name, a picture without; and the banner. */
export const WEB_BUILD = {
  page: '<!doctype html><title>console</title><script type="module" src="/console/assets/app-a1B2_c3-.js"></script>',
  script: `${'export const text = "the console";\n'.repeat(40)}`,
  picture: '<svg xmlns="http://www.w3.org/2000/svg"/>',
  banner: 'customElements.define("impersonation-banner", class extends HTMLElement {});',
};

/** Writes it into a folder, and beside it what must never be served. */
export async function writeWebBuild(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'console', 'assets'), { recursive: true });
  const text = async (name: string, content: string) => {
    await writeFile(path.join(folder, name), content);
    await writeFile(path.join(folder, `${name}.br`), brotliCompressSync(content));
    await writeFile(path.join(folder, `${name}.gz`), gzipSync(content));
  };
  await text('console/index.html', WEB_BUILD.page);
  await text('console/assets/app-a1B2_c3-.js', WEB_BUILD.script);
  await writeFile(path.join(folder, 'console/favicon.svg'), WEB_BUILD.picture);
  await text('impersonation-banner.js', WEB_BUILD.banner);
  await writeFile(path.join(folder, 'secret.txt'), 'hunter2');
  await writeFile(path.join(folder, 'console/.built'), 'hunter2');
}
