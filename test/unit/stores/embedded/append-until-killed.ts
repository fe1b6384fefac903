/**
 * Run as a child process: `node --import tsx append-until-killed.ts <directory> <chain>`. Appends batches and prints the id of
 * the last event of each batch once the store has acknowledged it, until it is killed.
 */
import { createEmbeddedStore } from '../../../../src/stores/embedded/index.js';
import { storedEvent } from '../../../support/store-fixtures.js';

const [directory = '', chain = ''] = process.argv.slice(2);
const store = createEmbeddedStore({ directory });
await store.open();
for (let sequence = 0; ; ) {
  const batch = Array.from({ length: 1 + (sequence % 7) }, () => storedEvent({ chain, sequence: sequence++ }));
  await store.events.append(batch);
  // Not at once and synchronously: a pipe that is full, since its reader is slow, would refuse it.
  await new Promise((resolve) => process.stdout.write(`${batch.at(-1)?.id}\n`, resolve));
}
