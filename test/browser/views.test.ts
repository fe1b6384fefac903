import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, tellNotRun } from './support/chromium.js';
import { type ConsoleSetting, startConsoleSetting } from './support/console-setting.js';
import { banner, fillStart, impersonate, openConsole, signInAs } from './support/console-tab.js';
import { lookAt } from './support/picture.js';
import { startWeakProxy } from './support/weak-proxy.js';

const chromium = findChromium();

describe.runIf(chromium !== null)('what the views of the console do', () => {
  let setting: ConsoleSetting;

  beforeAll(async () => {
    setting = await startConsoleSetting(chromium ?? '');
  });
  afterAll(() => setting?.stop());

  it('a list goes on when its end comes into sight, until everybody is there', async () => {
    const tab = await openConsole(
      await setting.person({ viewport: { width: 1280, height: 1400 } }),
      setting.gateway.url,
    );
    const { page } = tab;
    await signInAs(tab, 'Grace Achterberg');
    const rows = page.getByRole('table', { name: 'Users' }).locator('tbody tr');
    await rows.first().waitFor();
    const end = page.locator('.load-more');
    while (!(await end.getByText(/ in all$/).isVisible())) {
      const before = await rows.count();
      await end.scrollIntoViewIfNeeded();
      await expect
        .poll(async () => (await rows.count()) > before || (await end.getByText(/ in all$/).isVisible()))
        .toBe(true);
    }
    const { data } = await setting.gateway.graphql<{ users: { totalCount?: number; nodes: { id: string }[] } }>(
      await setting.gateway.signIn('user_grace'),
      '{ users(first: 500) { nodes { id } } }',
    );
    expect(data.users.nodes.length).toBe(500);
    // Of the 507 people of the demo data each is there once.
    const ids = await rows.locator('code').allTextContents();
    expect(ids.length).toBe(507);
    expect(new Set(ids).size).toBe(507);
    await tab.expectClean();
    await page.context().close();
  }, 60_000);

  it('a dialog that refuses the reason leads back to it, and loses nothing typed', async () => {
    const tab = await openConsole(await setting.person(), setting.gateway.url);
    const { page } = tab;
    await signInAs(tab, 'Grace Achterberg');
    await fillStart(tab, { subject: 'Cleo Marchetti', reason: 'no', ticket: 'CASE-1' });
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /^Impersonate/ }).click();
    await dialog.getByText('Say why, in at least three characters.').waitFor();
    const reason = dialog.getByLabel('Reason');
    expect(await reason.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await dialog.getByLabel('Ticket').inputValue()).toBe('CASE-1');
    await page.keyboard.type(' order, she says');
    await page.keyboard.press('Tab');
    await dialog.getByRole('button', { name: /^Impersonate/ }).click();
    await banner(page).getByText('no order, she says').waitFor();
    await banner(page).getByRole('button', { name: 'Stop' }).click();
    await banner(page).waitFor({ state: 'detached' });
    await tab.expectClean();
    await page.context().close();
  }, 60_000);

  it('what only the person themselves may do is refused in words, with full access too, and the password is in no event', async () => {
    const tab = await openConsole(await setting.person(), setting.gateway.url);
    const { page } = tab;
    await signInAs(tab, 'Grace Achterberg');
    await impersonate(tab, { subject: 'Cleo Marchetti', access: 'Full', reason: 'Her password' });
    await page.getByRole('link', { name: 'View as' }).click();
    await page.getByRole('button', { name: /password/i }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('New password').fill('correct-horse-battery');
    await dialog.getByRole('button', { name: 'Change the password' }).click();
    await dialog.getByRole('alert').waitFor();
    await lookAt(page, 'password-refused');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await banner(page).getByRole('button', { name: 'Stop' }).click();
    await banner(page).waitFor({ state: 'detached' });
    const trail = await fetch(`${setting.gateway.url}/audit/export?format=ndjson`, {
      headers: { authorization: `Bearer ${await setting.gateway.signIn('user_audrey')}` },
    });
    const text = await trail.text();
    expect(text).toContain('BLOCKED_WHILE_IMPERSONATING');
    expect(text).not.toContain('correct-horse-battery');
    await tab.expectClean();
    await page.context().close();
  }, 60_000);

  it('a session has a page: who, why, how long, what was done, and its end from there', async () => {
    const { gateway } = setting;
    const { data } = await gateway.graphql<{ startImpersonation: { actorToken: string; session: { id: string } } }>(
      await gateway.signIn('user_ada'),
      'mutation { startImpersonation(input: { userId: "user_carl", reason: "CASE-77", ticket: "T-77" }) { actorToken session { id } } }',
    );
    const { actorToken, session } = data.startImpersonation;
    await gateway.graphql(actorToken, 'query WhatHeSees { orders { id } }');
    const tab = await openConsole(await setting.person(), gateway.url, `/sessions/${session.id}`);
    const { page } = tab;
    await signInAs(tab, 'Grace Achterberg');
    const facts = page.getByRole('region', { name: 'The session' });
    for (const text of ['Ada Whitfield', 'Carl Nyström', 'CASE-77', 'T-77', 'Read-only', 'Active']) {
      await facts.getByText(text).first().waitFor();
    }
    await page.locator('[data-event]').filter({ hasText: 'WhatHeSees' }).first().waitFor();
    await lookAt(page, 'session');
    await facts.getByRole('button', { name: /^Revoke/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
    expect(await dialog.getByLabel('Reason').evaluate((element) => element === document.activeElement)).toBe(true);
    await dialog.getByLabel('Reason').fill('Wrong customer');
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
    await facts.getByText('Revoked', { exact: true }).waitFor();
    await lookAt(page, 'session-revoked', ['dark', 'narrow']);
    const { errors } = await gateway.graphql(actorToken, '{ viewer { id } }');
    expect(errors?.[0]?.extensions?.code).toBe('IMPERSONATION_ENDED');
    await page.goto(`${gateway.url}/console/sessions/no-such-session`);
    await signInAs(tab, 'Grace Achterberg');
    await page.getByText('There is no such session.').waitFor();
    await tab.expectClean();
    await page.context().close();
  }, 60_000);

  it('an export that is cut off says so, and its part is saved under a name that says so too', async () => {
    const weak = await startWeakProxy(setting.gateway.url, '/audit/export');
    const tab = await openConsole(await setting.person({ acceptDownloads: true }), weak.url, '/audit');
    const { page } = tab;
    await signInAs(tab, 'Audrey Lambert');
    await page.locator('[data-event]').first().waitFor();
    await page.getByRole('button', { name: /Export as NDJSON/ }).click();
    await page
      .getByText(/cut off/)
      .first()
      .waitFor();
    await lookAt(page, 'export-cut-off', ['light', 'narrow']);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /Save/ }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/incomplete/i);
    expect((await readFile(await download.path(), 'utf8')).length).toBeGreaterThan(100);
    await tab.expectClean();
    await page.context().close();
    await weak.stop();
  }, 60_000);

  it('light and dark can be chosen against the device, and the choice outlives the page', async () => {
    const tab = await openConsole(await setting.person({ colorScheme: 'light' }), setting.gateway.url);
    const { page } = tab;
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    await signInAs(tab, 'Grace Achterberg');
    const choose = async (name: RegExp) => {
      await page.getByRole('button', { name: 'Theme' }).click();
      await page.getByRole('menuitem', { name }).click();
    };
    await choose(/^Dark/);
    await expect.poll(background).not.toBe(light);
    const dark = await background();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    expect(await background()).toBe(dark);
    await signInAs(tab, 'Grace Achterberg');
    await choose(/^As the device/);
    await expect.poll(background).toBe(light);
    await tab.expectClean();
    await page.context().close();
  }, 60_000);
});

if (chromium === null) tellNotRun('what the views of the console do');
