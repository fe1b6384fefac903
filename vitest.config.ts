import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // One copy of graphql: externalised packages load its CommonJS build, so everything has to.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/note-requests.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // One process for each of two cores: the tests wait (for processes, browsers, time) more than they reckon.
    maxWorkers: 2,
    // A guarantee has to come true, not to be fast: a busy machine gets the time it needs.
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    reporters: ['default'],
  },
});
