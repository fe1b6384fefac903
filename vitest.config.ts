import { defineConfig } from 'vitest/config';

const UNITS = 'test/{unit,golden,vectors}/**/*.test.ts';

export default defineConfig({
  resolve: {
    // One copy of graphql: externalised packages load its CommonJS build, so everything has to.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    setupFiles: ['test/support/end-of-worker.ts', 'test/support/note-requests.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // One process for each of two cores: the tests wait (for processes, browsers, time) more than they reckon.
    maxWorkers: 2,
    // A guarantee has to come true, not to be fast: a busy machine gets the time it needs.
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    reporters: ['default'],
    projects: [
      // Each file a process of its own: they start gateways, stop processes, and count what is left of them.
      { extends: true, test: { name: 'running', include: ['test/**/*.test.ts'], exclude: [UNITS] } },
      // Two hundred small files share two processes: they leave nothing behind, and starting a process each took longer than they do.
      { extends: true, test: { name: 'units', include: [UNITS], isolate: false } },
    ],
  },
});
