import type { ServerResponse } from 'node:http';
import type { Handler } from '../edge.js';
import type { Exchange } from '../exchange.js';
import type { StaticFile, StaticFiles } from '../static/read-files.js';
import { sendFile } from '../static/send-file.js';
import { withReports } from '../steps/policy-reports.js';
import { send, sendJson } from '../steps/send.js';

const ROOT = '/console/';
const FOREVER = 'public, max-age=31536000, immutable';
const ASK_EACH_TIME = 'no-cache';

/**
 * The headers of everything below `/console/`. Nothing may run there, be shown there or be asked from there but what is served
 * here; no other page may frame the console, open it with a handle on it or learn from a link where it was.
 * @param issuerOrigin the identity provider the browser fetches tokens from; null: there is none.
 * @param reportUri where browsers report what the policy has stopped; null: nowhere.
 */
export function consoleHeaders(
  issuerOrigin: string | null,
  reportUri: string | null,
): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self'${issuerOrigin === null ? '' : ` ${issuerOrigin}`}`,
    "font-src 'self'",
    "manifest-src 'self'",
    // One would outlive the page and every sign-out in it.
    "worker-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    // None may be made either: no text ever becomes a script.
    "trusted-types 'none'",
  ];
  return {
    'Content-Security-Policy': withReports(policy.join('; '), reportUri),
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  };
}

/** Adds the console's headers to whatever a handler answers. */
export function withHeaders(headers: Readonly<Record<string, string>>, handle: Handler): Handler {
  const entries = Object.entries(headers);
  return (exchange, refuse) => {
    for (const [name, value] of entries) exchange.res.setHeader(name, value);
    return handle(exchange, refuse);
  };
}

/** `/console` without its slash: the page's own addresses are relative to the folder. */
export function redirectToConsole({ res, search }: Exchange): void {
  res.statusCode = 308;
  res.setHeader('Location', `${ROOT}${search}`);
  res.setHeader('Content-Length', '0');
  res.end();
}

/**
 * Everything below `/console/`: a file of the build, or its page where a browser navigates to a view of the console. Whatever
 * else there is no file for is 404: a script that is gone must not be answered with a page.
 */
export function createConsoleRoute(files: StaticFiles, page: StaticFile): Handler {
  return (exchange) => {
    const name = exchange.path.slice(ROOT.length);
    const file = files.get(name);
    if (file !== undefined) {
      sendFile(exchange, file, file.immutable ? FOREVER : ASK_EACH_TIME);
      return;
    }
    if (name === '' || isNavigation(exchange)) sendFile(exchange, page, ASK_EACH_TIME);
    else sendJson(exchange.res, 404, { error: 'There is nothing here.' });
  };
}

/** In place of a console that was not built. */
export function consoleIsMissing({ res }: { readonly res: ServerResponse }): void {
  send(
    res,
    404,
    'text/plain',
    'The console is not in this installation. `npm run build` makes it, with the development dependencies installed.\n',
  );
}

/** Whether a person goes to an address, as opposed to a page that fetches one. */
function isNavigation({ req, path }: Exchange): boolean {
  const mode = req.headers['sec-fetch-mode'];
  return (
    !path.startsWith(`${ROOT}assets/`) &&
    (mode === undefined || mode === 'navigate') &&
    /(^|[,\s])text\/html\b/i.test(req.headers.accept ?? '')
  );
}
