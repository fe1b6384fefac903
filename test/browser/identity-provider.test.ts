import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../examples/federation/demo/free-port.js';
import { AUDIENCE, type IdentityProvider, startIdentityProvider } from '../support/identity-provider.js';
import { findChromium, tellNotRun } from './support/chromium.js';
import { type ConsoleSetting, startConsoleSetting } from './support/console-setting.js';
import { banner, fillStart, impersonate, openConsole } from './support/console-tab.js';
import { lookAt } from './support/picture.js';

const chromium = findChromium();

/** What is done to an answer on its way: to one parameter of it, or to all. */
type Change = readonly ['set', string, string] | readonly ['delete', string] | readonly ['all', string];

/** Lets the next answer of the provider that `change` names changes for be changed before the console reads it, and kept beside. */
async function changesAnswers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const wanted = sessionStorage.getItem('test-change');
    const answer = new URLSearchParams(location.search);
    if (wanted === null || !answer.has('code')) return;
    sessionStorage.removeItem('test-change');
    sessionStorage.setItem('test-answer', location.search);
    const changes = JSON.parse(wanted) as readonly (readonly [string, string, string])[];
    for (const [how, name, value] of changes) {
      if (how === 'set') answer.set(name, value);
      else if (how === 'delete') answer.delete(name);
    }
    const [first] = changes;
    // Without any change it is taken away.
    const search = first === undefined ? '' : first[0] === 'all' ? first[1] : `?${answer}`;
    history.replaceState(null, '', `/console/${search}`);
  });
}

function change(page: Page, changes: readonly Change[]): Promise<void> {
  return page.evaluate((text) => sessionStorage.setItem('test-change', text), JSON.stringify(changes));
}

describe.runIf(chromium !== null)('signing in to the console at an identity provider', () => {
  let provider: IdentityProvider;
  let setting: ConsoleSetting;

  beforeAll(async () => {
    // The provider has to know where the console is before the gateway starts.
    const port = await freePort();
    provider = await startIdentityProvider({ clientId: 'console', url: `http://127.0.0.1:${port}/console/` });
    setting = await startConsoleSetting(chromium ?? '', {
      PORT: String(port),
      TRUSTED_ISSUERS: provider.trusted,
      CONSOLE_OIDC_ISSUER: provider.issuer,
      CONSOLE_OIDC_CLIENT_ID: 'console',
      CONSOLE_OIDC_SCOPE: 'openid impersonate',
      CONSOLE_OIDC_AUDIENCE: AUDIENCE,
      STEP_UP_REQUIRED_AMR: 'mfa',
    });
  });
  afterAll(async () => {
    await setting?.stop();
    await provider?.stop();
  });

  /** At the provider, and back in the console. */
  async function showWhoItIs(page: Page, by: readonly 'second factor'[]): Promise<void> {
    await page.getByLabel('Name').fill('user_ada');
    if (by.includes('second factor')) await page.getByLabel('With a second factor').check();
    await page.getByRole('button', { name: 'Go' }).click();
    await page.getByRole('button', { name: 'Ada Whitfield, signed in' }).waitFor();
  }

  it('goes there with PKCE, comes back to the deep link, and leaves no code and no token anywhere', async () => {
    const context = await setting.person();
    const tab = await openConsole(context, setting.gateway.url, '/users?role=USER');
    const { page } = tab;
    await page.getByRole('button', { name: 'Sign in with your organisation' }).waitFor();
    await lookAt(page, 'sign-in-organisation');
    const asked = page.waitForRequest((request) => request.url().startsWith(`${provider.issuer}/auth?`));
    await page.getByRole('button', { name: 'Sign in with your organisation' }).click();
    const request = new URL((await asked).url()).searchParams;
    expect(request.get('response_type')).toBe('code');
    expect(request.get('code_challenge_method')).toBe('S256');
    await showWhoItIs(page, ['second factor']);
    expect(page.url()).toBe(`${setting.gateway.url}/console/users?role=USER`);
    await impersonate(tab, { subject: 'Cleo Marchetti' });
    await banner(page).getByRole('button', { name: 'Stop' }).click();
    await banner(page).waitFor({ state: 'detached' });
    await tab.expectClean([provider.issuer]);
    await context.close();
  }, 40_000);

  it('whoever has not shown enough to impersonate is led back there, and can then', async () => {
    const context = await setting.person();
    const tab = await openConsole(context, setting.gateway.url, '/users?search=cleo');
    const { page } = tab;
    await page.getByRole('button', { name: 'Sign in with your organisation' }).click();
    await showWhoItIs(page, []);
    await fillStart(tab, { subject: 'Cleo Marchetti' });
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Impersonate/ })
      .click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await lookAt(page, 'step-up');
    expect(await banner(page).count()).toBe(0);
    const asked = page.waitForRequest((request) => request.url().startsWith(`${provider.issuer}/auth?`));
    await page.getByRole('button', { name: 'Sign in again' }).click();
    // Somebody else at an unlocked desk must not pass by the session that is still there (RFC 9470).
    const request = new URL((await asked).url()).searchParams;
    expect([request.get('prompt'), request.get('max_age')]).toEqual(['login', '0']);
    await showWhoItIs(page, ['second factor']);
    expect(new URL(page.url()).search).toContain('search=');
    await impersonate(tab, { subject: 'Cleo Marchetti' });
    await banner(page).getByRole('button', { name: 'Stop' }).click();
    await banner(page).waitFor({ state: 'detached' });
    await tab.expectClean([provider.issuer]);
    await context.close();
  }, 40_000);

  it('takes no answer and no token that was changed on its way, or is somebody else’s', async () => {
    const url = `${setting.gateway.url}/console/users`;
    const begin = (page: Page) => page.getByRole('button', { name: 'Sign in with your organisation' }).click();

    // Somebody else's answer, unused: whoever is led to it would be signed in as its sender.
    const attacker = await setting.person();
    const theirs = await attacker.newPage();
    await changesAnswers(theirs);
    await theirs.goto(url);
    await change(theirs, []);
    await begin(theirs);
    await theirs.getByLabel('Name').fill('user_grace');
    await theirs.getByRole('button', { name: 'Go' }).click();
    await theirs.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    const stolen = (await theirs.evaluate(() => sessionStorage.getItem('test-answer'))) ?? '';
    const code = new URLSearchParams(stolen).get('code');
    expect(code).not.toBeNull();
    await attacker.close();

    const context = await setting.person();
    const page = await context.newPage();
    await changesAnswers(page);
    await page.goto(url);
    await begin(page);
    await showWhoItIs(page, ['second factor']);
    async function expectNobody(what: string): Promise<void> {
      await page.getByText(/did not complete the sign-in|was cancelled/).waitFor();
      expect([what, await page.getByRole('navigation', { name: 'Console' }).count()]).toEqual([what, 0]);
      expect([what, page.url()]).toEqual([what, url]);
    }

    const changes: readonly (readonly [string, readonly Change[]])[] = [
      ['the whole answer of somebody else', [['all', stolen]]],
      ['another state', [['set', 'state', 'x']]],
      ['another issuer', [['set', 'iss', 'https://evil.example']]],
      ['no issuer', [['delete', 'iss']]],
      ['somebody else’s code', [['set', 'code', code ?? '']]],
      ['an error beside the code', [['set', 'error', 'access_denied']]],
    ];
    for (const [what, how] of changes) {
      await page.goto(url);
      await change(page, how);
      await begin(page);
      await expectNobody(what);
    }

    const tokens: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      ['another nonce', { nonce: 'x' }],
      ['for another client', { aud: 'x' }],
    ];
    for (const [what, claims] of tokens) {
      await page.goto(url);
      await page.route(`${provider.issuer}/token`, async (route) => {
        const response = await route.fetch();
        const answer = (await response.json()) as { id_token: string };
        const [head, body = '', signature] = answer.id_token.split('.');
        const changed = { ...(JSON.parse(Buffer.from(body, 'base64url').toString()) as object), ...claims };
        const text = Buffer.from(JSON.stringify(changed)).toString('base64url');
        return route.fulfill({ response, json: { ...answer, id_token: [head, text, signature].join('.') } });
      });
      await begin(page);
      await expectNobody(`a token ${what}`);
      await page.unroute(`${provider.issuer}/token`);
    }
    await context.close();
  }, 60_000);

  it('opens nothing but a web page to sign in at, and none in the clear, whatever answers for the provider', async () => {
    const context = await setting.person();
    const tab = await openConsole(context, setting.gateway.url);
    const { page } = tab;
    for (const address of [
      'javascript:alert(document.domain)',
      'data:text/html,<title>x',
      'http://evil.example/auth',
      'blob:http://127.0.0.1/x',
      '//evil.example/auth',
    ]) {
      await page.route('**/.well-known/openid-configuration', async (route) => {
        const response = await route.fetch();
        return route.fulfill({ response, json: { ...(await response.json()), authorization_endpoint: address } });
      });
      await page.getByRole('button', { name: 'Sign in with your organisation' }).click();
      await page.getByText('is not on https').waitFor();
      expect([address, page.url()]).toEqual([address, `${setting.gateway.url}/console/`]);
      await page.unroute('**/.well-known/openid-configuration');
      await page.reload();
    }
    await tab.expectClean([provider.issuer]);
    await context.close();
  });

  it('takes no answer that this tab did not ask for, and keeps its code nowhere', async () => {
    const context = await setting.person();
    const tab = await openConsole(context, setting.gateway.url, '/?code=stolen-code-1234&state=somebody-elses');
    const { page } = tab;
    await page.getByText('This sign-in was not begun in this tab.').waitFor();
    expect(page.url()).toBe(`${setting.gateway.url}/console/`);
    expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);
    expect(await page.getByRole('navigation', { name: 'Console' }).count()).toBe(0);
    await tab.expectClean();
    await context.close();
  });
});

if (chromium === null) tellNotRun('signing in to the console at an identity provider');
