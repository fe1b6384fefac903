import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, tellNotRun } from './support/chromium.js';
import { type ConsoleSetting, startConsoleSetting } from './support/console-setting.js';
import { openConsole, signInAs } from './support/console-tab.js';
import { changePerson } from './support/directory-file.js';
import { lookAt } from './support/picture.js';

const chromium = findChromium();
const START = `mutation Start($input: StartImpersonationInput!) { startImpersonation(input: $input) { actorToken session { id } } }`;
const HOSTILE = '<img src=x onerror=alert(1)><script>alert(2)</script>"\'><svg onload=alert(3)>';

/** The events in an export, each by its chain and number; every line has to be JSON. */
function idsOf(ndjson: string): readonly string[] {
  return ndjson
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { chain?: string; sequence?: number })
    .flatMap(({ chain, sequence }) => (sequence === undefined ? [] : [`${chain}:${sequence}`]));
}

/** What an export holds that no browser plays a part in. */
async function exported(gateway: string, token: string): Promise<readonly string[]> {
  const response = await fetch(`${gateway}/audit/export?format=ndjson`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(200);
  return idsOf(await response.text());
}

describe.runIf(chromium !== null)('the audit trail in a browser', () => {
  let setting: ConsoleSetting;

  beforeAll(async () => {
    setting = await startConsoleSetting(chromium ?? '');
    const { gateway } = setting;
    changePerson(gateway.directory, 'user_carl', { name: HOSTILE });
    const ada = await gateway.signIn('user_ada');
    const hostile = { 'user-agent': HOSTILE };
    const started = await gateway.graphql<{ startImpersonation: { actorToken: string } }>(
      ada,
      START,
      { input: { userId: 'user_carl', reason: HOSTILE, ticket: HOSTILE.slice(0, 90) } },
      hostile,
    );
    const token = started.data?.startImpersonation.actorToken ?? '';
    expect(token).not.toBe('');
    for (let round = 0; round < 30; round += 1) {
      await gateway.graphql(token, 'query Orders { orders { id title } }', {}, hostile);
    }
    for (let round = 0; round < 3; round += 1) {
      await gateway.graphql(ada, START, { input: { userId: 'user_grace', reason: 'not allowed' } }, hostile);
    }
  }, 60_000);
  afterAll(() => setting?.stop());

  it('shows what strangers wrote as text, on every view', async () => {
    const tab = await openConsole(await setting.person(), setting.gateway.url, '/sessions');
    const { page } = tab;
    await signInAs(tab, 'Grace Achterberg');
    for (const path of ['Sessions', 'Users', 'Audit']) {
      await page.getByRole('link', { name: path, exact: true }).click();
      if (path === 'Users') await page.getByRole('searchbox', { name: 'Search' }).fill('carl.nyst');
      await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
      expect(await page.locator('main img, main script').count()).toBe(0);
    }
    await page.locator('[data-event]').filter({ hasText: '<img' }).first().getByRole('link').click();
    const panel = page.getByRole('complementary', { name: 'Event' });
    await panel.getByText('<img src=x').first().waitFor();
    await lookAt(page, 'audit-event');
    expect(await page.locator('main img, main script, aside img').count()).toBe(0);
    await tab.expectClean();
    await page.context().close();
  }, 60_000);

  it('keeps its filters in the address, follows new events, draws a chart, verifies and exports', async () => {
    const tab = await openConsole(
      await setting.person({ acceptDownloads: true }),
      setting.gateway.url,
      '/audit?outcome=FAILURE',
    );
    const { page } = tab;
    await signInAs(tab, 'Audrey Lambert');
    expect(new URL(page.url()).search).toContain('outcome=FAILURE');
    await page.locator('[data-event]').first().waitFor();
    expect(await page.locator('[data-event]').count()).toBe(3);
    await page.getByRole('link', { name: 'Audit', exact: true }).click();
    await page.locator('canvas').first().waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('Sealed').first().waitFor({ timeout: 15_000 });
    await lookAt(page, 'audit');

    const grace = await setting.gateway.signIn('user_grace');
    await setting.gateway.graphql(grace, START, { input: { userId: 'user_cleo', reason: 'Seen at once, live' } });
    await page
      .locator('[data-event]')
      .first()
      .filter({ hasText: /Cleo|cleo/ })
      .waitFor({ timeout: 15_000 });

    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.locator('.verdict-good').waitFor({ timeout: 15_000 });
    await lookAt(page, 'audit-verified');

    const before = await exported(setting.gateway.url, await setting.gateway.signIn('user_audrey'));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /Export as NDJSON/ }).click(),
    ]);
    const text = await readFile(await download.path(), 'utf8');
    const ids = idsOf(text);
    expect(before.length).toBeGreaterThan(30);
    expect(before.filter((id) => !ids.includes(id))).toEqual([]);
    await page.getByText('Complete:').waitFor();
    await tab.expectClean();
    await page.context().close();
  }, 90_000);

  it('shows the first events without scrolling, and goes on from the present where its cursor is refused, saying so', async () => {
    const tab = await openConsole(await setting.person(), setting.gateway.url, '/audit');
    const { page } = tab;
    await signInAs(tab, 'Audrey Lambert');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.locator('canvas').first().waitFor();
    const bottoms = await page
      .locator('[data-event]')
      .evaluateAll((rows) => rows.slice(0, 5).map((row) => row.getBoundingClientRect().bottom));
    expect(bottoms).toHaveLength(5);
    expect(Math.max(...bottoms)).toBeLessThanOrEqual(800);

    const grace = await setting.gateway.signIn('user_grace');
    const attempt = (reason: string) =>
      setting.gateway.graphql(grace, START, { input: { userId: 'user_audrey', reason } });
    const denied = page.locator('[data-event]').filter({ hasText: 'Audrey Lambert, because' });
    await attempt('With the stream');
    await denied.first().waitFor();
    // The gateway is asked to go on from a cursor that is none any more, and says so by itself.
    const cursors: unknown[] = [];
    await page.route('**/graphql/stream', async (route) => {
      const body = route.request().postDataJSON() as { variables?: { after?: string | null } };
      const after = body.variables?.after ?? null;
      cursors.push(after === null ? null : 'a cursor');
      if (after === null) return route.continue();
      return route.continue({ postData: JSON.stringify({ ...body, variables: { ...body.variables, after: 'gone' } }) });
    });
    const live = page.getByRole('button', { name: 'Live tail' });
    await live.click();
    await page.getByText('Paused', { exact: true }).waitFor();
    await attempt('While it is paused');
    await live.click();
    const notice = page.getByRole('alert', { name: 'Events may be missing' });
    await notice.waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(cursors).toEqual(['a cursor', null]);
    expect(await page.getByText('Not live').count()).toBe(0);
    await lookAt(page, 'audit-hole');
    await attempt('Live again');
    await expect.poll(() => denied.count()).toBe(3);
    await notice.getByRole('button', { name: 'Load the list anew' }).click();
    await notice.waitFor({ state: 'detached' });
    await expect.poll(() => denied.count()).toBe(3);
    await tab.expectClean();
    await page.context().close();
  }, 60_000);

  it('an event has a page with its operation and its place in the chain, and every format is exported whole', async () => {
    const tab = await openConsole(
      await setting.person({ acceptDownloads: true }),
      setting.gateway.url,
      '/audit?subjectId=user_carl',
    );
    const { page } = tab;
    await signInAs(tab, 'Audrey Lambert');
    await page.locator('[data-event]').first().waitFor();
    for (const name of ['CSV', 'ECS']) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: `Export as ${name}` }).click(),
      ]);
      const text = await readFile(await download.path(), 'utf8');
      expect(text.split('onerror=alert(1)').length, name).toBeGreaterThan(1);
      await page.getByText('Complete:').waitFor();
      await page.getByRole('button', { name: 'Dismiss' }).click();
    }
    await page
      .getByRole('link', { name: /ran the query Orders/ })
      .first()
      .click();
    await page.getByRole('link', { name: 'Open as a page' }).click();
    await page.getByRole('heading', { name: 'Event', level: 1 }).waitFor();
    await page.getByText('This event', { exact: true }).waitFor();
    await page.getByText('orders', { exact: false }).first().waitFor();
    await lookAt(page, 'event');
    await page.goBack();
    await page.goBack();
    await page.locator('[data-event]').first().waitFor();
    expect(new URL(page.url()).search).toContain('subjectId=user_carl');
    await tab.expectClean();
    await page.context().close();
  }, 60_000);

  it('tells any person who acted as them', async () => {
    const tab = await openConsole(await setting.person(), setting.gateway.url, '/access-history');
    await signInAs(tab, 'Cleo Marchetti');
    await tab.page.getByText('Seen at once, live').waitFor();
    await lookAt(tab.page, 'access-history');
    expect(await tab.page.getByRole('link', { name: 'Audit', exact: true }).count()).toBe(0);
    await tab.expectClean();
    await tab.page.context().close();
  }, 60_000);
});

if (chromium === null) tellNotRun('the audit trail in a browser');
