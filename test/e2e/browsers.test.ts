import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
});

afterAll(async () => {
  await folder.remove();
});

/** What a browser asks before it lets a page of the origin send a request with a credential. */
function preflight(gateway: GatewayProcess, origin: string): Promise<Response> {
  return fetch(`${gateway.url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
}

function query(gateway: GatewayProcess, origin: string): Promise<Response> {
  return fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: '{"query":"{ viewer { id } }"}',
  });
}

async function letsIn(gateway: GatewayProcess, origin: string): Promise<boolean> {
  const answers = await Promise.all([preflight(gateway, origin), query(gateway, origin)]);
  const allowed = answers.map(({ headers }) => headers.get('access-control-allow-origin'));
  // Never a wildcard, and the same answer before and during the request.
  expect(allowed[0]).toBe(allowed[1]);
  expect([null, origin]).toContain(allowed[0]);
  for (const { headers } of answers) expect(headers.get('vary')?.toLowerCase()).toContain('origin');
  return allowed[0] === origin;
}

describe('in development', () => {
  let gateway: GatewayProcess;

  beforeAll(async () => {
    gateway = await startGatewayProcess(folder.path);
  });

  afterAll(async () => {
    await gateway.stop();
  });

  it('pages of this machine may call with credentials', async () => {
    for (const origin of ['http://localhost:3000', 'http://127.0.0.1:5173', 'http://localhost']) {
      expect(await letsIn(gateway, origin), origin).toBe(true);
    }
    const { status, headers } = await preflight(gateway, 'http://localhost:3000');
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-allow-methods')).toBe('GET,POST');
    expect(headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization');
  });

  it('pages of anywhere else may not', async () => {
    for (const origin of [
      'https://evil.example',
      'http://localhost.evil.example',
      'http://evil.example:3000',
      'https://localhost:3000',
      'null',
    ]) {
      expect(await letsIn(gateway, origin), origin).toBe(false);
    }
  });

  it('GraphiQL is a page that loads nothing from elsewhere', async () => {
    const response = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const page = await response.text();
    expect(page).toContain('<script');
    const scripts = [...page.matchAll(/<script\b[^>]*>(.*?)<\/script>/gs)].map(([, code = '']) => code).join('\n');
    const markup = page.replaceAll(/(<script\b[^>]*>).*?<\/script>/gs, '$1');
    // What tags and style sheets load.
    const loaded = [...markup.matchAll(/\b(?:src|srcset|href|data|action)\s*=\s*["']?([^"'\s>]+)/gi)].map(
      ([, url]) => url,
    );
    expect(loaded.filter((url) => url !== undefined && /^(?:[a-z]+:)?\/\//i.test(url))).toEqual([]);
    expect(markup).not.toMatch(/@import|url\(\s*["']?(?:https?:)?\/\//i);
    // And what its code would.
    expect(scripts).not.toMatch(/\bimport\s*\(\s*["'`]https?:/);
    expect(scripts).not.toMatch(/\bimportScripts\s*\(\s*["'`]https?:/);
    expect(page).not.toMatch(
      /https?:\/\/(?:[\w-]+\.)*(?:unpkg\.com|jsdelivr\.net|cdnjs\.cloudflare\.com|esm\.sh|skypack\.dev)/i,
    );
  });
});

it('where origins are configured, pages of exactly these may call', async () => {
  const gateway = await startGatewayProcess(folder.path, {
    CORS_ORIGINS: 'https://admin.example, https://desk.example:8443',
  });
  try {
    for (const origin of ['https://admin.example', 'https://desk.example:8443']) {
      expect(await letsIn(gateway, origin), origin).toBe(true);
    }
    for (const origin of [
      'http://admin.example',
      'https://admin.example:443',
      'https://admin.example.evil.example',
      'https://ADMIN.example',
      'https://desk.example',
      'http://localhost:3000',
    ]) {
      expect(await letsIn(gateway, origin), origin).toBe(false);
    }
  } finally {
    await gateway.stop();
  }
});
