import { inspect } from 'node:util';
import { expect } from 'vitest';
import { ERROR_CATALOGUE, GatewayError } from '../../../src/errors/index.js';
import { type RefusalReason, refusalReasonOf } from '../../../src/tokens/index.js';

/** The instant all token tests happen at: a whole second. */
export const NOW = Date.UTC(2026, 0, 15, 12, 0, 0);
export const NOW_SECONDS = NOW / 1000;

export interface TestClock {
  now(): number;
  time: number;
}

/** A clock that stands still until it is set. */
export function stoppedClock(time = NOW): TestClock {
  const clock: TestClock = { time, now: () => clock.time };
  return clock;
}

export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was accepted, and had to be refused');
}

/** Every way an error could find its way into a log or an answer. */
export function everythingShownOf(error: unknown): string {
  const shown = inspect(error, { depth: 20, showHidden: true, getters: true, maxStringLength: null });
  const chain: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) chain.push(at.message, at.stack ?? '', String(at));
  return [shown, JSON.stringify(error), ...chain].join('\n');
}

export function expectShowsNothingOf(error: unknown, secrets: readonly string[]): void {
  const shown = everythingShownOf(error);
  for (const secret of secrets) {
    if (secret.length >= 8) expect(shown.includes(secret), 'the error shows what must stay secret').toBe(false);
  }
}

/** Refused for exactly this reason, with the public sentence alone, and without a trace of the token in the error. */
export async function expectRefused(
  promise: Promise<unknown>,
  reason: RefusalReason,
  token: unknown = undefined,
): Promise<GatewayError> {
  const error = await rejectionOf(promise);
  if (!(error instanceof GatewayError)) throw error;
  expect({ code: error.code, reason: refusalReasonOf(error) }).toEqual({ code: 'TOKEN_INVALID', reason });
  expectPublicFace(error);
  if (typeof token === 'string') expectShowsNothingOf(error, partsOf(token));
  return error;
}

export async function expectExpired(promise: Promise<unknown>, token: string): Promise<GatewayError> {
  const error = await rejectionOf(promise);
  if (!(error instanceof GatewayError)) throw error;
  expect(error.code).toBe('TOKEN_EXPIRED');
  expectPublicFace(error);
  expectShowsNothingOf(error, partsOf(token));
  return error;
}

function expectPublicFace(error: GatewayError): void {
  expect(error.message).toBe(ERROR_CATALOGUE[error.code].sentence);
  expect(error.extensions).toEqual({ code: error.code });
}

/** The token, its segments, and what its claims segment says, as needles. */
function partsOf(token: string): string[] {
  const segments = token.split('.').filter((part) => part.length >= 8);
  const decoded = segments.slice(0, 2).map((part) => Buffer.from(part, 'base64url').toString('latin1'));
  return [token, ...segments, ...decoded].map((part) => part.slice(0, 4096));
}
