import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, tellNotRun } from './support/chromium.js';
import { type ConsoleSetting, startConsoleSetting } from './support/console-setting.js';
import { banner, impersonate, openConsole, signInAs } from './support/console-tab.js';
import { lookAt, pictureForDocuments } from './support/picture.js';

const chromium = findChromium();
const SUBJECT = 'Cleo Marchetti';

describe.runIf(chromium !== null)('the console in a browser', () => {
  let setting: ConsoleSetting;

  beforeAll(async () => {
    setting = await startConsoleSetting(chromium ?? '');
  });
  afterAll(() => setting?.stop());

  it('signs in, finds somebody, acts as them with a banner on every page, and is back where it was after Stop', async () => {
    const context = await setting.person();
    const tab = await openConsole(context, setting.gateway.url, '/users?role=USER');
    const { page } = tab;
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    await lookAt(page, 'sign-in');
    await tab.expectClean();
    await signInAs(tab, 'Ada Whitfield');
    // The deep link is kept over the sign-in.
    expect(new URL(page.url()).search).toContain('role=USER');
    await page
      .getByRole('button', { name: /^Actions for/ })
      .first()
      .waitFor();
    await lookAt(page, 'users');
    await pictureForDocuments(page, 'users');

    await impersonate(tab, { subject: SUBJECT, ticket: 'CASE-4711', access: 'Full' });
    await expect.poll(() => page.title()).toContain(`Acting as ${SUBJECT}`);
    expect(await page.locator('#favicon').getAttribute('href')).toContain('impersonating');
    for (const text of [SUBJECT, 'Ada Whitfield', 'Full access', 'CASE-4711', 'left']) {
      expect(await banner(page).textContent()).toContain(text);
    }
    const time = banner(page).getByRole('timer');
    const first = await time.textContent();
    await expect.poll(() => time.textContent()).not.toBe(first);

    await page.getByRole('link', { name: 'View as' }).click();
    await page.getByRole('table', { name: 'Orders' }).waitFor();
    expect(await page.getByText('Hidden').count()).toBeGreaterThan(0);
    await lookAt(page, 'view-as-impersonating');
    await pictureForDocuments(page, 'view-as');
    await page.getByRole('link', { name: /access history/ }).click();
    await page.getByText('The order does not load').last().waitFor();
    expect(await banner(page).isVisible()).toBe(true);
    await lookAt(page, 'access-history-impersonating');

    await banner(page).getByRole('button', { name: 'Stop' }).click();
    await banner(page).waitFor({ state: 'detached' });
    await expect
      .poll(() => page.url().slice(setting.gateway.url.length))
      .toBe(`/console/users?role=USER&search=${SUBJECT.replace(' ', '+')}`);
    expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe(SUBJECT);
    await expect.poll(() => page.title()).not.toContain('Acting');
    expect(await page.locator('#favicon').getAttribute('href')).not.toContain('impersonating');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe(`Actions for ${SUBJECT}`);
    await tab.expectClean();
    await context.close();
  }, 60_000);

  it('what was done is on record, for an auditor to find', async () => {
    const ada = await setting.gateway.signIn('user_ada');
    for (const userId of ['user_grace', 'user_dora', 'user_0003', 'user_0007']) {
      const { data } = await setting.gateway.graphql<{ startImpersonation: { actorToken: string } | null } | null>(
        ada,
        'mutation Start($userId: ID!) { startImpersonation(input: { userId: $userId, reason: "CASE-4712" }) { actorToken } }',
        { userId },
      );
      const token = data?.startImpersonation?.actorToken;
      if (token !== undefined) await setting.gateway.graphql(token, 'query Orders { orders { id title cardLast4 } }');
    }
    const tab = await openConsole(await setting.person(), setting.gateway.url, '/audit?actorId=user_ada');
    const { page } = tab;
    await signInAs(tab, 'Audrey Lambert');
    await page.locator('canvas').first().waitFor();
    await page.locator('[data-event]').filter({ hasText: SUBJECT }).first().waitFor();
    await page.getByRole('button', { name: 'Last hour' }).click();
    await page.locator('[data-event]').first().getByText('Sealed').waitFor({ timeout: 15_000 });
    await pictureForDocuments(page, 'audit');
    await tab.expectClean();
    await page.context().close();
  }, 40_000);
});

if (chromium === null) tellNotRun('the main flow of the console');
