import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Plugin, runnerImport } from 'vite';

/** Beside the folder of the console, as it is for the gateway and not for browsers. */
const MANIFEST = 'console-documents.json';

/**
 * Writes the manifest of every document that the console sends, by their SHA-256: the gateway trusts them without being told. They are
 * the very texts that the generated module holds, as that is what is sent.
 */
export function trustedDocuments(generated: string): Plugin {
  let folder = '';
  return {
    name: 'trusted-documents',
    apply: 'build',
    configResolved({ build }) {
      folder = build.outDir;
    },
    async closeBundle() {
      const { module } = await runnerImport<Record<string, unknown>>(generated, {
        configFile: false,
        logLevel: 'warn',
      });
      const texts = Object.entries(module).flatMap(([name, document]) =>
        name.endsWith('Document') ? [String(document)] : [],
      );
      if (texts.length === 0) throw new Error('the console sends no documents');
      const manifest = Object.fromEntries(texts.map((text) => [sha256(text), text]).sort());
      await writeFile(join(folder, '..', MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    },
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
