import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { imprintOf } from '../../../../src/stores/embedded/imprint.js';
import { storedEvent } from '../../../support/store-fixtures.js';

const MEBIBYTE = 1_048_576;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function buffersMiB(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers / MEBIBYTE;
}

it('keeps no room of a large group when it is done with it, and says the same of what comes after it', async () => {
  const small = [storedEvent({ chain: 'small' })];
  const before = imprintOf(small);
  const large = ['a', 'b', 'c', 'd'].map((letter, sequence) =>
    storedEvent({ chain: 'large', sequence, body: letter.repeat(4 * MEBIBYTE) }),
  );
  const atRest = buffersMiB();
  expect(imprintOf(large)).not.toBe(before);
  // What a collection finds is freed beside it, by a thread of V8.
  await expect.poll(() => buffersMiB() - atRest).toBeLessThan(1);
  expect(imprintOf(small)).toBe(before);
});
