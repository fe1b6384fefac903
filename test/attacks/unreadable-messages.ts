import { expect, vi } from 'vitest';
import { openSocket } from '../support/raw-socket.js';
import type { AttackGroup } from './attack.js';
import { connect } from './socket.js';

const HANDSHAKE = [
  'GET /graphql HTTP/1.1',
  'Host: 127.0.0.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Protocol: graphql-transport-ws',
];
/** A frame without a mask; one of a kind there is none of; text that is not UTF-8. */
const NO_FRAMES = [
  [0x81, 0x02, 0x7b, 0x7d],
  [0x8f, 0x80, 0, 0, 0, 0],
  [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe],
];

export const unreadableMessages: AttackGroup = {
  file: 'unreadable-messages.ts',
  title: 'messages that cannot be read',
  attacks: [
    {
      id: 'A220',
      title: 'frames that are none, and messages that only a server sends, with a line for the log in them',
      threat:
        'anybody writes stacks and lines of their own to the console, without end, past the log and its redaction',
      codes: ['BAD_USER_INPUT'],
      trail: [],
      async run({ url }) {
        const written = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')];
        try {
          const connection = await connect(url);
          connection.send({ type: 'next', id: '\n{"level":30,"msg":"user_ada signed in"}', payload: {} });
          const told = await connection.closed;
          expect(told.closeCode).toBe(4400);
          for (const bytes of NO_FRAMES) {
            const raw = await openSocket(url);
            raw.socket.write(`${HANDSHAKE.join('\r\n')}\r\n\r\n`);
            raw.socket.write(Buffer.from(bytes));
            await vi.waitFor(() => expect(raw.text()).toMatch(/\r\n\r\n\x88/), 15_000);
            raw.socket.destroy();
            await raw.closed;
          }
          for (const spy of written) expect(spy).not.toHaveBeenCalled();
          return [told];
        } finally {
          for (const spy of written) spy.mockRestore();
        }
      },
    },
  ],
};
