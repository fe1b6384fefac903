import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alterAnswers } from './support/altered-answers.js';
import { type Shop, SUBJECT, startShop } from './support/banner-shop.js';
import { findChromium, tellNotRun } from './support/chromium.js';
import { lookAt } from './support/picture.js';

const chromium = findChromium();
/** Within this an end elsewhere has to be on the screen, milliseconds: what the banner promises, and the drawing. */
const SOON = 2_500;
const MINUTE = 60_000;
/** On a busy machine. */
const LATER = { timeout: 15_000 };

describe.runIf(chromium !== null)('what the banner asks the gateway, and when', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await startShop(chromium ?? '');
  });
  afterAll(() => shop?.stop());

  it('with the actor token alone it looks seldom, at once where the page says that it was refused, and tells of the end', async () => {
    const { actorToken, session } = await shop.start();
    const banner = await shop.open(shop.watching(actorToken));
    await banner.bar().getByText('Read-only').waitFor();
    await lookAt(banner.page, 'banner-read-only');
    // Each is an event on the customer's record: without a reason there is none for a while.
    const looks = banner.requests();
    await banner.page.waitForTimeout(2_500);
    expect(banner.requests()).toBe(looks);
    await shop.revoke(session.id);
    // What a page does that is refused, however many of its requests are.
    await banner.page.evaluate(() => {
      const host = document.querySelector('impersonation-banner') as unknown as { check(): void };
      for (let at = 0; at < 20; at += 1) host.check();
    });
    await banner.bar().getByText(`You are no longer acting as ${SUBJECT}`).waitFor();
    expect(banner.requests()).toBe(looks + 1);
    expect(await banner.events()).toEqual([{ type: 'impersonation-ended', detail: { code: 'IMPERSONATION_ENDED' } }]);
    // A token of which all is known is not asked about again.
    const before = banner.requests();
    await banner.page.waitForTimeout(1_300);
    expect(banner.requests()).toBe(before);
    await banner.expectClean();
    await banner.close();
  });

  it('looks no more often than every two seconds with the actor token alone, however often it is told to', async () => {
    const { actorToken } = await shop.start();
    const banner = await shop.open(shop.watching(actorToken));
    await banner.bar().getByText(SUBJECT).waitFor();
    const looks = banner.requests();
    await banner.page.evaluate(async () => {
      for (let at = 0; at < 40; at += 1) {
        (document.querySelector('impersonation-banner') as unknown as { check(): void }).check();
        window.dispatchEvent(new Event('focus'));
        await new Promise((done) => setTimeout(done, 50));
      }
    });
    expect(banner.requests() - looks).toBeLessThanOrEqual(2);
    await banner.close();
  });

  it('looks with the own token where there is one: the customer’s record keeps the first look alone', async () => {
    const { actorToken, session } = await shop.start();
    const banner = await shop.open(shop.watching(actorToken, { ownToken: shop.ada }));
    await banner.bar().getByText(SUBJECT).waitFor();
    await expect.poll(() => banner.requests(), LATER).toBeGreaterThan(2);
    const audrey = await shop.gateway.signIn('user_audrey');
    const { data } = await shop.gateway.graphql<{ impersonationEvents: { nodes: { type: string }[] } }>(
      audrey,
      'query Events($id: ID!) { impersonationEvents(filter: { sessionId: $id }, first: 50) { nodes { type } } }',
      { id: session.id },
    );
    expect(data.impersonationEvents.nodes.map(({ type }) => type).sort()).toEqual([
      'IMPERSONATION_STARTED',
      'OPERATION_COMPLETED',
    ]);
    await shop.revoke(session.id);
    await banner.bar().getByText(`You are no longer acting as ${SUBJECT}`).waitFor({ timeout: SOON });
    expect(await banner.events()).toEqual([{ type: 'impersonation-ended', detail: { code: 'REVOKED' } }]);
    await banner.expectClean();
    await banner.close();
  });

  it('is in sight where nothing is known yet, and out of it where nobody is impersonated', async () => {
    const unreachable = await shop.open({ attributes: { endpoint: `${shop.gateway.url}/graphql` } });
    await unreachable.bar().getByText('You may be acting as somebody else').waitFor();
    await unreachable
      .bar()
      .getByText(/cannot be checked/)
      .waitFor();
    await unreachable.close();
    for (const token of [shop.ada, null]) {
      const banner = await shop.open({ attributes: { endpoint: `${shop.gateway.url}/graphql` }, actorToken: token });
      await banner.page.waitForTimeout(1_200);
      expect(await banner.bar().count()).toBe(0);
      expect(banner.requests()).toBe(token === null ? 0 : 1);
      expect(await banner.events()).toEqual([]);
      // A new token is seen without being told.
      const { actorToken } = await shop.start();
      await banner.page.evaluate((actor) => {
        (window as unknown as { tokens: { actor: string } }).tokens.actor = actor;
      }, actorToken);
      await banner.bar().getByText(SUBJECT).waitFor();
      await banner.close();
    }
  });

  it('counts by the gateway’s clock where the device’s is an hour ahead', async () => {
    const { actorToken } = await shop.start();
    const banner = await shop.open(shop.watching(actorToken), { now: Date.now() + 60 * MINUTE });
    await banner.page.clock.runFor(1_000);
    await banner.bar().getByText(SUBJECT).waitFor();
    expect(await banner.bar().getByRole('timer').textContent()).toMatch(/^(10:00|9:5\d) left$/);
    await banner.close();
  });

  it('says of a stop that only one gateway knows of that others may not, and tells the page', async () => {
    const { actorToken, session } = await shop.start();
    const banner = await shop.open(shop.watching(actorToken));
    await banner.bar().getByText(SUBJECT).waitFor();
    await alterAnswers(banner.page, /stopImpersonation/, ({ body }) => ({
      ...body,
      extensions: { endedHereOnly: [session.id] },
    }));
    await banner.bar().getByRole('button', { name: 'Stop' }).click();
    await banner.bar().getByText(`You are no longer acting as ${SUBJECT}`).waitFor();
    await banner.bar().getByText('Other gateways may not know it yet.').waitFor();
    expect(await banner.events()).toContainEqual({
      type: 'impersonation-stopped',
      detail: expect.objectContaining({ endedHereOnly: true, viewer: expect.objectContaining({ id: 'user_ada' }) }),
    });
    await banner.expectClean();
    await banner.close();
  });

  it('is not put to sleep, nor kept from being drawn, by markup that stands in for what a document has', async () => {
    const { actorToken, session } = await shop.start();
    // As a name in somebody's own text does, where a site lets `name` through.
    const banner = await shop.open({});
    await banner.page.evaluate(
      ({ endpoint, actor, own }) => {
        const make = Document.prototype.createElement.bind(document);
        const main = document.querySelector('main');
        for (const name of [
          'hidden',
          'createElement',
          'createElementNS',
          'addEventListener',
          'body',
          'documentElement',
        ]) {
          const image = make('img');
          image.setAttribute('name', name);
          main?.append(image);
        }
        const late = make('impersonation-banner');
        late.setAttribute('endpoint', endpoint);
        Object.assign(late, { getToken: () => actor, getOwnToken: () => own });
        main?.prepend(late);
      },
      { endpoint: `${shop.gateway.url}/graphql`, actor: actorToken, own: shop.ada },
    );
    expect(await banner.page.evaluate(() => typeof document.hidden)).toBe('object');
    await banner.bar().getByText(SUBJECT).waitFor();
    await banner.bar().getByRole('timer').waitFor();
    await shop.revoke(session.id);
    await banner.bar().getByText(`You are no longer acting as ${SUBJECT}`).waitFor({ timeout: SOON });
    await banner.close();
  });

  it('asks nothing while the page is out of sight, and at once when it is back', async () => {
    const { actorToken, session } = await shop.start();
    const banner = await shop.open(shop.watching(actorToken));
    const { page } = banner;
    await banner.bar().getByText(SUBJECT).waitFor();
    const hide = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { configurable: true, value });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      }, hidden);
    await hide(true);
    const before = banner.requests();
    await shop.revoke(session.id);
    await page.waitForTimeout(1_300);
    expect(banner.requests()).toBe(before);
    await hide(false);
    await banner.bar().getByText(`You are no longer acting as ${SUBJECT}`).waitFor({ timeout: SOON });
    await banner.close();
  });
});

if (chromium === null) tellNotRun('what the banner asks the gateway, and when');
