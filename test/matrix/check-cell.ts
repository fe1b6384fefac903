import { expect } from 'vitest';
import { type Cell, REQUIRES } from './fields.js';
import { type Operation, valueAt } from './operations.js';
import type { Outcome } from './transports.js';

/** That an outcome is what a cell of a field matrix says. */
export function checkCell(cell: Cell, outcome: Outcome, { at }: Operation): void {
  const value = valueAt(outcome.data, at);
  if (cell === 'yes' || cell === 'null') {
    expect(outcome.codes).toEqual([]);
    if (cell === 'yes') expect(value).not.toBeNull();
    else expect(value).toBeNull();
    return;
  }
  expect(outcome.codes).toEqual([cell]);
  expect(value).toBeNull();
  if (cell !== 'FORBIDDEN') return;
  const [error] = outcome.errors;
  const refused = error?.path?.findLast((step) => typeof step === 'string') ?? '';
  expect(REQUIRES[refused]).toBeDefined();
  expect(error?.extensions.requires).toEqual(REQUIRES[refused]);
}
