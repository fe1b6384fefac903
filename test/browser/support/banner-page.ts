import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { PROJECT_ROOT } from '../../support/fresh-build.js';

/** A customer's own front end, on an origin of its own, under a policy as strict as there is. */
export interface OwnSite {
  readonly origin: string;
  /** Says where the banner comes from, once that is known. */
  embedFrom(gateway: string): Promise<void>;
  /** Serves an application of its own at `/app`: one script. */
  serveApplication(script: string): void;
  stop(): Promise<void>;
}

const STYLE = `:root { color-scheme: light dark; font: 1rem system-ui, sans-serif }
body { margin: 0; background: light-dark(#fff, #111317); color: light-dark(#111, #eee) } a { color: inherit } main { padding: 1rem } dialog { padding: 2rem }
:root { scroll-padding-block-start: 5rem }`;

const APPLICATION_PAGE = `<!doctype html><html lang="en"><title>A shop</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css"><body><div id="root"></div><script type="module" src="/app.js"></script></body></html>`;

/** Starts the site. Its page embeds the banner from the gateway with an integrity hash. */
export async function startOwnSite(): Promise<OwnSite> {
  let page = '';
  let policy = '';
  let application = '';
  const server = createServer((req, res) => {
    if (req.url === '/page.css') {
      res.setHeader('Content-Type', 'text/css').end(STYLE);
      return;
    }
    if (req.url === '/app.js') {
      res.setHeader('Content-Type', 'text/javascript').end(application);
      return;
    }
    if (req.url !== '/' && req.url !== '/app') {
      res.writeHead(404).end();
      return;
    }
    res.setHeader('Content-Type', 'text/html; charset=utf-8');
    res.setHeader('Content-Security-Policy', policy);
    // The strictest isolation: what is embedded has to allow it.
    res.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    res.end(req.url === '/app' ? APPLICATION_PAGE : page);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    async embedFrom(gateway) {
      const script = await readFile(path.join(PROJECT_ROOT, 'dist/web/impersonation-banner.js'));
      const integrity = `sha384-${createHash('sha384').update(script).digest('base64')}`;
      policy = [
        "default-src 'none'",
        `script-src 'self' ${gateway}/banner/`,
        "style-src 'self'",
        // Its own icon.
        'img-src data:',
        `connect-src ${gateway}/graphql`,
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ].join('; ');
      page = `<!doctype html><html lang="en"><title>A shop</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css">
<script type="module" crossorigin integrity="${integrity}" src="${gateway}/banner/impersonation-banner.js"></script>
<body><main><h1>Orders</h1><p>Two of them. <a href="#first">The first</a></p></main></body></html>`;
    },
    serveApplication(script) {
      application = script;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** What a page sets on its banner. */
export interface Setup {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly actorToken?: string | null;
  readonly ownToken?: string;
  readonly messages?: Readonly<Record<string, string>>;
}

/** An event that the page got, at its document. */
export interface PageEvent {
  readonly type: string;
  readonly detail: Record<string, any>;
}

/** A page of the site with a banner in it, watched for everything that must never happen. */
export interface BannerPage {
  readonly page: Page;
  events(): Promise<readonly PageEvent[]>;
  /** What has been said aloud so far, in order. */
  said(): Promise<readonly string[]>;
  /** How many of the page's timers wait. */
  timers(): Promise<number>;
  /** How often the gateway was asked. */
  requests(): number;
  bar(): ReturnType<Page['locator']>;
  expectClean(): Promise<void>;
}

const TOKEN = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/;
const EVENTS = ['impersonation-stop', 'impersonation-stopped', 'impersonation-ended', 'impersonation-error'];

/** Opens the page and puts a banner first into its body. */
export async function openBannerPage(
  context: BrowserContext,
  site: OwnSite,
  setup: Setup,
  { now }: { readonly now?: number } = {},
): Promise<BannerPage> {
  const page = await context.newPage();
  if (now !== undefined) await page.clock.install({ time: now });
  const wrong: string[] = [];
  const addresses: string[] = [];
  let asked = 0;
  page.on('dialog', (dialog) => {
    wrong.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => undefined);
  });
  page.on('pageerror', (error) => wrong.push(`a script failed: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted|integrity/i.test(message.text())) wrong.push(message.text());
  });
  page.on('request', (request) => {
    addresses.push(request.url());
    if (request.method() === 'POST') asked += 1;
  });
  await page.addInitScript((types) => {
    const seen = { violations: [] as string[], events: [] as PageEvent[], said: [] as string[], timers: new Set() };
    Object.assign(window, { seen });
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      seen.violations.push(`${violatedDirective} ${blockedURI}`),
    );
    for (const type of types) {
      document.addEventListener(type, (event) =>
        seen.events.push({ type, detail: JSON.parse(JSON.stringify((event as CustomEvent).detail)) }),
      );
    }
    const { setTimeout: set, clearTimeout: clear } = window;
    Object.assign(window, {
      setTimeout(work: () => void, after?: number) {
        const id = set(() => {
          seen.timers.delete(id);
          work();
        }, after);
        seen.timers.add(id);
        return id;
      },
      clearTimeout(id: number) {
        seen.timers.delete(id);
        clear(id);
      },
    });
  }, EVENTS);
  await page.goto(site.origin);
  await page.evaluate(({ attributes, actorToken, ownToken, messages }) => {
    const banner = document.createElement('impersonation-banner');
    for (const [name, value] of Object.entries(attributes ?? {})) banner.setAttribute(name, value);
    const tokens = { actor: actorToken };
    Object.assign(window, { tokens });
    if (actorToken !== undefined) Object.assign(banner, { getToken: () => tokens.actor });
    if (ownToken !== undefined) Object.assign(banner, { getOwnToken: async () => ownToken });
    if (messages !== undefined) Object.assign(banner, { messages });
    document.body.prepend(banner);
    const status = banner.shadowRoot?.querySelector('[role=status]');
    if (status == null) return;
    const { said } = (window as unknown as { seen: { said: string[] } }).seen;
    new MutationObserver(() => said.push((status.textContent ?? '').trim())).observe(status, { childList: true });
  }, setup);
  const seen = () =>
    page.evaluate(() => {
      const { violations, events, said, timers } = (
        window as unknown as {
          seen: { violations: string[]; events: PageEvent[]; said: string[]; timers: Set<number> };
        }
      ).seen;
      return { violations, events, said, timers: timers.size };
    });
  return {
    page,
    events: async () => (await seen()).events,
    said: async () => (await seen()).said,
    timers: async () => (await seen()).timers,
    requests: () => asked,
    bar: () => page.getByRole('region', { name: 'Impersonation', exact: true }),
    async expectClean() {
      expect((await seen()).violations, 'violations of the content security policy').toEqual([]);
      expect(wrong).toEqual([]);
      const kept = await page.evaluate(() =>
        JSON.stringify([
          document.documentElement.outerHTML,
          [...document.querySelectorAll('*')].map((element) => element.shadowRoot?.innerHTML ?? ''),
          { ...localStorage },
          { ...sessionStorage },
          document.cookie,
          history.state,
          location.href,
        ]),
      );
      const where = JSON.stringify([kept, addresses, await context.cookies()]);
      expect(TOKEN.exec(where), 'a token in the document, in storage or in an address').toBeNull();
    },
  };
}
