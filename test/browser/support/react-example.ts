import path from 'node:path';
import { build } from 'vite';
import { PROJECT_ROOT } from '../../support/fresh-build.js';

const ENTRY = '\0application';

/** Bundles examples/banner-react as an application would, with the built banner in place of the installed package. */
export async function buildReactExample(): Promise<string> {
  const app = path.join(PROJECT_ROOT, 'examples/banner-react/app.tsx');
  const built = await build({
    configFile: false,
    root: PROJECT_ROOT,
    publicDir: false,
    logLevel: 'error',
    mode: 'production',
    // The test's own NODE_ENV would make it a development build.
    oxc: { jsx: { runtime: 'automatic', development: false } },
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: {
      alias: { 'impersonation-gateway/banner/react': path.join(PROJECT_ROOT, 'dist/web/impersonation-banner.js') },
    },
    plugins: [
      {
        name: 'application',
        resolveId: (id) => (id === ENTRY ? id : null),
        load: (id) =>
          id === ENTRY
            ? `import { createElement } from 'react'; import { createRoot } from 'react-dom/client';
               import { App } from ${JSON.stringify(app)};
               createRoot(document.getElementById('root')).render(createElement(App, window.given));`
            : null,
      },
    ],
    build: {
      write: false,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: ENTRY, output: { codeSplitting: false, entryFileNames: 'app.js' } },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (output === undefined || !('output' in output)) throw new Error('the example was not built');
  return output.output[0].code;
}
