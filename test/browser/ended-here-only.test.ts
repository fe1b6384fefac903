import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alterAnswers } from './support/altered-answers.js';
import { findChromium, tellNotRun } from './support/chromium.js';
import { type ConsoleSetting, startConsoleSetting } from './support/console-setting.js';
import { banner, impersonate, openConsole, signInAs } from './support/console-tab.js';
import { lookAt } from './support/picture.js';

const chromium = findChromium();

/** Has the gateway say of every end that only it knows, as it does while its database is away. */
async function whileUnstored(page: Page): Promise<{ over: boolean }> {
  const outage = { over: false };
  await alterAnswers(page, /stopImpersonation|revokeImpersonation/, ({ request, body }) => {
    if (outage.over) return body;
    const { variables } = request.postDataJSON() as { variables: { sessionId?: string } };
    const [answered] = Object.values(body.data ?? {}) as { session: { id: string } }[];
    return { ...body, extensions: { endedHereOnly: [answered?.session.id ?? variables.sessionId] } };
  });
  return outage;
}

const notice = (page: Page) => page.getByRole('alert', { name: 'Not ended everywhere yet' });

describe.runIf(chromium !== null)('an end that only one gateway knows of', () => {
  let setting: ConsoleSetting;

  beforeAll(async () => {
    setting = await startConsoleSetting(chromium ?? '');
  });
  afterAll(() => setting?.stop());

  it('is said on every page after a Stop, until trying again has shown that it is known everywhere', async () => {
    const tab = await openConsole(await setting.person(), setting.gateway.url);
    const { page } = tab;
    await signInAs(tab, 'Ada Whitfield');
    await impersonate(tab, { subject: 'Cleo Marchetti' });
    const outage = await whileUnstored(page);
    await banner(page).getByRole('button', { name: 'Stop' }).click();
    await banner(page).waitFor({ state: 'detached' });
    await notice(page).getByText('ended on one gateway only').waitFor();
    expect(await page.getByText('You no longer act as').count(), 'no success is claimed').toBe(0);
    await lookAt(page, 'ended-here-only');
    await page.getByRole('link', { name: 'Sessions', exact: true }).click();
    await page.getByRole('heading', { name: 'Sessions', level: 1 }).waitFor();
    await notice(page).getByRole('button', { name: 'Try again' }).click();
    await notice(page)
      .getByText(/Tried again at .*: it is still not stored/)
      .waitFor();
    await page.route('**/graphql', (route) => route.abort(), { times: 1 });
    await notice(page).getByRole('button', { name: 'Try again' }).click();
    await notice(page)
      .getByText(/the gateway does not answer/)
      .waitFor();
    outage.over = true;
    await notice(page).getByRole('button', { name: 'Try again' }).click();
    await notice(page).waitFor({ state: 'detached' });
    await page.getByText('The impersonation has ended everywhere.').first().waitFor();
    await tab.expectClean();
    await page.context().close();
  }, 40_000);

  it('is said of a revocation, also after signing out, and not to the next person at the screen', async () => {
    const ada = await setting.gateway.signIn('user_ada');
    await setting.gateway.graphql(
      ada,
      'mutation { startImpersonation(input: { userId: "user_cleo", reason: "to be revoked" }) { session { id } } }',
    );
    const tab = await openConsole(await setting.person(), setting.gateway.url, '/sessions');
    const { page } = tab;
    await signInAs(tab, 'Grace Achterberg');
    await whileUnstored(page);
    await page.getByRole('button', { name: 'Revoke Ada Whitfield acting as Cleo Marchetti' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('The wrong person');
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await notice(page).waitFor();
    expect(await page.getByText('no longer acts as').count(), 'no success is claimed').toBe(0);
    await page.getByRole('button', { name: 'Grace Achterberg, signed in' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await notice(page).getByText('Sign in to try again.').waitFor();
    await signInAs(tab, 'Audrey Lambert');
    expect(await notice(page).count()).toBe(0);
    await page.getByRole('button', { name: 'Audrey Lambert, signed in' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await signInAs(tab, 'Grace Achterberg');
    await notice(page).getByRole('button', { name: 'Try again' }).waitFor();
    await tab.expectClean();
    await page.context().close();
  }, 40_000);
});

if (chromium === null) tellNotRun('an end that only one gateway knows of');
