import { setImmediate as nextTurn } from 'node:timers/promises';
import { openSocket } from '../../support/raw-socket.js';
import type { Ending } from './scripts.js';

export interface Conversation {
  readonly bytes: Buffer;
  /** Whether the server ended it while the client still waited. */
  readonly endedByServer: boolean;
}

const QUIET_MS = 120;
/** Where an answer has to come: on any machine, however busy. */
export const PATIENT_MS = 15_000;
/** A server that does not let go of a client that has ended hangs, milliseconds. */
const HANGING_MS = 20_000;

/**
 * Says it, hears what there is, and leaves.
 * @param quietMs after how long without a word the client takes it that there will be none; where an answer has to come: long
 * @throws Error where the server does not let go of the connection
 */
export async function converse(
  url: string,
  pieces: readonly Buffer[],
  ending: Ending,
  quietMs = QUIET_MS,
): Promise<Conversation> {
  const { socket, text, closed } = await openSocket(url);
  let endedByServer = false;
  let quiet: NodeJS.Timeout | undefined;
  let hanging: NodeJS.Timeout | undefined;
  const silence = new Promise<void>((resolve) => {
    const wait = () => {
      clearTimeout(quiet);
      quiet = setTimeout(resolve, quietMs);
    };
    socket.on('data', wait);
    socket.on('drain', wait);
    wait();
  });
  socket.on('end', () => {
    endedByServer = true;
  });
  for (const piece of pieces) {
    if (socket.writable) socket.write(piece);
    if (pieces.length > 1) await nextTurn();
  }
  if (ending === 'waits') await Promise.race([silence, closed]);
  clearTimeout(quiet);
  const wasEnded = endedByServer;
  if (ending === 'resets') socket.resetAndDestroy();
  else socket.end();
  const late = new Promise<'late'>((resolve) => {
    hanging = setTimeout(() => resolve('late'), HANGING_MS);
  });
  const outcome = await Promise.race([closed, late]);
  clearTimeout(hanging);
  socket.destroy();
  if (outcome === 'late') throw new Error('the server does not let go of a connection that its client has ended');
  return { bytes: Buffer.from(text(), 'latin1'), endedByServer: wasEnded };
}
