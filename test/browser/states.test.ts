import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, tellNotRun } from './support/chromium.js';
import { type ConsoleSetting, startConsoleSetting } from './support/console-setting.js';
import { banner, impersonate, openConsole, signInAs } from './support/console-tab.js';
import { lookAt } from './support/picture.js';

const chromium = findChromium();
const VIEWS = ['Users', 'View as', 'Sessions', 'Audit', 'My access history'] as const;

describe.runIf(chromium !== null)('a view of the console that has nothing, waits or fails', () => {
  let setting: ConsoleSetting;

  beforeAll(async () => {
    setting = await startConsoleSetting(chromium ?? '');
  });
  afterAll(() => setting?.stop());

  const go = (page: Page, view: string) => page.getByRole('link', { name: view, exact: true }).click();
  const nameOf = (view: string) => view.toLowerCase().replaceAll(' ', '-');

  it.each(VIEWS)(
    '%s: says that it loads, that the gateway does not answer, and shows it when it does',
    async (view) => {
      const tab = await openConsole(await setting.person(), setting.gateway.url);
      const { page } = tab;
      const other = view === 'Users' ? 'View as' : 'Users';
      await page.getByRole('button', { name: 'Sign in as Grace Achterberg' }).waitFor();
      if (view === 'Users') await page.goto(`${setting.gateway.url}/console/view-as`);
      await signInAs(tab, 'Grace Achterberg');
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.title()).toContain(other === 'View as' ? 'Your own view' : other);

      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      let mode: 'hold' | 'fail' | 'pass' = 'hold';
      await page.route('**/graphql', async (route) => {
        if (mode === 'hold') await released;
        await (mode === 'pass' ? route.continue() : route.abort()).catch(() => undefined);
      });
      await go(page, view);
      const loading = page.getByRole('status').filter({ hasText: /^Loading/ });
      await loading.first().waitFor();
      await lookAt(page, `${nameOf(view)}-loading`, ['narrow']);
      mode = 'fail';
      release();
      await page
        .getByRole('alert')
        .filter({ hasText: /does not answer/ })
        .first()
        .waitFor();
      await lookAt(page, `${nameOf(view)}-failed`, ['dark']);
      mode = 'pass';
      for (const again = page.getByRole('button', { name: 'Try again' }); (await again.count()) > 0; ) {
        const before = await again.count();
        await again.first().click();
        await expect.poll(() => again.count()).toBeLessThan(before);
      }
      await expect.poll(() => page.getByText(/does not answer/).count()).toBe(0);
      await expect.poll(() => loading.count()).toBe(0);
      await tab.expectClean();
      await page.context().close();
    },
    40_000,
  );

  it('an empty list says what to do', async () => {
    const tab = await openConsole(await setting.person(), setting.gateway.url, '/users?search=nobodyiscalledthis');
    const { page } = tab;
    await signInAs(tab, 'Grace Achterberg');
    await page.getByText('Nobody matches.').waitFor();
    await lookAt(page, 'users-empty', ['light', 'narrow']);
    await go(page, 'Sessions');
    await page.getByText('Nobody is impersonating anybody.').waitFor();
    await lookAt(page, 'sessions-empty', ['light', 'narrow']);
    await go(page, 'My access history');
    await page.getByText('Nobody has ever used the product as you.').waitFor();
    await lookAt(page, 'access-history-empty', ['light', 'narrow']);
    await page.goto(`${setting.gateway.url}/console/audit?sessionId=none`);
    await signInAs(tab, 'Audrey Lambert');
    await page.getByText('No event matches.').waitFor();
    await lookAt(page, 'audit-empty', ['light', 'narrow']);
    await tab.expectClean();
    await page.context().close();
  }, 40_000);

  it('what the subject may not see, an address that leads nowhere and a filter that is not one are said', async () => {
    const tab = await openConsole(await setting.person(), setting.gateway.url, '/users');
    const { page } = tab;
    await signInAs(tab, 'Ada Whitfield');
    await impersonate(tab, { subject: 'Cleo Marchetti' });
    const second = await openConsole(page.context(), setting.gateway.url, '/audit');
    await second.page.getByText('Cleo Marchetti may not open this page.').waitFor();
    await lookAt(second.page, 'not-allowed');
    await banner(second.page).getByRole('button', { name: 'Stop' }).click();
    await banner(second.page).waitFor({ state: 'detached' });
    const nowhere = await openConsole(page.context(), setting.gateway.url, '/nowhere');
    await nowhere.page.getByText('This address leads nowhere.').waitFor();
    const wrong = await openConsole(page.context(), setting.gateway.url, '/audit?outcome=MAYBE');
    await wrong.page.getByText(/MAYBE/).first().waitFor();
    await lookAt(wrong.page, 'audit-wrong-filter', ['light']);
    for (const each of [tab, second, nowhere, wrong]) await each.expectClean();
    await page.context().close();
  }, 40_000);

  it('a browser that is too old, or runs no scripts, is told so in words, and nothing else is begun', async () => {
    const old = await setting.person();
    const page = await old.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.addInitScript(() => Reflect.deleteProperty(window, 'BroadcastChannel'));
    await page.goto(`${setting.gateway.url}/console/users`);
    await page.getByRole('heading', { name: 'This browser is too old for the console' }).waitFor();
    await page.getByText('This one lacks: messages between tabs.').waitFor();
    await lookAt(page, 'too-old', ['light', 'dark', 'narrow']);
    expect(await page.getByText('The console is starting').count()).toBe(0);
    expect(asked).not.toContain('/console/config.json');
    await old.close();

    const silent = await setting.person({ javaScriptEnabled: false });
    const still = await silent.newPage();
    await still.goto(`${setting.gateway.url}/console/users`);
    await still.getByRole('heading', { name: 'The console needs JavaScript' }).waitFor();
    await still.screenshot({ path: 'test-output/screenshots/no-scripts-light.png' });
    await silent.close();
  });

  it('a gateway that is silent from the start is said, too', async () => {
    const context = await setting.person();
    const page = await context.newPage();
    await page.route('**/console/config.json', (route) => route.abort());
    await page.goto(`${setting.gateway.url}/console/`);
    await page.getByRole('heading', { name: 'The gateway does not answer' }).waitFor();
    await lookAt(page, 'cannot-start', ['light', 'dark']);
    await context.close();
  });
});

if (chromium === null) tellNotRun('views of the console that have nothing, wait or fail');
