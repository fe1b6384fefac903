import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';
import { type ProductionSetting, prepareProduction } from '../support/production-setting.js';
import { findChromium, launchChromium, type TestBrowser, tellNotRun } from './support/chromium.js';
import { banner, impersonate, openConsole } from './support/console-tab.js';
import { lookAt } from './support/picture.js';
import { startTlsFront, type TlsFront } from './support/tls-front.js';

const chromium = findChromium();

describe.runIf(chromium !== null)('the console of a gateway in production', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let production: ProductionSetting;
  let gateway: GatewayProcess;
  let browser: TestBrowser;
  let front: TlsFront;

  beforeAll(async () => {
    folder = await temporaryFolder();
    production = await prepareProduction(folder.path, 'EdDSA');
    front = await startTlsFront(() => gateway.url);
    gateway = await startGatewayProcess(folder.path, { ...production.settings, CSP_REPORT_URI: front.reportUri });
    browser = await launchChromium(chromium ?? '');
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
    await front?.stop();
    await folder?.remove();
  });

  it('offers nobody’s identity, takes a session token, and does its work where there is no example shop', async () => {
    const context = await browser.browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce' });
    context.setDefaultTimeout(30_000);
    const tab = await openConsole(context, gateway.url);
    const { page } = tab;
    const field = page.getByRole('textbox', { name: /Session token/ });
    await field.waitFor();
    expect(await page.getByRole('button', { name: /^Sign in as/ }).count()).toBe(0);
    await lookAt(page, 'sign-in-production', ['light', 'narrow']);
    await field.fill(await production.issuer.sign('user_ada'));
    await page.getByRole('form', { name: 'Session token' }).getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Ada Whitfield, signed in' }).waitFor();
    await impersonate(tab, { subject: 'Cleo Marchetti' });
    await page.getByRole('link', { name: 'View as' }).click();
    await page.getByRole('heading', { name: 'View as Cleo Marchetti', level: 1 }).waitFor();
    // Not an error in red: this gateway serves no orders, so the view has none.
    expect(await page.getByRole('table', { name: 'Orders' }).count()).toBe(0);
    expect(await page.locator('.failure').count()).toBe(0);
    await lookAt(page, 'view-as-production', ['light']);
    await banner(page).getByRole('button', { name: 'Stop' }).click();
    await banner(page).waitFor({ state: 'detached' });
    await tab.expectClean();
    await context.close();
  }, 40_000);

  it('has browsers report what its policy has stopped', async () => {
    // Without the first they wait for a minute.
    const reporting = await launchChromium(chromium ?? '', { flags: ['--short-reporting-delay', front.flag] });
    const page = await reporting.browser.newPage();
    await page.goto(`${front.url}/console/`);
    await page.getByRole('textbox', { name: /Session token/ }).waitFor();
    await page.evaluate(() => {
      document.body.append(Object.assign(document.createElement('img'), { src: 'https://elsewhere.example/x.png' }));
    });
    await expect.poll(() => front.reports.length, { timeout: 15_000 }).toBeGreaterThan(0);
    expect(JSON.parse(front.reports[0] ?? '')).toEqual([
      expect.objectContaining({
        type: 'csp-violation',
        body: expect.objectContaining({ effectiveDirective: 'img-src', blockedURL: 'https://elsewhere.example/x.png' }),
      }),
    ]);
    await reporting.close();
  }, 40_000);
});

if (chromium === null) tellNotRun('the console of a gateway in production');
