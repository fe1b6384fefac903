import { connect } from 'node:net';
import { createAnswerReader } from './answer-reader.mjs';
import { latencies } from './latencies.mjs';
import { watchUsage } from './usage.mjs';

/**
 * What one connection sends and thinks of the answers.
 * @typedef {object} Client
 * @property {() => Buffer | null} next the next request; null: this connection has nothing more to send
 * @property {(status: number, body: Buffer, head: string) => void} check throws where the answer is not the right one
 */

/**
 * Closed loop: each connection sends its next request when it has the answer to the last one. EVERY answer is checked; the first
 * wrong one, or a connection that fails, ends the measurement with an error.
 * @param {{ port: number, clients: Client[], warmUpSeconds: number, seconds: number, pid?: number, most?: number, onAnswered?: (count: number) => void }} options
 *   `pid`: the server's, to read what processor time it used; `most`: answers at most, then the measurement ends;
 *   `onAnswered`: told how many answers there were, warm-up included
 */
export function generateLoad({
  port,
  clients,
  warmUpSeconds,
  seconds,
  pid,
  most = Number.POSITIVE_INFINITY,
  onAnswered,
}) {
  return new Promise((resolve, reject) => {
    const sockets = [];
    const times = [];
    let phase = 'warm-up';
    let answered = 0;
    let open = clients.length;
    let usage = null;
    let timer = null;

    function settle(act) {
      if (phase === 'over') return;
      phase = 'over';
      clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
      act();
    }

    const fail = (error) => settle(() => reject(error));

    function measure() {
      phase = 'measuring';
      usage = watchUsage(pid);
      timer = setTimeout(finish, seconds * 1_000);
    }

    function finish() {
      const used = usage(times.length);
      settle(() => resolve({ answers: times.length, ...used, ...latencies(times) }));
    }

    function openConnection(client) {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      let sentAt = 0;
      let waiting = false;

      function send() {
        const bytes = client.next();
        if (bytes === null) {
          open -= 1;
          if (open === 0) {
            if (phase === 'measuring') finish();
            else fail(new Error('there was nothing left to send before the measurement began'));
          }
          return;
        }
        waiting = true;
        sentAt = performance.now();
        socket.write(bytes);
      }

      const read = createAnswerReader((status, body, head) => {
        const now = performance.now();
        if (!waiting) throw new Error('an answer to nothing');
        waiting = false;
        client.check(status, body, head);
        answered += 1;
        onAnswered?.(answered);
        if (phase === 'measuring') {
          times.push(now - sentAt);
          if (times.length >= most) return finish();
        }
        if (phase !== 'over') send();
      });

      socket.on('data', (bytes) => {
        if (phase === 'over') return;
        try {
          read(bytes);
        } catch (error) {
          fail(error);
        }
      });
      socket.on('error', fail);
      socket.on('close', () => {
        if (waiting) fail(new Error(`the server closed a connection after ${answered} answers`));
      });
      socket.on('connect', send);
      sockets.push(socket);
    }

    for (const client of clients) openConnection(client);
    timer = setTimeout(measure, warmUpSeconds * 1_000);
  });
}
