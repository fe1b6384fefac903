import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, tellNotRun } from './support/chromium.js';
import { type ConsoleSetting, startConsoleSetting } from './support/console-setting.js';
import { banner, type ConsoleTab, impersonate, openConsole, signInAs } from './support/console-tab.js';
import { changePerson } from './support/directory-file.js';
import { lookAt } from './support/picture.js';

const chromium = findChromium();
/** Within this an end elsewhere has to be on the screen, milliseconds: what the console promises, and the drawing. */
const SOON = 2_500;

describe.runIf(chromium !== null)('an impersonation that changes elsewhere', () => {
  let setting: ConsoleSetting;

  beforeAll(async () => {
    setting = await startConsoleSetting(chromium ?? '');
  });
  afterAll(() => setting?.stop());

  async function acting(subject = 'Cleo Marchetti'): Promise<ConsoleTab> {
    const context = await setting.person();
    const tab = await openConsole(context, setting.gateway.url);
    await signInAs(tab, 'Ada Whitfield');
    await impersonate(tab, { subject });
    return tab;
  }

  async function isOwnAgain(page: Page, text: RegExp): Promise<void> {
    const dialog = page.getByRole('alertdialog');
    await dialog.waitFor({ timeout: SOON });
    await dialog.getByText(text).waitFor();
    expect(await banner(page).count()).toBe(0);
    await dialog.getByRole('button', { name: 'Go on as Ada Whitfield' }).click();
    await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
    expect(await page.title()).not.toContain('Acting');
  }

  it('a second tab shows the same truth: sign-in, start, stop and sign-out', async () => {
    const tab = await acting();
    const second = await openConsole(tab.page.context(), setting.gateway.url, '/view-as');
    await banner(second.page).getByText('Cleo Marchetti').waitFor();
    await second.page.getByRole('table', { name: 'Orders' }).waitFor();
    await banner(second.page).getByRole('button', { name: 'Stop' }).click();
    await banner(tab.page).waitFor({ state: 'detached', timeout: SOON });
    // A tab behind another one is drawn once a second; what is pressed has to be in front.
    await tab.page.bringToFront();
    await impersonate(tab, { subject: 'Carl Nyström' });
    await banner(second.page).getByText('Carl Nyström').waitFor({ timeout: SOON });
    await banner(tab.page).getByRole('button', { name: 'Stop' }).click();
    await banner(second.page).waitFor({ state: 'detached', timeout: SOON });
    await tab.page.getByRole('button', { name: 'Ada Whitfield, signed in' }).click();
    await tab.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await second.page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor({ timeout: SOON });
    await tab.expectClean();
    await second.expectClean();
    await tab.page.context().close();
  });

  it('what was begun elsewhere is said on every page, and is no longer when it is over', async () => {
    const { gateway } = setting;
    const { data } = await gateway.graphql<{ startImpersonation: { session: { id: string } } }>(
      await gateway.signIn('user_grace'),
      'mutation { startImpersonation(input: { userId: "user_carl", reason: "CASE-9" }) { session { id } } }',
    );
    const tab = await openConsole(await setting.person(), gateway.url);
    await signInAs(tab, 'Grace Achterberg');
    const notice = tab.page.getByRole('region', { name: 'Your other impersonations' });
    await notice.getByText('Carl Nyström').waitFor();
    await gateway.graphql(
      await gateway.signIn('user_ada'),
      'mutation Revoke($id: ID!) { revokeImpersonation(input: { sessionId: $id, reason: "Wrong person" }) { session { id } } }',
      { id: data.startImpersonation.session.id },
    );
    await notice.waitFor({ state: 'detached' });
    await tab.expectClean();
    await tab.page.context().close();
  });

  it('another admin sees it live and revokes it; who and why is said at once', async () => {
    const other = await openConsole(await setting.person(), setting.gateway.url, '/sessions');
    await signInAs(other, 'Grace Achterberg');
    await other.page.getByText('Nobody is impersonating anybody.').waitFor();
    const tab = await acting();
    await tab.page.getByRole('link', { name: 'View as' }).click();
    const active = other.page.getByRole('table', { name: 'Active sessions' });
    await active.getByText('Ada Whitfield').waitFor({ timeout: SOON });
    await lookAt(other.page, 'sessions');
    await active.getByRole('button', { name: /^Revoke/ }).click();
    await other.page.getByRole('dialog').getByLabel('Reason').fill('That is the wrong customer');
    await lookAt(other.page, 'sessions-revoke');
    await other.page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    const dialog = tab.page.getByRole('alertdialog');
    await dialog.waitFor({ timeout: SOON });
    await dialog.getByText('That is the wrong customer').waitFor();
    await dialog.getByText(/Grace Achterberg/).waitFor();
    await lookAt(tab.page, 'ended');
    await isOwnAgain(tab.page, /revoked it/);
    await other.page.getByText('Nobody is impersonating anybody.').waitFor();
    await tab.expectClean();
    await other.expectClean();
    await tab.page.context().close();
    await other.page.context().close();
  }, 60_000);

  it('warns one minute before the time is over, and is over when it is', async () => {
    const context = await setting.person();
    const tab = await openConsole(context, setting.gateway.url);
    const { page } = tab;
    await signInAs(tab, 'Ada Whitfield');
    await page.clock.install();
    await impersonate(tab, { subject: 'Cleo Marchetti' });
    await page.clock.runFor(9 * 60_000 + 10_000);
    await banner(page)
      .getByText(/Less than one minute left/)
      .waitFor();
    await page.clock.runFor(60_000);
    await isOwnAgain(page, /time of this impersonation is over/);
    await tab.expectClean();
    await context.close();
  });

  it('an admin who is demoted is told so', async () => {
    const tab = await acting();
    try {
      changePerson(setting.gateway.directory, 'user_ada', { roles: ['SUPPORT'] });
      const dialog = tab.page.getByRole('alertdialog');
      await dialog.waitFor({ timeout: SOON + 1_000 });
      expect(await banner(tab.page).count()).toBe(0);
      expect(await dialog.textContent()).toContain('Ada Whitfield again');
      await tab.expectClean();
    } finally {
      changePerson(setting.gateway.directory, 'user_ada', { roles: ['ADMIN'] });
      // The gateway may keep what it knew of her for a second.
      const token = await setting.gateway.signIn('user_ada');
      const roles = async () =>
        (await setting.gateway.graphql<{ viewer: { roles: string[] } }>(token, '{ viewer { roles } }')).data.viewer
          .roles;
      await expect.poll(roles).toEqual(['ADMIN']);
      await tab.page.context().close();
    }
  });

  it('without a network it says so, does not pretend to have stopped, and goes on when it is back', async () => {
    const tab = await acting();
    const { page } = tab;
    await page.context().setOffline(true);
    await page.getByText(/You are offline/).waitFor();
    await banner(page).getByRole('button', { name: 'Stop' }).click();
    await banner(page)
      .getByText(/has not confirmed the stop/)
      .waitFor();
    await lookAt(page, 'offline');
    await page.context().setOffline(false);
    await page.getByText(/You are offline/).waitFor({ state: 'detached' });
    await banner(page).getByRole('button', { name: 'Stop', exact: true }).click();
    await banner(page).waitFor({ state: 'detached' });
    await tab.expectClean();
    await page.context().close();
  });
});

if (chromium === null) tellNotRun('an impersonation that changes elsewhere');
