/** @import { Client } from './generator.mjs' */

/**
 * Connections that send the same request for ever and take nothing but the very bytes expected. Servers may end them with a new
 * line.
 * @returns {Client[]}
 */
export function repeating(count, request, expected) {
  return Array.from({ length: count }, () => ({ next: () => request, check: exactly(expected) }));
}

/** Connections that share a stock of requests, each sent once. @returns {Client[]} */
export function each(count, requests, expected) {
  let at = 0;
  const next = () => {
    at += 1;
    return requests[at - 1] ?? null;
  };
  return Array.from({ length: count }, () => ({ next, check: exactly(expected) }));
}

/** Throws unless the answer is a 200 with these bytes. */
export function exactly(text) {
  const expected = Buffer.from(text);
  return (status, body) => {
    const length = body.at(-1) === 10 ? body.length - 1 : body.length;
    if (status === 200 && length === expected.length && body.compare(expected, 0, length, 0, length) === 0) return;
    throw new Error(`a wrong answer: ${status} ${body.toString('utf8', 0, 300)}\n  expected: ${text.slice(0, 300)}`);
  };
}
