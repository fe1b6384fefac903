import type { Exchange } from '../exchange.js';

/** What every answer carries besides the id of its request; name after name. */
const COMMON: readonly string[] = [
  'X-Content-Type-Options',
  'nosniff',
  // Answers hold one person's data; no cache may keep them for the next.
  'Cache-Control',
  'no-store',
  // Also where no origin is let in: an answer without the CORS headers must not be kept for a page that would be.
  'Vary',
  'Origin',
];

/** Sets the headers that every answer carries. */
export function setCommonHeaders({ res, facts }: Exchange): void {
  res.setHeader('X-Request-Id', facts.id);
  for (let at = 0; at < COMMON.length; at += 2) res.setHeader(COMMON[at] as string, COMMON[at + 1] as string);
}

/** The same headers, name after name, for `writeHead`: at half the cost of setting one after the other. */
export function commonHeaders({ facts }: Exchange): string[] {
  return ['X-Request-Id', facts.id, ...COMMON];
}
