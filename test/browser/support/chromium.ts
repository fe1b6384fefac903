import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where a Chromium is on this machine, or null: `CHROMIUM_PATH`, then the usual places. */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM_PATH;
  const places = named === undefined || named === '' ? USUAL_PLACES : [named];
  return places.find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Says loudly that tests were not run. */
export function tellNotRun(names: string): void {
  console.warn(
    `\n!!! NOT RUN, because there is no Chromium (CHROMIUM_PATH, ${USUAL_PLACES.join(', ')}; or node scripts/chromium-install.mjs):\n  - ${names}\n`,
  );
}

/** A headless browser with a profile of its own, empty. */
export interface TestBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

/**
 * Starts a browser. Its home is a folder of its own, so that nothing of the machine's plays a part. `keepsPages`: pages that were left
 * are kept as they are for whoever goes back, as browsers do; Playwright switches that off. `flags`: more of the browser's own.
 */
export async function launchChromium(
  executablePath: string,
  { keepsPages = false, flags = [] as readonly string[] } = {},
): Promise<TestBrowser> {
  const home = await mkdtemp(path.join(tmpdir(), 'gateway-browser-'));
  const browser = await chromium.launch({
    executablePath,
    args: [...FLAGS, ...flags],
    headless: true,
    ...(keepsPages ? { ignoreDefaultArgs: ['--disable-back-forward-cache'] } : {}),
    env: { PATH: process.env.PATH ?? '', HOME: home },
  });
  return {
    browser,
    async close() {
      await browser.close();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
