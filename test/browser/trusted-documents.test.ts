import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';
import { type ProductionSetting, prepareProduction } from '../support/production-setting.js';
import { findChromium, launchChromium, type TestBrowser, tellNotRun } from './support/chromium.js';
import { banner, type ConsoleTab, impersonate, openConsole } from './support/console-tab.js';

const chromium = findChromium();

describe.runIf(chromium !== null)('the console of a gateway that takes trusted documents alone', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let production: ProductionSetting;
  let gateway: GatewayProcess;
  let browser: TestBrowser;

  beforeAll(async () => {
    folder = await temporaryFolder();
    production = await prepareProduction(folder.path, 'EdDSA');
    // No client has any: what the console sends has to be known without being told.
    const file = path.join(folder.path, 'trusted.json');
    await writeFile(file, '{}');
    gateway = await startGatewayProcess(folder.path, {
      ...production.settings,
      TRUSTED_DOCUMENTS: file,
      TRUSTED_DOCUMENTS_ONLY: 'true',
    });
    browser = await launchChromium(chromium ?? '');
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
    await folder?.remove();
  });

  async function signedIn(who: string, name: string, at: string): Promise<ConsoleTab> {
    const context = await browser.browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce' });
    context.setDefaultTimeout(30_000);
    const tab = await openConsole(context, gateway.url, at);
    await tab.page.getByRole('textbox', { name: /Session token/ }).fill(await production.issuer.sign(who));
    await tab.page.getByRole('form', { name: 'Session token' }).getByRole('button', { name: 'Sign in' }).click();
    await tab.page.getByRole('button', { name: `${name}, signed in` }).waitFor();
    return tab;
  }

  it('searches, starts, shows the banner and stops; the trail is read and exported; nothing else is executed', async () => {
    const token = await production.issuer.sign('user_ada');
    const foreign = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'query Foreign { viewer { id } }' }),
    });
    expect(await foreign.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });

    const ada = await signedIn('user_ada', 'Ada Whitfield', '/users');
    await impersonate(ada, { subject: 'Cleo Marchetti' });
    await ada.page.getByRole('link', { name: 'View as' }).click();
    await ada.page.getByRole('heading', { name: 'View as Cleo Marchetti', level: 1 }).waitFor();
    expect(await ada.page.locator('.failure').count()).toBe(0);
    await banner(ada.page).getByRole('button', { name: 'Stop' }).click();
    await banner(ada.page).waitFor({ state: 'detached' });
    await ada.expectClean();

    const audrey = await signedIn('user_audrey', 'Audrey Lambert', '/audit');
    await audrey.page.locator('[data-event]').first().waitFor();
    expect(await audrey.page.locator('.failure').count()).toBe(0);
    const [download] = await Promise.all([
      audrey.page.waitForEvent('download'),
      audrey.page.getByRole('button', { name: /Export as NDJSON/ }).click(),
    ]);
    const exported = await readFile(await download.path(), 'utf8');
    expect(exported).toContain('IMPERSONATION_STOPPED');
    await audrey.expectClean();
  }, 60_000);
});

if (chromium === null) tellNotRun('the console of a gateway that takes trusted documents alone');
