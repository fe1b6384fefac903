import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, tellNotRun } from './support/chromium.js';
import { type ConsoleSetting, startConsoleSetting } from './support/console-setting.js';
import { openConsole, signInAs } from './support/console-tab.js';

const chromium = findChromium();
const EVENTS = 20_000;
const AT_ONCE = 50;
/** Rows that fit on a screen, those ready above and below it, and one that has the focus. */
const MOST_ROWS = 100;
const MOST_NODES = 3_000;

describe.runIf(chromium !== null)(`a trail of ${EVENTS} events in a browser`, () => {
  let setting: ConsoleSetting;

  beforeAll(async () => {
    setting = await startConsoleSetting(chromium ?? '', { LOG_LEVEL: 'error' });
    const { gateway } = setting;
    const ada = await gateway.signIn('user_ada');
    const { data } = await gateway.graphql<{ startImpersonation: { actorToken: string } }>(
      ada,
      'mutation { startImpersonation(input: { userId: "user_cleo", reason: "a long trail" }) { actorToken } }',
    );
    let left = EVENTS;
    const ask = async () => {
      for (; left > 0; ) {
        left -= 1;
        await gateway.graphql(data.startImpersonation.actorToken, 'query Who { viewer { id } }');
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
  }, 120_000);
  afterAll(() => setting?.stop());

  it('is scrolled through with as many rows in the page as fit on the screen, and back to the newest', async () => {
    const tab = await openConsole(await setting.person(), setting.gateway.url, '/audit');
    const { page } = tab;
    await signInAs(tab, 'Audrey Lambert');
    const rows = page.locator('[data-event]');
    await rows.first().waitFor();
    const scroller = page.getByRole('region', { name: 'List of events' });
    await scroller.focus();
    const newest = await rows.first().getAttribute('data-event');
    const position = () => rows.last().evaluate((row) => Number(row.getAttribute('aria-posinset')));
    let reached = 0;
    while (reached < 2_000) {
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
    await page.getByRole('button', { name: 'Back to the newest' }).click();
    await expect.poll(() => rows.first().evaluate((row) => Number(row.getAttribute('aria-posinset')))).toBeLessThan(20);
    expect(newest).not.toBeNull();
    await tab.expectClean();
    await page.context().close();
  }, 60_000);
});

if (chromium === null) tellNotRun(`a trail of ${EVENTS} events`);
