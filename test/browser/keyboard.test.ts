import { gzipSync } from 'node:zlib';
import type { Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alterAnswers } from './support/altered-answers.js';
import { findChromium, tellNotRun } from './support/chromium.js';
import { type ConsoleSetting, startConsoleSetting } from './support/console-setting.js';
import { banner, fillStart, impersonate, openConsole, signInAs } from './support/console-tab.js';
import { lookAt } from './support/picture.js';

const chromium = findChromium();
const MOST_TABS = 60;
const FIRST_VIEW_BYTES = 200_000;

describe.runIf(chromium !== null)('the console for whoever has no mouse, no time or no rights', () => {
  let setting: ConsoleSetting;

  beforeAll(async () => {
    setting = await startConsoleSetting(chromium ?? '');
  });
  afterAll(() => setting?.stop());

  const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));

  /** Tab until the focus is on what is called so. */
  async function tabTo(page: Page, name: RegExp): Promise<void> {
    const seen: string[] = [];
    for (let presses = 0; presses < MOST_TABS; presses += 1) {
      await page.keyboard.press('Tab');
      const label = await page.evaluate(() => {
        const at = document.activeElement;
        const labels =
          at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement ? [...(at.labels ?? [])] : [];
        return at?.getAttribute('aria-label') ?? labels[0]?.textContent ?? at?.textContent ?? '';
      });
      if (name.test(label)) return;
      seen.push(label.slice(0, 40));
    }
    throw new Error(`${name} cannot be reached by Tab: ${seen.join(' | ')}`);
  }

  it('walks from sign-in to Stop by keyboard alone', async () => {
    const tab = await openConsole(await setting.person(), setting.gateway.url);
    const { page } = tab;
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    await tabTo(page, /^Sign in as Ada/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
    await tabTo(page, /^Search/);
    await page.keyboard.type('cleo');
    await page.getByRole('button', { name: 'Actions for Cleo Marchetti' }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: /^Actions for/ }).count()).toBeLessThan(10);
    await tabTo(page, /^Actions for Cleo/);
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Impersonate…' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('By keyboard alone');
    await tabTo(page, /^Impersonate, read-only/);
    await page.keyboard.press('Enter');
    await banner(page).waitFor();
    await tabTo(page, /^View as/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'View as Cleo Marchetti', level: 1 }).waitFor();
    await tabTo(page, /^Stop$/);
    await page.keyboard.press('Enter');
    await banner(page).waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
    await tab.expectClean();
    await page.context().close();
  }, 40_000);

  it('loads less than 200 kB for its first view', async () => {
    const context = await setting.person();
    const page = await context.newPage();
    const answers: Response[] = [];
    page.on('response', (response) => answers.push(response));
    await page.goto(`${setting.gateway.url}/console/`);
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Sign in as Ada Whitfield' }).click();
    await page
      .getByRole('button', { name: /^Actions for/ })
      .first()
      .waitFor();
    // Read here and not as they come: one that comes when the page closes could not be read any more.
    const bodies = await Promise.all(answers.map((answer) => answer.body()));
    const total = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
    expect(total).toBeGreaterThan(10_000);
    expect(total).toBeLessThan(FIRST_VIEW_BYTES);
    await context.close();
  });

  it('puts refusals in words: of a start without a reason, of oneself, of changes while read-only', async () => {
    const tab = await openConsole(await setting.person(), setting.gateway.url);
    const { page } = tab;
    await signInAs(tab, 'Ada Whitfield');
    await fillStart(tab, { subject: 'Cleo Marchetti', reason: '' });
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /^Impersonate/ }).click();
    await dialog.getByText('Say why, in at least three characters.').waitFor();
    await lookAt(page, 'start-without-reason', ['dark', 'narrow']);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await fillStart(tab, { subject: 'Grace Achterberg' });
    await dialog.getByRole('button', { name: /^Impersonate/ }).click();
    await dialog.locator('.failure').waitFor();
    await lookAt(page, 'start-refused');
    expect(await dialog.getByLabel('Reason').inputValue()).not.toBe('');
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    await impersonate(tab, { subject: 'Carl Nyström' });
    await page.getByRole('link', { name: 'View as' }).click();
    await page
      .getByRole('button', { name: /^Edit the note/ })
      .first()
      .click();
    await dialog.getByLabel('Note').fill('Round the back');
    await dialog.getByRole('button', { name: 'Save the note' }).click();
    await dialog.locator('.failure').waitFor();
    await lookAt(page, 'change-refused');
    // The banner is above dialogs.
    await banner(page).getByRole('button', { name: 'Stop' }).click();
    await banner(page).waitFor({ state: 'detached' });

    await impersonate(tab, { subject: 'Carl Nyström', access: 'Full' });
    await page.getByRole('link', { name: 'View as' }).click();
    await page
      .getByRole('button', { name: /^Edit the note/ })
      .first()
      .click();
    await dialog.getByLabel('Note').fill('Round the back');
    await dialog.getByRole('button', { name: 'Save the note' }).click();
    await page.getByRole('table', { name: 'Orders' }).getByText('Round the back').waitFor();
    await tab.expectClean();
    await page.context().close();
  }, 60_000);

  it('Stop gives back the scrolled place', async () => {
    const { tab, page, name, scrolled } = await startFarDown();
    await banner(page).getByRole('button', { name: 'Stop' }).click();
    await banner(page).waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(scrolled);
    await expect.poll(() => focused(page)).toBe(name);
    await tab.expectClean();
    await page.context().close();
  });

  it('Stop gives it back though other requests hear of the end first', async () => {
    const { tab, page, name, scrolled } = await startFarDown();
    await page.getByRole('heading', { level: 1, name: 'View as' }).waitFor();
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let ended = () => {};
    const over = new Promise<void>((resolve) => {
      ended = resolve;
    });
    await alterAnswers(page, /stopImpersonation/, async ({ body }) => {
      ended();
      await held;
      return body;
    });
    await banner(page).getByRole('button', { name: 'Stop' }).click();
    await over;
    // A browser need not keep the body of every answer; what it does not keep is not the one.
    const refused = page.waitForResponse(
      async (response) =>
        response.url().endsWith('/graphql') && (await response.text().catch(() => '')).includes('IMPERSONATION_ENDED'),
    );
    await page.getByRole('link', { name: 'My access history' }).click();
    await refused;
    answer();
    await banner(page).waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(scrolled);
    await expect.poll(() => focused(page)).toBe(name);
    expect(await page.getByRole('alertdialog').count()).toBe(0);
    await tab.expectClean();
    await page.context().close();
  });

  /** An impersonation that began far down the list, by its 41st row. */
  async function startFarDown() {
    const tab = await openConsole(await setting.person(), setting.gateway.url);
    const { page } = tab;
    await signInAs(tab, 'Ada Whitfield');
    const button = page.getByRole('button', { name: /^Actions for/ }).nth(40);
    await button.scrollIntoViewIfNeeded();
    const name = (await button.getAttribute('aria-label')) ?? '';
    await button.click();
    await page.getByRole('menuitem', { name: 'Impersonate…' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('Far down the list');
    const scrolled = await page.evaluate(() => window.scrollY);
    expect(scrolled).toBeGreaterThan(500);
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Impersonate/ })
      .click();
    await banner(page).waitFor();
    return { tab, page, name, scrolled };
  }
});

if (chromium === null) tellNotRun('keyboard, weight, refusals and the way back');
