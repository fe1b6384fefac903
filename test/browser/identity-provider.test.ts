import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUDIENCE, type IdentityProvider, startIdentityProvider } from '../support/identity-provider.js';
import { findChromium, tellNotRun } from './support/chromium.js';
import { type ConsoleSetting, startConsoleSetting } from './support/console-setting.js';
import { banner, fillStart, impersonate, openConsole } from './support/console-tab.js';
import { lookAt } from './support/picture.js';

const chromium = findChromium();

/** A port that is free now: the provider has to know where the console is before the gateway starts. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe.runIf(chromium !== null)('signing in to the console at an identity provider', () => {
  let provider: IdentityProvider;
  let setting: ConsoleSetting;

  beforeAll(async () => {
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
