import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './precompress.js';
import { trustedDocuments } from './trusted-documents.js';

/** Where the development server finds a gateway: `npm start` beside it, unless CONSOLE_GATEWAY says otherwise. */
const gateway = process.env.CONSOLE_GATEWAY ?? 'http://127.0.0.1:4000';
const forwarded = ['/graphql', '/dev/session', '/audit/export', '/console/config.json'];

export default defineConfig(({ command }) => {
  // Whatever the shell says: what is built is what people get.
  if (command === 'build') process.env.NODE_ENV = 'production';
  return {
    root: `${import.meta.dirname}/console`,
    base: '/console/',
    plugins: [react(), precompress(), trustedDocuments(`${import.meta.dirname}/console/src/generated/graphql.ts`)],
    build: {
      outDir: `${import.meta.dirname}/../dist/web/console`,
      emptyOutDir: true,
      target: 'es2022',
      // Nothing is put into the page itself: its Content-Security-Policy allows files of this origin alone.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
    server: {
      port: 4001,
      strictPort: true,
      proxy: Object.fromEntries(forwarded.map((path) => [path, { target: gateway, ws: true }])),
    },
  };
});
