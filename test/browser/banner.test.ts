import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BannerPage, type OwnSite, openBannerPage, type Setup, startOwnSite } from './support/banner-page.js';
import { findChromium, tellNotRun } from './support/chromium.js';
import { type ConsoleSetting, startConsoleSetting } from './support/console-setting.js';
import { changePerson } from './support/directory-file.js';
import { lookAt, picturesForDocuments } from './support/picture.js';
import { buildReactExample } from './support/react-example.js';

const chromium = findChromium();
/** Within this an end elsewhere has to be on the screen, milliseconds: what the banner promises, and the drawing. */
const SOON = 2_500;
const SUBJECT = 'Cleo Marchetti';
const MINUTE = 60_000;
/** On a busy machine. */
const LATER = { timeout: 15_000 };

const START = `mutation Start($userId: ID!, $access: ImpersonationAccess) {
  startImpersonation(input: { userId: $userId, reason: "CASE-4711", access: $access }) { actorToken session { id } }
}`;

interface Started {
  readonly actorToken: string;
  readonly session: { readonly id: string };
}

describe.runIf(chromium !== null)('the banner in a page of another origin', () => {
  let site: OwnSite;
  let setting: ConsoleSetting;
  let ada: string;

  beforeAll(async () => {
    site = await startOwnSite();
    setting = await startConsoleSetting(chromium ?? '', {
      CORS_ORIGINS: site.origin,
      IMPERSONATION_MAX_ACTIVE: '100',
    });
    await site.embedFrom(setting.gateway.url);
    ada = await setting.gateway.signIn('user_ada');
  });
  afterAll(async () => {
    await setting?.stop();
    await site?.stop();
  });

  async function start(access = 'READ_ONLY', userId = 'user_cleo'): Promise<Started> {
    const { data, errors } = await setting.gateway.graphql<{ startImpersonation: Started }>(ada, START, {
      userId,
      access,
    });
    expect(errors ?? []).toEqual([]);
    return data.startImpersonation;
  }

  function open(setup: Setup, more: { now?: number; person?: object } = {}): Promise<BannerPage> {
    return setting.person(more.person).then((context) => openBannerPage(context, site, setup, more));
  }

  function watching(actorToken: string, more: Partial<Setup> = {}): Setup {
    return { attributes: { endpoint: `${setting.gateway.url}/graphql` }, actorToken, ...more };
  }

  async function close({ page }: BannerPage): Promise<void> {
    await page.context().close();
  }

  const revoke = async (sessionId: string) =>
    setting.gateway.graphql(
      await setting.gateway.signIn('user_grace'),
      'mutation Revoke($id: ID!) { revokeImpersonation(input: { sessionId: $id, reason: "Wrong person" }) { session { id } } }',
      { id: sessionId },
    );

  it('says who, as whom, how far and how long, counts down, and gives the page back its own identity by Stop', async () => {
    const { actorToken } = await start('FULL');
    const banner = await open(watching(actorToken));
    const { page } = banner;
    for (const text of [`You are acting as ${SUBJECT}`, 'really Ada Whitfield', 'Full access', /^\d+:\d\d left$/]) {
      await banner.bar().getByText(text).waitFor();
    }
    expect(await banner.bar().locator('svg').isVisible()).toBe(true);
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
    const { errors } = await setting.gateway.graphql(actorToken, '{ viewer { id } }');
    expect(errors?.[0]?.extensions?.code).toBe('IMPERSONATION_ENDED');
    await lookAt(page, 'banner-ended', ['light', 'dark']);
    await expect.poll(() => banner.said(), LATER).toHaveLength(2);
    const [started, ended] = await banner.said();
    expect(started).toMatch(/^You are acting as Cleo Marchetti\. Full access\. \d+:\d\d left$/);
    expect(ended).toBe(`You are no longer acting as ${SUBJECT}`);
    await banner.expectClean();
    await close(banner);
  });

  it('with the actor token alone it looks seldom, at once where the page says that it was refused, and tells of the end', async () => {
    const { actorToken, session } = await start();
    const banner = await open(watching(actorToken));
    await banner.bar().getByText('Read-only').waitFor();
    await lookAt(banner.page, 'banner-read-only');
    // Each is an event on the customer's record: without a reason there is none for a while.
    const looks = banner.requests();
    await banner.page.waitForTimeout(2_500);
    expect(banner.requests()).toBe(looks);
    await revoke(session.id);
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
    await close(banner);
  });

  it('looks no more often than every two seconds with the actor token alone, however often it is told to', async () => {
    const { actorToken } = await start();
    const banner = await open(watching(actorToken));
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
    await close(banner);
  });

  it('looks with the own token where there is one: the customer’s record keeps the first look alone', async () => {
    const { actorToken, session } = await start();
    const banner = await open(watching(actorToken, { ownToken: ada }));
    await banner.bar().getByText(SUBJECT).waitFor();
    await expect.poll(() => banner.requests(), LATER).toBeGreaterThan(2);
    const audrey = await setting.gateway.signIn('user_audrey');
    const { data } = await setting.gateway.graphql<{ impersonationEvents: { nodes: { type: string }[] } }>(
      audrey,
      'query Events($id: ID!) { impersonationEvents(filter: { sessionId: $id }, first: 50) { nodes { type } } }',
      { id: session.id },
    );
    expect(data.impersonationEvents.nodes.map(({ type }) => type).sort()).toEqual([
      'IMPERSONATION_STARTED',
      'OPERATION_COMPLETED',
    ]);
    await revoke(session.id);
    await banner.bar().getByText(`You are no longer acting as ${SUBJECT}`).waitFor({ timeout: SOON });
    expect(await banner.events()).toEqual([{ type: 'impersonation-ended', detail: { code: 'REVOKED' } }]);
    await banner.expectClean();
    await close(banner);
  });

  it('without the gateway it stays, says that it cannot check, does not pretend to have stopped, and goes on afterwards', async () => {
    const { actorToken } = await start();
    const banner = await open(watching(actorToken));
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
    await close(banner);
  });

  it('a stop arrives where the page takes the banner out meanwhile, and the page is told', async () => {
    const { actorToken } = await start();
    const banner = await open(watching(actorToken));
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
    await close(banner);
  });

  it('Stop finds that it was ended elsewhere before, and says that, not a success of its own', async () => {
    const { actorToken, session } = await start();
    const banner = await open(watching(actorToken));
    const { page } = banner;
    await banner.bar().getByText(SUBJECT).waitFor();
    // No look may be the first to find it.
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('query ImpersonationBanner') ? route.abort() : route.continue(),
    );
    await revoke(session.id);
    await banner.bar().getByRole('button', { name: 'Stop' }).click();
    await banner.bar().getByText(`You are no longer acting as ${SUBJECT}`).waitFor();
    expect((await banner.events()).filter(({ type }) => type !== 'impersonation-error')).toEqual([
      { type: 'impersonation-stop', detail: {} },
      { type: 'impersonation-ended', detail: { code: 'IMPERSONATION_ENDED' } },
    ]);
    await close(banner);
  });

  it('is in sight where nothing is known yet, and out of it where nobody is impersonated', async () => {
    const unreachable = await open({ attributes: { endpoint: `${setting.gateway.url}/graphql` } });
    await unreachable.bar().getByText('You may be acting as somebody else').waitFor();
    await unreachable
      .bar()
      .getByText(/cannot be checked/)
      .waitFor();
    await close(unreachable);
    for (const token of [ada, null]) {
      const banner = await open({ attributes: { endpoint: `${setting.gateway.url}/graphql` }, actorToken: token });
      await banner.page.waitForTimeout(1_200);
      expect(await banner.bar().count()).toBe(0);
      expect(banner.requests()).toBe(token === null ? 0 : 1);
      expect(await banner.events()).toEqual([]);
      // A new token is seen without being told.
      const { actorToken } = await start();
      await banner.page.evaluate((actor) => {
        (window as unknown as { tokens: { actor: string } }).tokens.actor = actor;
      }, actorToken);
      await banner.bar().getByText(SUBJECT).waitFor();
      await close(banner);
    }
  });

  it('counts by the gateway’s clock where the device’s is an hour ahead', async () => {
    const { actorToken } = await start();
    const banner = await open(watching(actorToken), { now: Date.now() + 60 * MINUTE });
    await banner.page.clock.runFor(1_000);
    await banner.bar().getByText(SUBJECT).waitFor();
    expect(await banner.bar().getByRole('timer').textContent()).toMatch(/^(10:00|9:5\d) left$/);
    await close(banner);
  });

  it('from attributes alone: warns once at one minute, and says at zero that it has ended', async () => {
    const now = Date.now();
    const banner = await open(
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
    await close(banner);
  });

  it('without a gateway the page stops, and nothing is claimed that it did not say', async () => {
    const banner = await open({ attributes: { subject: 'Cleo', access: 'something' } });
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
    await close(banner);
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
    changePerson(setting.gateway.directory, userId, { name });
    const { actorToken } = await start('READ_ONLY', userId);
    const banner = await open(watching(actorToken), { person: { viewport: { width: 1600, height: 800 } } });
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
    expect(new Set(found.elements)).toEqual(new Set(['div', 'section', 'p', 'svg', 'path', 'button', 'bdi']));
    expect(found.order).toEqual([...found.order].sort((a, b) => a - b));
    expect(found.text.length).toBeLessThan(200);
    expect(found.text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    if (name.length < 100) {
      const shown = name.replace(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
      expect(found.text).toBe(`You are acting as ${shown}`);
    }
    expect(found.height).toBeLessThan(200);
    await banner.expectClean();
    await close(banner);
  });

  it('is reached and stopped by the keyboard, and the place is not lost', async () => {
    const { actorToken } = await start();
    const banner = await open(watching(actorToken));
    const { page } = banner;
    await banner.bar().getByText(SUBJECT).waitFor();
    const focused = () =>
      page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.getAttribute('part') ?? null);
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('stop');
    await page.keyboard.press('Enter');
    await banner.bar().getByText(`You are no longer acting as ${SUBJECT}`).waitFor();
    expect(await focused()).toBe('bar');
    await close(banner);
  });

  it('cannot be covered by a dialog or hidden by a rule of the page, and covers nothing itself', async () => {
    const banner = await open({ attributes: { subject: SUBJECT, actor: 'Ada', access: 'full' } });
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
    await close(banner);
  });

  it('keeps its frame, its words and its button where the system sets the colours, and stands at the bottom', async () => {
    const banner = await open({ attributes: { subject: SUBJECT, access: 'full', position: 'bottom' } });
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
    await close(banner);
  });

  it('leaves neither a timer nor a request behind when it is taken out, and begins anew when it is put in again', async () => {
    const { actorToken } = await start();
    const banner = await open(watching(actorToken));
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
    await close(banner);
  });

  it('asks nothing while the page is out of sight, and at once when it is back', async () => {
    const { actorToken, session } = await start();
    const banner = await open(watching(actorToken));
    const { page } = banner;
    await banner.bar().getByText(SUBJECT).waitFor();
    const hide = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { configurable: true, value });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      }, hidden);
    await hide(true);
    const before = banner.requests();
    await revoke(session.id);
    await page.waitForTimeout(1_300);
    expect(banner.requests()).toBe(before);
    await hide(false);
    await banner.bar().getByText(`You are no longer acting as ${SUBJECT}`).waitFor({ timeout: SOON });
    await close(banner);
  });

  it('is defined once, however often it is loaded', async () => {
    const banner = await open({ attributes: { subject: 'Cleo' } });
    const again = `${setting.gateway.url}/banner/impersonation-banner.js?again`;
    // As text: the test's own build would put something of its own in the place of `import`.
    const first = await banner.page.evaluate(`(async () => {
      const before = customElements.get('impersonation-banner');
      await import(${JSON.stringify(again)});
      return before === customElements.get('impersonation-banner');
    })()`);
    expect(first).toBe(true);
    await banner.expectClean();
    await close(banner);
  });

  it('speaks the language of the page', async () => {
    const banner = await open({
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
    await close(banner);
  });

  it('in the React example: starts, shows, and goes on as the person really signed in, by Stop and after a revocation', async () => {
    site.serveApplication(await buildReactExample());
    const context = await setting.person();
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) wrong.push(message.text());
    });
    await page.addInitScript((given) => Object.assign(window, { given }), {
      endpoint: `${setting.gateway.url}/graphql`,
      sessionToken: ada,
    });
    await page.goto(`${site.origin}/app`);
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
    const { data } = await setting.gateway.graphql<{ impersonationSessions: { nodes: { id: string }[] } }>(
      ada,
      '{ impersonationSessions(filter: { status: ACTIVE, subjectId: "user_cleo" }, first: 1) { nodes { id } } }',
    );
    await revoke(data.impersonationSessions.nodes[0]?.id ?? '');
    await page.getByText('The impersonation is over').waitFor({ timeout: SOON });
    await page.getByRole('heading', { name: 'Orders of Ada Whitfield' }).waitFor();
    expect(wrong.filter((text) => !/401/.test(text))).toEqual([]);
    await context.close();
  });

  it('has its picture in the documentation', async () => {
    const context = await setting.person({ viewport: { width: 1100, height: 150 } });
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
        const { page } = await openBannerPage(context, site, { attributes });
        await page.emulateMedia({ colorScheme });
        pictures.push(await page.screenshot());
        await page.close();
      }
      return pictures;
    });
    await context.close();
  });
});

if (chromium === null) tellNotRun('the banner in a page of another origin');
