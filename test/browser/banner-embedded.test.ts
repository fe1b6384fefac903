import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Shop, SUBJECT, startShop } from './support/banner-shop.js';
import { findChromium, tellNotRun } from './support/chromium.js';
import { buildReactExample } from './support/react-example.js';

const chromium = findChromium();
/** Within this an end elsewhere has to be on the screen, milliseconds: what the banner promises, and the drawing. */
const SOON = 2_500;
/** On a busy machine. */
const LATER = { timeout: 15_000 };

describe.runIf(chromium !== null)('the banner in pages that load, move and embed it in their own ways', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await startShop(chromium ?? '');
  });
  afterAll(() => shop?.stop());

  it('leaves neither a timer nor a request behind when it is taken out, and begins anew when it is put in again', async () => {
    const { actorToken } = await shop.start();
    const banner = await shop.open(shop.watching(actorToken));
    const { page } = banner;
    await banner.bar().getByText(SUBJECT).waitFor();
    const move = (how: 'out' | 'in' | 'double') =>
      page.evaluate((step) => {
        const host = document.querySelector('impersonation-banner') ?? (window as unknown as { kept: Element }).kept;
        Object.assign(window, { kept: host });
        if (step === 'out') host.remove();
        if (step === 'in') document.body.prepend(host);
        if (step === 'double') {
          const second = document.createElement('impersonation-banner');
          second.setAttribute('subject', 'Somebody');
          second.setAttribute('expires-at', new Date(Date.now() + 60_000).toISOString());
          document.body.append(second);
          second.remove();
          document.body.append(second);
          second.remove();
          document.body.append(host);
          host.remove();
        }
      }, how);
    await move('out');
    await expect.poll(() => banner.timers(), LATER).toBe(0);
    const before = banner.requests();
    await page.waitForTimeout(1_300);
    expect(banner.requests()).toBe(before);
    await move('in');
    await banner.bar().getByText(SUBJECT).waitFor();
    expect(await banner.bar().count()).toBe(1);
    await move('double');
    await expect.poll(() => banner.timers(), LATER).toBe(0);
    await banner.expectClean();
    await banner.close();
  });

  it('is defined once, however often it is loaded', async () => {
    const banner = await shop.open({ attributes: { subject: 'Cleo' } });
    const again = `${shop.gateway.url}/banner/impersonation-banner.js?again`;
    // As text: the test's own build would put something of its own in the place of `import`.
    const first = await banner.page.evaluate(`(async () => {
      const before = customElements.get('impersonation-banner');
      await import(${JSON.stringify(again)});
      return before === customElements.get('impersonation-banner');
    })()`);
    expect(first).toBe(true);
    await banner.expectClean();
    await banner.close();
  });

  it('in the React example: starts, shows, and goes on as the person really signed in, by Stop and after a revocation', async () => {
    shop.site.serveApplication(await buildReactExample());
    const context = await shop.person();
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) wrong.push(message.text());
    });
    await page.addInitScript((given) => Object.assign(window, { given }), {
      endpoint: `${shop.gateway.url}/graphql`,
      sessionToken: shop.ada,
    });
    await page.goto(`${shop.site.origin}/app`);
    const impersonate = async () => {
      await page.getByLabel('Customer').fill('user_cleo');
      await page.getByLabel('Reason').fill('CASE-4711');
      await page.getByRole('button', { name: 'Impersonate' }).click();
      await page.getByText(`You are acting as ${SUBJECT}`).first().waitFor();
      await page.getByRole('heading', { name: `Orders of ${SUBJECT}` }).waitFor();
    };
    await impersonate();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('You are Ada Whitfield again.').waitFor();
    await page.getByRole('heading', { name: 'Orders of Ada Whitfield' }).waitFor();
    expect(await page.locator('impersonation-banner').count()).toBe(0);
    await page.getByRole('button', { name: 'Close' }).click();

    await impersonate();
    const { data } = await shop.gateway.graphql<{ impersonationSessions: { nodes: { id: string }[] } }>(
      shop.ada,
      '{ impersonationSessions(filter: { status: ACTIVE, subjectId: "user_cleo" }, first: 1) { nodes { id } } }',
    );
    await shop.revoke(data.impersonationSessions.nodes[0]?.id ?? '');
    await page.getByText('The impersonation is over').waitFor({ timeout: SOON });
    await page.getByRole('heading', { name: 'Orders of Ada Whitfield' }).waitFor();
    expect(wrong.filter((text) => !/401/.test(text))).toEqual([]);
    await context.close();
  });
});

if (chromium === null) tellNotRun('the banner in pages that load, move and embed it in their own ways');
