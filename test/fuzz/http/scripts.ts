import fc from 'fast-check';
import { type Spoiling, spoiled, spoilings } from '../texts/spoiled-text.js';
import { type FuzzedRequest, fuzzedRequests, written } from './requests.js';
import { type Frame, frameBytes, frames, handshakes } from './web-sockets.js';

/** How the client ends: it waits for what there is, ends its half at once, or goes without a word. */
export type Ending = 'waits' | 'half-closes' | 'resets';

/** What one connection says. */
export type Script =
  | {
      readonly kind: 'http';
      readonly requests: readonly FuzzedRequest[];
      readonly changes: readonly Spoiling[] | null;
      /** In so many pieces, with a turn of the event loop between them. */
      readonly pieces: number;
      readonly ending: Ending;
    }
  | { readonly kind: 'bytes'; readonly text: string; readonly ending: Ending }
  | {
      readonly kind: 'web socket';
      readonly handshake: string;
      readonly frames: readonly Frame[];
      readonly ending: Ending;
    };

const ending = fc.oneof(
  { arbitrary: fc.constant<Ending>('waits'), weight: 12 },
  { arbitrary: fc.constantFrom<Ending>('half-closes', 'resets'), weight: 1 },
);

const http = fc.record({
  kind: fc.constant('http' as const),
  requests: fc.oneof(
    { arbitrary: fc.array(fuzzedRequests, { minLength: 1, maxLength: 1 }), weight: 6 },
    { arbitrary: fc.array(fuzzedRequests, { minLength: 2, maxLength: 5 }), weight: 1 },
  ),
  changes: fc.oneof({ arbitrary: fc.constant(null), weight: 8 }, { arbitrary: spoilings, weight: 1 }),
  pieces: fc.oneof({ arbitrary: fc.constant(1), weight: 8 }, { arbitrary: fc.integer({ min: 2, max: 6 }), weight: 1 }),
  ending,
});

const bytes = fc.record({
  kind: fc.constant('bytes' as const),
  text: fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('latin1')),
    fc.constantFrom(
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      'GET / HTTP/1.1\nHost: x\n\n',
      'GET /healthz HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n',
      '\r\n\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n',
      'PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /healthz\r\n\r\n',
    ),
  ),
  ending,
});

const webSocket = fc.record({ kind: fc.constant('web socket' as const), handshake: handshakes, frames, ending });

/** What connections say. */
export const scripts: fc.Arbitrary<Script> = fc.oneof(
  { arbitrary: http, weight: 10 },
  { arbitrary: webSocket, weight: 3 },
  { arbitrary: bytes, weight: 1 },
);

/** A good request behind the others: where they were cut rightly, it is answered, and ends the connection. */
const LAST = 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n';

/** What a script comes to on the wire. @param tokens by the names that stand for them */
export function piecesOf(script: Script, tokens: Readonly<Record<string, string>>): readonly Buffer[] {
  const filled = (text: string) =>
    Buffer.from(
      text.replace(/\{\{(\w+)\}\}/g, (all, name: string) => tokens[name] ?? all),
      'latin1',
    );
  if (script.kind === 'bytes') return [filled(script.text)];
  if (script.kind === 'web socket') {
    const sent = script.frames.map((frame) =>
      frameBytes({ ...frame, payload: filled(frame.payload).toString('latin1') }),
    );
    return [filled(script.handshake), Buffer.concat(sent)];
  }
  const withTokens = script.requests.map((request) => {
    // Lengths are those of what is really sent.
    const body = filled(request.body).toString('latin1');
    return written({ ...request, body });
  });
  const text = `${withTokens.join('')}${script.ending === 'waits' ? LAST : ''}`;
  const whole = filled(script.changes === null ? text : spoiled(text, script.changes));
  const size = Math.max(1, Math.ceil(whole.length / script.pieces));
  return Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
    whole.subarray(index * size, (index + 1) * size),
  );
}
