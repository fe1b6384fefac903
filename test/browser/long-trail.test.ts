import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, tellNotRun } from './support/chromium.js';
import { type ConsoleSetting, startConsoleSetting } from './support/console-setting.js';
import { openConsole, signInAs } from './support/console-tab.js';

const chromium = findChromium();
/** `LONG_TRAIL_EVENTS=1000000` is the long way: at some 1,500 events a second twelve minutes until the first test. */
const EVENTS = Number(process.env.LONG_TRAIL_EVENTS ?? 20_000);
/** How far back is scrolled: with a million events beyond what a browser can scroll in one piece. */
const REACH = EVENTS / 10;
const AT_ONCE = 50;
/** Rows that fit on a screen, those ready above and below it, and one that has the focus. */
const MOST_ROWS = 100;
const MOST_NODES = 3_000;
/** What the page may hold more of after scrolling than before, bytes: a window of events, whatever has passed through it. */
const MOST_GROWTH = 8 * 2 ** 20;
const WRITING_MS = 120_000 + 2 * EVENTS;
const SCROLLING_MS = 60_000 + 4 * REACH;

describe.runIf(chromium !== null)(`a trail of ${EVENTS} events in a browser`, () => {
  let setting: ConsoleSetting;

  beforeAll(async () => {
    setting = await startConsoleSetting(chromium ?? '', { LOG_LEVEL: 'error' });
    const { gateway } = setting;
    const ada = await gateway.signIn('user_ada');
    const { data } = await gateway.graphql<{ startImpersonation: { actorToken: string } }>(
      ada,
      'mutation { startImpersonation(input: { userId: "user_cleo", reason: "a long trail", durationSeconds: 3600 }) { actorToken } }',
    );
    let left = EVENTS;
    const ask = async () => {
      for (; left > 0; ) {
        left -= 1;
        const { errors } = await gateway.graphql(data.startImpersonation.actorToken, 'query Who { viewer { id } }');
        expect(errors ?? []).toEqual([]);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
  }, WRITING_MS);
  afterAll(() => setting?.stop());

  it(
    'is scrolled through with as many rows in the page as fit on the screen, and back to the newest',
    async () => {
      const tab = await openConsole(await setting.person(), setting.gateway.url, '/audit');
      const { page } = tab;
      await signInAs(tab, 'Audrey Lambert');
      const rows = page.locator('[data-event]');
      await rows.first().waitFor();
      const scroller = page.getByRole('region', { name: 'List of events' });
      await scroller.focus();
      const newest = await rows.first().getAttribute('data-event');
      const position = () => rows.last().evaluate((row) => Number(row.getAttribute('aria-posinset')));
      const memory = await memoryOf(page);
      const before = await memory();
      let reached = 0;
      while (reached < REACH) {
        // The end moves on as older events arrive: whoever presses before that presses again.
        const pressed = async () => {
          await page.keyboard.press('End');
          return position();
        };
        await expect.poll(pressed, { timeout: 10_000 }).toBeGreaterThan(reached);
        reached = await position();
        expect(await rows.count()).toBeLessThanOrEqual(MOST_ROWS);
      }
      expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThanOrEqual(MOST_NODES);
      expect((await memory()) - before).toBeLessThanOrEqual(MOST_GROWTH);
      await page.getByRole('button', { name: 'Back to the newest' }).click();
      await expect
        .poll(() => rows.first().evaluate((row) => Number(row.getAttribute('aria-posinset'))))
        .toBeLessThan(20);
      expect(newest).not.toBeNull();
      await tab.expectClean();
      await page.context().close();
    },
    SCROLLING_MS,
  );
});

/** Bytes of the page's own heap that are still needed. */
async function memoryOf(page: Page): Promise<() => Promise<number>> {
  const inspector = await page.context().newCDPSession(page);
  return async () => {
    await inspector.send('HeapProfiler.collectGarbage');
    return (await inspector.send('Runtime.getHeapUsage')).usedSize;
  };
}

if (chromium === null) tellNotRun(`a trail of ${EVENTS} events`);
