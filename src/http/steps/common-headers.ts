import type { Exchange } from '../exchange.js';
import { reportingEndpoints, withReports } from './policy-reports.js';

export interface CommonHeaderOptions {
  /** Where clients reach the gateway; null where that is not said. */
  readonly publicUrl: string | null;
  /** 0: browsers are not told to use nothing but https. */
  readonly hstsMaxAgeSeconds: number;
  /** Where browsers report what a policy has stopped; null: nowhere. */
  readonly cspReportUri: string | null;
}

/**
 * What a policy says of answers that are data: nothing in them may run, be shown or be framed. `base-uri` has to be said: it is not
 * among what `default-src` stands for.
 */
const NOTHING_RUNS = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** What every answer carries besides the id of its request; name after name. Made once. */
export function createCommonHeaders(options: CommonHeaderOptions): readonly string[] {
  const { publicUrl, hstsMaxAgeSeconds, cspReportUri } = options;
  // Of an address that is not https it would be ignored (RFC 6797 §8.1), or lock people out where one day it is.
  const strict = publicUrl?.startsWith('https:') === true && hstsMaxAgeSeconds > 0;
  return Object.freeze([
    'X-Content-Type-Options',
    'nosniff',
    // Answers hold one person's data; no cache may keep them for the next.
    'Cache-Control',
    'no-store',
    // Also where no origin is let in: an answer without the CORS headers must not be kept for a page that would be.
    'Vary',
    'Origin',
    'Content-Security-Policy',
    withReports(NOTHING_RUNS, cspReportUri),
    // Ids of sessions and events are in addresses.
    'Referrer-Policy',
    'no-referrer',
    // Pages of other origins cannot take an answer into their process, e.g. as an image.
    'Cross-Origin-Resource-Policy',
    'same-origin',
    ...(cspReportUri === null ? [] : ['Reporting-Endpoints', reportingEndpoints(cspReportUri)]),
    ...(strict ? ['Strict-Transport-Security', `max-age=${hstsMaxAgeSeconds}`] : []),
  ]);
}

/** Sets the headers that every answer carries. */
export function setCommonHeaders({ res, facts, common }: Exchange): void {
  res.setHeader('X-Request-Id', facts.id);
  for (let at = 0; at < common.length; at += 2) res.setHeader(common[at] as string, common[at + 1] as string);
}

/** The same headers, name after name, for `writeHead`: at half the cost of setting one after the other. */
export function commonHeaders({ facts, common }: Exchange): string[] {
  return ['X-Request-Id', facts.id, ...common];
}
