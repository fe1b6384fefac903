import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBannerPage } from './support/banner-page.js';
import { type Shop, SUBJECT, startShop } from './support/banner-shop.js';
import { findChromium, tellNotRun } from './support/chromium.js';
import { changePerson } from './support/directory-file.js';
import { lookAt, picturesForDocuments } from './support/picture.js';

const chromium = findChromium();
const MINUTE = 60_000;
/** On a busy machine. */
const LATER = { timeout: 15_000 };

describe.runIf(chromium !== null)('how the banner looks and is read', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await startShop(chromium ?? '');
  });
  afterAll(() => shop?.stop());

  it('from attributes alone: warns once at one minute, and says at zero that it has ended', async () => {
    const now = Date.now();
    const banner = await shop.open(
      {
        attributes: {
          subject: 'Cleo',
          actor: 'Ada',
          access: 'read_only',
          'expires-at': new Date(now + 2 * MINUTE).toISOString(),
        },
      },
      { now },
    );
    await banner.page.clock.runFor(50_000);
    expect(
      await banner
        .bar()
        .getByText(/one minute/)
        .count(),
    ).toBe(0);
    await banner.page.clock.runFor(30_000);
    await banner.bar().getByText('Less than one minute left.').waitFor();
    await lookAt(banner.page, 'banner-last-minute', ['light', 'narrow']);
    await banner.page.clock.runFor(45_000);
    await banner.bar().getByText('You are no longer acting as Cleo').waitFor();
    await banner.page.clock.runFor(1_000);
    expect(await banner.said()).toEqual([
      expect.stringMatching(/^You are acting as Cleo\. Read-only\. \d:\d\d left$/),
      'Less than one minute left.',
      'You are no longer acting as Cleo',
    ]);
    expect(await banner.events()).toEqual([{ type: 'impersonation-ended', detail: { code: 'EXPIRED' } }]);
    // A new subject does not end with the old one's time.
    await banner.page.evaluate((expiresAt) => {
      Object.assign(document.querySelector('impersonation-banner') ?? {}, { subject: 'Carl', expiresAt });
    }, new Date(now + 20 * MINUTE).toISOString());
    await banner.bar().getByText('You are acting as Carl').waitFor();
    expect(await banner.events()).toHaveLength(1);
    await banner.expectClean();
    await banner.close();
  });

  it('without a gateway the page stops, and nothing is claimed that it did not say', async () => {
    const banner = await shop.open({ attributes: { subject: 'Cleo', access: 'something' } });
    const { page } = banner;
    await banner.bar().getByText('Access not known').waitFor();
    const stop = banner.bar().getByRole('button', { name: 'Stop' });
    await stop.click();
    await banner
      .bar()
      .getByText(/stop is not confirmed/)
      .waitFor();
    await page.evaluate(() => {
      const settle = Promise.withResolvers<void>();
      Object.assign(window, { settle });
      document.addEventListener('impersonation-stop', (event) =>
        (event as CustomEvent).detail.waitUntil(settle.promise),
      );
    });
    await stop.click();
    await banner.bar().getByRole('button', { name: 'Stopping…' }).waitFor();
    await page.evaluate(() => (window as unknown as { settle: PromiseWithResolvers<void> }).settle.resolve());
    await banner.bar().getByText('You are no longer acting as Cleo').waitFor();
    expect((await banner.events()).at(-1)).toEqual({
      type: 'impersonation-stopped',
      detail: { session: null, viewer: null },
    });
    await banner.expectClean();
    await banner.close();
  });

  it.each([
    ['markup', '<img src=x onerror=alert(1)>"><script>alert(2)</script>', 'user_0001'],
    ['an override of direction', 'Cleo \u202Erof gnitca\u202C\u2066', 'user_0002'],
    ['an end of isolation', '\u2069\u2069\u202Egnitca \u202C', 'user_0003'],
    ['Arabic', 'ليلى حسن', 'user_0004'],
    ['a name without an end', 'ab '.repeat(3_000), 'user_0005'],
    ['placeholders', '{actor} {subject} $1', 'user_0006'],
  ])('a name that is %s is text and reorders nothing', async (_what, name, userId) => {
    // Nobody that the gateway knows already: it may keep what it knew for a second.
    changePerson(shop.gateway.directory, userId, { name });
    const { actorToken } = await shop.start('READ_ONLY', userId);
    const banner = await shop.open(shop.watching(actorToken), { person: { viewport: { width: 1600, height: 800 } } });
    await banner.bar().getByText('You are acting as').waitFor();
    const found = await banner.page.evaluate(() => {
      const root = document.querySelector('impersonation-banner')?.shadowRoot;
      const who = root?.querySelector('[part=who]');
      const elements = [...(root?.querySelectorAll('*') ?? [])].map(({ localName }) => localName);
      const range = document.createRange();
      if (who?.firstChild) range.selectNode(who.firstChild);
      const names = who?.querySelector('bdi')?.getBoundingClientRect();
      const access = root?.querySelector('[part=access]')?.getBoundingClientRect();
      return {
        elements,
        text: who?.textContent ?? '',
        order: [range.getBoundingClientRect().left, names?.left ?? 0, access?.left ?? 0],
        height: root?.querySelector('[part=bar]')?.getBoundingClientRect().height ?? 0,
      };
    });
    expect(new Set(found.elements)).toEqual(new Set(['div', 'section', 'p', 'button', 'bdi']));
    expect(found.order).toEqual([...found.order].sort((a, b) => a - b));
    expect(found.text.length).toBeLessThan(200);
    expect(found.text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    if (name.length < 100) {
      const shown = name.replace(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
      expect(found.text).toBe(`You are acting as ${shown}`);
    }
    expect(found.height).toBeLessThan(200);
    await banner.expectClean();
    await banner.close();
  });

  it('is reached and stopped by the keyboard, and the place is not lost', async () => {
    const { actorToken } = await shop.start();
    const banner = await shop.open(shop.watching(actorToken));
    const { page } = banner;
    await banner.bar().getByText(SUBJECT).waitFor();
    const focused = () =>
      page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.getAttribute('part') ?? null);
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('stop');
    await page.keyboard.press('Enter');
    await banner.bar().getByText(`You are no longer acting as ${SUBJECT}`).waitFor();
    expect(await focused()).toBe('bar');
    await banner.close();
  });

  it('cannot be covered by a dialog or hidden by a rule of the page, and covers nothing itself', async () => {
    const banner = await shop.open({ attributes: { subject: SUBJECT, actor: 'Ada', access: 'full' } });
    const { page } = banner;
    await banner.bar().waitFor();
    const corner = () => page.screenshot({ clip: { x: 0, y: 0, width: 300, height: 40 } });
    const before = await corner();
    const below = await page.getByRole('heading', { name: 'Orders' }).boundingBox();
    const box = await banner.bar().boundingBox();
    expect(below?.y).toBeGreaterThanOrEqual((box?.y ?? 0) + (box?.height ?? 0));
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(
        'impersonation-banner { display: none; visibility: hidden; opacity: 0; height: 0; overflow: hidden }' +
          'dialog { position: fixed; inset: 0; margin: 0; width: 100vw; height: 100vh; max-width: none; max-height: none }',
      );
      document.adoptedStyleSheets = [sheet];
      const host = document.querySelector('impersonation-banner');
      host?.setAttribute('hidden', '');
      const dialog = document.body.appendChild(document.createElement('dialog'));
      dialog.showModal();
    });
    await page.locator('dialog').waitFor();
    // Not even dimmed.
    await expect.poll(async () => before.equals(await corner()), LATER).toBe(true);
    const shown = await page.evaluate(() => {
      const bar = document.querySelector('impersonation-banner')?.shadowRoot?.querySelector('[part=bar]');
      return bar?.checkVisibility({ visibilityProperty: true }) ?? false;
    });
    expect(shown).toBe(true);
    await banner.expectClean();
    await banner.close();
  });

  it('keeps its frame, its words and its button where the system sets the colours, and stands at the bottom', async () => {
    const banner = await shop.open({ attributes: { subject: SUBJECT, access: 'full', position: 'bottom' } });
    const { page } = banner;
    await page.emulateMedia({ forcedColors: 'active' });
    await banner.bar().waitFor();
    const box = await banner.bar().boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBe(800);
    const drawn = await page.evaluate(() => {
      const root = document.querySelector('impersonation-banner')?.shadowRoot;
      const style = (part: string) => {
        const element = root?.querySelector(`[part=${part}]`);
        return element ? getComputedStyle(element) : null;
      };
      return [style('bar'), style('stop'), style('access')].map((computed) => ({
        border: computed?.borderTopStyle,
        width: computed?.borderTopWidth,
        // No part insists on a colour of its own.
        adjust: computed?.forcedColorAdjust,
      }));
    });
    expect(drawn.map(({ border, width }) => [border, width])).toEqual([
      ['solid', '3px'],
      ['solid', '2px'],
      ['solid', '2px'],
    ]);
    expect(new Set(drawn.map(({ adjust }) => adjust))).toEqual(new Set(['auto']));
    await banner.close();
  });

  it('speaks the language of the page', async () => {
    const banner = await shop.open({
      attributes: { subject: 'Cleo', access: 'full' },
      messages: {
        lang: 'de',
        label: 'Impersonation',
        acting: 'Sie handeln als {subject}',
        full: 'Voller Zugriff',
        stop: 'Beenden',
      },
    });
    await banner.bar().getByText('Sie handeln als Cleo').waitFor();
    await banner.bar().getByRole('button', { name: 'Beenden' }).waitFor();
    expect(await banner.bar().getAttribute('lang')).toBe('de');
    await banner.close();
  });

  it('has its picture in the documentation', async () => {
    const context = await shop.person({ viewport: { width: 1100, height: 150 } });
    await picturesForDocuments(await context.newPage(), 'banner', async () => {
      const pictures: Buffer[] = [];
      const expiresAt = new Date(Date.now() + 9 * MINUTE).toISOString();
      for (const [colorScheme, access] of [
        ['light', 'read_only'],
        ['light', 'full'],
        ['dark', 'read_only'],
        ['dark', 'full'],
      ] as const) {
        const attributes = { subject: SUBJECT, actor: 'Ada Whitfield', access, 'expires-at': expiresAt };
        const { page } = await openBannerPage(context, shop.site, { attributes });
        await page.emulateMedia({ colorScheme });
        pictures.push(await page.screenshot());
        await page.close();
      }
      return pictures;
    });
    await context.close();
  });
});

if (chromium === null) tellNotRun('how the banner looks and is read');
