import { readFile } from 'node:fs/promises';
import { defineConfig, type Plugin } from 'vite';
import { precompress } from '../precompress.js';

const TYPES = ['impersonation-banner.d.ts', 'impersonation-banner-react.d.ts'];

/** The types lie beside the script, for the package's exports. */
function types(): Plugin {
  return {
    name: 'types',
    apply: 'build',
    async buildStart() {
      for (const fileName of TYPES) {
        const source = await readFile(`${import.meta.dirname}/types/${fileName}`, 'utf8');
        this.emitFile({ type: 'asset', fileName, source });
      }
    },
  };
}

/** One file, without a dependency: for pages of any make. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  plugins: [types(), precompress({ recursive: false })],
  build: {
    outDir: `${import.meta.dirname}/../../dist/web`,
    // Beside it lies the console, which is built by itself.
    emptyOutDir: false,
    target: 'es2022',
    // What the banner needs anyway: nothing is put in the place of what these know.
    cssTarget: ['chrome123', 'firefox125', 'safari17.5'],
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: `${import.meta.dirname}/impersonation-banner.ts`,
      output: { entryFileNames: 'impersonation-banner.js', codeSplitting: false, minify: true },
    },
  },
});
