import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOwnSite } from './support/banner-page.js';
import { findChromium, launchChromium, tellNotRun } from './support/chromium.js';
import { type ConsoleSetting, startConsoleSetting } from './support/console-setting.js';
import { banner, impersonate, openConsole, signInAs } from './support/console-tab.js';
import { changePerson } from './support/directory-file.js';
import { lookAt } from './support/picture.js';

const chromium = findChromium();

describe.runIf(chromium !== null)('identities in the browser', () => {
  let setting: ConsoleSetting;

  beforeAll(async () => {
    setting = await startConsoleSetting(chromium ?? '');
  });
  afterAll(() => setting?.stop());

  it('a pasted token signs in and is nowhere on the page afterwards; one that is none is refused in words', async () => {
    const tab = await openConsole(await setting.person(), setting.gateway.url);
    const { page } = tab;
    const field = page.getByRole('textbox', { name: /Session token/ });
    const submit = page.getByRole('form', { name: 'Session token' }).getByRole('button', { name: 'Sign in' });
    await submit.click();
    await page.getByText('Paste a session token first.').waitFor();
    const token = await setting.gateway.signIn('user_grace');
    const [head = '', body = ''] = token.split('.');
    await field.fill(`${head}.${body}.${'A'.repeat(86)}`);
    await submit.click();
    await page.getByText(/does not accept this token/).waitFor();
    await lookAt(page, 'sign-in-refused');
    await field.fill(token);
    await submit.click();
    await page.getByRole('button', { name: 'Grace Achterberg, signed in' }).waitFor();
    expect(await page.content()).not.toContain(body);
    await tab.expectClean();
    // Nothing is kept: the only tab, loaded anew, is signed out.
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    await page.context().close();
  });

  it('an actor token does not sign anybody in', async () => {
    const ada = await setting.gateway.signIn('user_ada');
    const { data } = await setting.gateway.graphql<{ startImpersonation: { actorToken: string } }>(
      ada,
      'mutation { startImpersonation(input: { userId: "user_carl", reason: "not a sign-in" }) { actorToken } }',
    );
    const tab = await openConsole(await setting.person(), setting.gateway.url);
    await tab.page.getByRole('textbox', { name: /Session token/ }).fill(data.startImpersonation.actorToken);
    await tab.page.getByRole('form', { name: 'Session token' }).getByRole('button', { name: 'Sign in' }).click();
    await tab.page.locator('.field-error').waitFor();
    expect(await tab.page.getByRole('heading', { name: 'Sign in', level: 1 }).count()).toBe(1);
    await tab.expectClean();
    await tab.page.context().close();
  });

  it('two people at once each see their own subject and nothing of the other’s', async () => {
    const ada = await openConsole(await setting.person(), setting.gateway.url);
    const grace = await openConsole(await setting.person(), setting.gateway.url);
    await signInAs(ada, 'Ada Whitfield');
    await signInAs(grace, 'Grace Achterberg');
    await Promise.all([
      impersonate(ada, { subject: 'Cleo Marchetti', reason: 'For Cleo' }),
      impersonate(grace, { subject: 'Carl Nyström', reason: 'For Carl' }),
    ]);
    for (const [tab, mine, others] of [
      [ada, 'Cleo Marchetti', 'Carl Nyström'],
      [grace, 'Carl Nyström', 'Cleo Marchetti'],
    ] as const) {
      await tab.page.getByRole('link', { name: 'View as' }).click();
      await tab.page.getByRole('heading', { name: `View as ${mine}`, level: 1 }).waitFor();
      await tab.page.getByRole('table', { name: 'Orders' }).waitFor();
      expect(await tab.page.locator('body').textContent()).not.toContain(others);
    }
    await banner(ada.page).getByRole('button', { name: 'Stop' }).click();
    await banner(ada.page).waitFor({ state: 'detached' });
    expect(await banner(grace.page).textContent()).toContain('Carl Nyström');
    for (const tab of [ada, grace]) {
      await tab.expectClean();
      await tab.page.context().close();
    }
  });

  it('a session is stopped when its last tab closes', async () => {
    const tab = await openConsole(await setting.person(), setting.gateway.url);
    await signInAs(tab, 'Ada Whitfield');
    await impersonate(tab, { subject: 'Cleo Marchetti', reason: 'The last tab closes' });
    await tab.page.close({ runBeforeUnload: true });
    const auditor = await setting.gateway.signIn('user_audrey');
    await expect
      .poll(
        async () => {
          const { data } = await setting.gateway.graphql<{
            impersonationSessions: { nodes: { reason: string; status: string }[] };
          }>(auditor, '{ impersonationSessions { nodes { reason status } } }');
          return data.impersonationSessions.nodes.find(({ reason }) => reason === 'The last tab closes')?.status;
        },
        { timeout: 15_000 },
      )
      .toBe('STOPPED');
    await tab.page.context().close();
  });

  it('after signing out the way back shows nothing of before', async () => {
    const tab = await openConsole(await setting.person(), setting.gateway.url);
    const { page } = tab;
    await signInAs(tab, 'Ada Whitfield');
    await page.getByRole('link', { name: 'Sessions' }).click();
    await page.getByRole('heading', { name: 'Sessions', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Ada Whitfield, signed in' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    expect(await page.getByRole('navigation', { name: 'Console' }).count()).toBe(0);
    await tab.expectClean();
    await page.context().close();
  });

  it('the way back to a page that the browser has kept shows nobody’s data and nobody signed in', async () => {
    const elsewhere = await startOwnSite();
    await elsewhere.embedFrom(setting.gateway.url);
    const keeping = await launchChromium(chromium ?? '', { keepsPages: true });
    const context = await keeping.browser.newContext();
    const tab = await openConsole(context, setting.gateway.url);
    const { page } = tab;
    await signInAs(tab, 'Ada Whitfield');
    await impersonate(tab, { subject: 'Cleo Marchetti' });
    await page.getByRole('table', { name: 'Orders' }).waitFor();
    const kept = page.evaluate(
      () =>
        new Promise<void>((shown) => {
          addEventListener('pageshow', ({ persisted }) => {
            // What is there before anything that was begun then has come to an end.
            sessionStorage.setItem('shown', JSON.stringify([persisted, document.body.textContent, document.title]));
            shown();
          });
        }),
    );
    kept.catch(() => undefined);
    await page.goto(elsewhere.origin);
    await page.evaluate(() => history.back()).catch(() => undefined);
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    await expect.poll(() => page.evaluate(() => sessionStorage.getItem('shown')).catch(() => null)).not.toBeNull();
    const [persisted, text, title] = JSON.parse(
      (await page.evaluate(() => sessionStorage.getItem('shown'))) ?? '[]',
    ) as [boolean, string, string];
    expect(persisted, 'this browser keeps pages').toBe(true);
    expect(`${text} ${title}`).not.toMatch(/coffee|acting as|does not load/i);
    expect(await banner(page).count()).toBe(0);
    await keeping.close();
    await elsewhere.stop();
  }, 40_000);

  it('a tab that was asleep does not talk another out of a later sign-in', async () => {
    const context = await setting.person();
    // As browsers freeze tabs that are out of sight: messages wait until it is awake.
    await context.addInitScript(() => {
      let isAsleep = false;
      let waiting: (() => void)[] = [];
      addEventListener('test-sleep', (event) => {
        isAsleep = (event as CustomEvent<boolean>).detail;
        if (isAsleep) return;
        for (const hear of waiting) hear();
        waiting = [];
      });
      const { set } = Object.getOwnPropertyDescriptor(BroadcastChannel.prototype, 'onmessage') ?? {};
      Object.defineProperty(BroadcastChannel.prototype, 'onmessage', {
        set(this: BroadcastChannel, hear: (event: MessageEvent) => void) {
          set?.call(this, (event: MessageEvent) => {
            if (isAsleep) waiting.push(() => hear(event));
            else hear(event);
          });
        },
      });
    });
    const asleep = await openConsole(context, setting.gateway.url);
    await signInAs(asleep, 'Ada Whitfield');
    await impersonate(asleep, { subject: 'Cleo Marchetti' });
    await banner(asleep.page).getByRole('button', { name: 'Stop' }).click();
    await banner(asleep.page).waitFor({ state: 'detached' });
    const sleep = (value: boolean) =>
      asleep.page.evaluate((isAsleep) => dispatchEvent(new CustomEvent('test-sleep', { detail: isAsleep })), value);
    await sleep(true);
    const own = await openConsole(context, setting.gateway.url);
    await signInAs(own, 'Grace Achterberg');
    await sleep(false);
    await asleep.page.getByRole('button', { name: 'Grace Achterberg, signed in' }).waitFor();
    expect(await own.page.getByRole('button', { name: 'Grace Achterberg, signed in' }).count()).toBe(1);
    await own.expectClean();
    await context.close();
  });

  it('what another page of this origin says that no tab of the console would say changes nothing', async () => {
    const context = await setting.person();
    const tab = await openConsole(context, setting.gateway.url);
    await signInAs(tab, 'Ada Whitfield');
    const other = await context.newPage();
    await other.goto(`${setting.gateway.url}/healthz`);
    await other.evaluate(() => {
      const channel = new BroadcastChannel('impersonation-console-identity');
      const told = { stamp: { at: 9e15, tab: 'z' }, state: { own: {}, impersonation: null, notice: null } };
      const older = { stamp: { count: 9, tab: 'z' }, state: { own: null, impersonation: null, notice: null } };
      for (const message of [
        null,
        'who',
        {},
        { kind: 'here' },
        { kind: 'changed', tab: 'z', told: null },
        { kind: 'changed', tab: 'z', told },
        { kind: 'changed', tab: 'z', told: older },
      ]) {
        channel.postMessage(message);
      }
      localStorage.setItem('console-theme', '"><script>');
    });
    await tab.page.getByRole('link', { name: 'Sessions' }).click();
    await tab.page.getByRole('heading', { name: 'Sessions', level: 1 }).waitFor();
    await tab.page.getByRole('button', { name: 'Ada Whitfield, signed in' }).waitFor();
    await tab.expectClean();
    await context.close();
  });

  it('a page elsewhere that opens the console has no hold on it, and can frame nothing of the gateway', async () => {
    const context = await setting.person();
    const elsewhere = await startOwnSite();
    await elsewhere.embedFrom(setting.gateway.url);
    const page = await context.newPage();
    await page.goto(`${elsewhere.origin}/page.css`);
    const opened = context.waitForEvent('page');
    await page.evaluate(
      (url) => Object.assign(window, { held: window.open(url, 'a <name>') }),
      `${setting.gateway.url}/console/`,
    );
    const popup = await opened;
    await popup.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    expect(await popup.evaluate(() => [window.opener, window.name])).toEqual([null, '']);
    expect(await page.evaluate(() => (window as unknown as { held: Window | null }).held?.closed)).toBe(true);
    const framed = await page.evaluate(async (gateway) => {
      const paths = [
        '/console/',
        '/console',
        '/console/gone',
        '/console/config.json',
        '/graphql',
        '/nowhere',
        '/healthz',
        '/banner/impersonation-banner.js',
      ];
      const frames = await Promise.all(
        paths.map(
          (path) =>
            new Promise<HTMLIFrameElement>((loaded) => {
              const frame = document.createElement('iframe');
              frame.onload = () => loaded(frame);
              frame.src = gateway + path;
              document.body.append(frame);
            }),
        ),
      );
      return frames.length;
    }, setting.gateway.url);
    const shown = page.frames().filter((frame) => frame !== page.mainFrame());
    expect(shown).toHaveLength(framed);
    expect(shown.map((frame) => frame.url()).filter((url) => !url.startsWith('chrome-error:'))).toEqual([]);
    await context.close();
    await elsewhere.stop();
  });

  it('somebody whose account is disabled is signed out, and the impersonation with it', async () => {
    const tab = await openConsole(await setting.person(), setting.gateway.url);
    const { page } = tab;
    await signInAs(tab, 'Grace Achterberg');
    await impersonate(tab, { subject: 'Cleo Marchetti' });
    changePerson(setting.gateway.directory, 'user_grace', { disabled: true });
    try {
      await page.getByRole('alertdialog', { name: 'You have been signed out' }).waitFor({ timeout: 15_000 });
      expect(await banner(page).count()).toBe(0);
      await lookAt(page, 'signed-out', ['light', 'narrow']);
      await page.getByRole('button', { name: 'Sign in again' }).click();
      await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
      await tab.expectClean();
    } finally {
      changePerson(setting.gateway.directory, 'user_grace', { disabled: false });
    }
    await page.context().close();
  });

  it('the watch that these tests rely on notices a violation of the policy and a token in storage', async () => {
    const tab = await openConsole(await setting.person(), setting.gateway.url);
    await tab.page.evaluate(() => {
      const image = document.createElement('img');
      image.src = 'https://elsewhere.example/x.png';
      document.body.append(image);
    });
    await expect(tab.expectClean()).rejects.toThrow(/content security policy/);
    await tab.page.context().close();
    const other = await openConsole(await setting.person(), setting.gateway.url);
    await other.page.evaluate((token) => localStorage.setItem('kept', token), await setting.gateway.signIn('user_ada'));
    await expect(other.expectClean()).rejects.toThrow(/a token in storage/);
    await other.page.context().close();
  });
});

if (chromium === null) tellNotRun('identities in the browser');
