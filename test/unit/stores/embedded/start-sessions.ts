/**
 * Run as a child process: `node --import tsx start-sessions.ts <directory> <name>`. Prints `ready`, waits for a line on its
 * input, then starts and ends sessions of one actor as fast as it can, prints each answer and leaves what is active.
 */
import { once } from 'node:events';
import { createEmbeddedStore } from '../../../../src/stores/embedded/index.js';
import { activeSession, EPOCH } from '../../../support/store-fixtures.js';

const [directory = '', name = ''] = process.argv.slice(2);
const store = createEmbeddedStore({ directory });
await store.open();
process.stdout.write('ready\n');
await once(process.stdin, 'data');
for (let index = 0; index < 30; index++) {
  const answer = await store.sessions.insert(activeSession({ id: `${name}-${index}`, actorId: 'user_ada' }), 3);
  process.stdout.write(`${answer}\n`);
  const ended = await store.sessions.end(
    'contested',
    { status: 'STOPPED', endedAt: EPOCH, endedById: name, endReason: null },
    { by: 'claim', at: EPOCH },
  );
  if (ended !== null) process.stdout.write('ended\n');
  const void_ = await store.sessions.voidStart(`void-${index}`, { by: 'claim', at: EPOCH });
  if (void_) process.stdout.write('voided\n');
}
await store.close();
process.exit(0);
