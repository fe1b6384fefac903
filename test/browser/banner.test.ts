import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Shop, SUBJECT, startShop } from './support/banner-shop.js';
import { findChromium, tellNotRun } from './support/chromium.js';
import { lookAt } from './support/picture.js';

const chromium = findChromium();
/** On a busy machine. */
const LATER = { timeout: 15_000 };

describe.runIf(chromium !== null)('the banner in a page of another origin, and its Stop', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await startShop(chromium ?? '');
  });
  afterAll(() => shop?.stop());

  it('says who, as whom, how far and how long, counts down, and gives the page back its own identity by Stop', async () => {
    const { actorToken } = await shop.start('FULL');
    const banner = await shop.open(shop.watching(actorToken));
    const { page } = banner;
    for (const text of [`You are acting as ${SUBJECT}`, 'really Ada Whitfield', 'Full access', /^\d+:\d\d left$/]) {
      await banner.bar().getByText(text).waitFor();
    }
    expect(await banner.bar().locator('[part=icon]').isVisible()).toBe(true);
    const time = banner.bar().getByRole('timer');
    const first = await time.textContent();
    await expect.poll(() => time.textContent(), LATER).not.toBe(first);
    await lookAt(page, 'banner-full');
    await banner.bar().getByRole('button', { name: 'Stop' }).click();
    await banner.bar().getByText(`You are no longer acting as ${SUBJECT}`).waitFor();
    expect(await banner.bar().getByRole('button').count()).toBe(0);
    const events = await banner.events();
    expect(events.map(({ type }) => type)).toEqual(['impersonation-stop', 'impersonation-stopped']);
    expect(events[1]?.detail).toMatchObject({
      session: { status: 'STOPPED' },
      viewer: { id: 'user_ada', name: 'Ada Whitfield', roles: ['ADMIN'] },
    });
    const { errors } = await shop.gateway.graphql(actorToken, '{ viewer { id } }');
    expect(errors?.[0]?.extensions?.code).toBe('IMPERSONATION_ENDED');
    await lookAt(page, 'banner-ended', ['light', 'dark']);
    await expect.poll(() => banner.said(), LATER).toHaveLength(2);
    const [started, ended] = await banner.said();
    expect(started).toMatch(/^You are acting as Cleo Marchetti\. Full access\. \d+:\d\d left$/);
    expect(ended).toBe(`You are no longer acting as ${SUBJECT}`);
    await banner.expectClean();
    await banner.close();
  });

  it('without the gateway it stays, says that it cannot check, does not pretend to have stopped, and goes on afterwards', async () => {
    const { actorToken } = await shop.start();
    const banner = await shop.open(shop.watching(actorToken));
    const { page } = banner;
    await banner.bar().getByText(SUBJECT).waitFor();
    await page.context().setOffline(true);
    await banner
      .bar()
      .getByText(/cannot be checked/)
      .waitFor();
    await banner.bar().getByRole('button', { name: 'Stop' }).click();
    await banner
      .bar()
      .getByText(/stop is not confirmed/)
      .waitFor();
    await lookAt(page, 'banner-unconfirmed');
    expect(await banner.bar().getByText(`You are acting as ${SUBJECT}`).isVisible()).toBe(true);
    const events = (await banner.events()).map(({ type, detail }) => [type, detail.during]);
    expect(events).toEqual([
      ['impersonation-error', 'look'],
      ['impersonation-stop', undefined],
      ['impersonation-error', 'stop'],
    ]);
    await page.context().setOffline(false);
    await banner
      .bar()
      .getByText(/cannot be checked/)
      .waitFor({ state: 'hidden' });
    await banner.bar().getByRole('button', { name: 'Stop' }).click();
    await banner.bar().getByText(`You are no longer acting as ${SUBJECT}`).waitFor();
    await banner.expectClean();
    await banner.close();
  });

  it('a stop arrives where the page takes the banner out meanwhile, and the page is told', async () => {
    const { actorToken } = await shop.start();
    const banner = await shop.open(shop.watching(actorToken));
    await banner.bar().getByText(SUBJECT).waitFor();
    const detail = await banner.page.evaluate(() => {
      const host = document.querySelector('impersonation-banner') as HTMLElement;
      return new Promise<{ session: { status: string } }>((told) => {
        host.addEventListener('impersonation-stopped', (event) => told((event as CustomEvent).detail));
        host.shadowRoot?.querySelector('button')?.click();
        host.remove();
      });
    });
    expect(detail.session.status).toBe('STOPPED');
    await banner.close();
  });

  it('Stop finds that it was ended elsewhere before, and says that, not a success of its own', async () => {
    const { actorToken, session } = await shop.start();
    const banner = await shop.open(shop.watching(actorToken));
    const { page } = banner;
    await banner.bar().getByText(SUBJECT).waitFor();
    // No look may be the first to find it.
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('query ImpersonationBanner') ? route.abort() : route.continue(),
    );
    await shop.revoke(session.id);
    await banner.bar().getByRole('button', { name: 'Stop' }).click();
    await banner.bar().getByText(`You are no longer acting as ${SUBJECT}`).waitFor();
    expect((await banner.events()).filter(({ type }) => type !== 'impersonation-error')).toEqual([
      { type: 'impersonation-stop', detail: {} },
      { type: 'impersonation-ended', detail: { code: 'IMPERSONATION_ENDED' } },
    ]);
    await banner.close();
  });
});

if (chromium === null) tellNotRun('the banner in a page of another origin, and its Stop');
