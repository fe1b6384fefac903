import fc from 'fast-check';
import { nearlyJson } from '../texts/json-text.js';
import { oddText } from '../texts/odd-text.js';
import { bytesOf } from './requests.js';

const OPERATIONS = [
  '{ viewer { id } }',
  'subscription { impersonationEventRecorded { id } }',
  'subscription { auditVerification { phase } }',
  'mutation { startImpersonation(input: {userId: "user_cleo", reason: "a test"}) { expiresAt } }',
  'query A { viewer { id } } query B { actor { id } }',
  'subscription { nothing }',
  '{',
];

/** A message of the protocol, each of its members of any shape. */
const message: fc.Arbitrary<string> = fc.oneof(
  {
    arbitrary: fc
      .tuple(
        fc.constantFrom('a', 'b', '', '__proto__', 'x'.repeat(200)),
        fc.constantFrom(...OPERATIONS),
        fc.constantFrom<unknown>(undefined, null, {}, [], 'x', { f: 1 }),
        fc.constantFrom<unknown>(undefined, null, 'A', '', 7),
        fc.constantFrom<unknown>(undefined, null, {}, { persistedQuery: {} }, []),
      )
      .map(([id, query, variables, operationName, extensions]) =>
        JSON.stringify({ id, type: 'subscribe', payload: { query, variables, operationName, extensions } }),
      ),
    weight: 6,
  },
  {
    arbitrary: fc.constantFrom(
      '{"type":"connection_init"}',
      '{"type":"connection_init","payload":{"authorization":"Bearer {{ada}}"}}',
      '{"type":"connection_init","payload":{"authorization":"{{audrey}}"}}',
      '{"type":"connection_init","payload":{"authorization":7}}',
      '{"type":"connection_init","payload":{"authorization":"Bearer x","Authorization":"Bearer y"}}',
      '{"type":"connection_init","payload":null}',
      '{"type":"connection_init","payload":[]}',
      '{"type":"ping"}',
      '{"type":"ping","payload":{"a":1}}',
      '{"type":"pong"}',
      '{"type":"complete","id":"a"}',
      '{"type":"complete","id":7}',
      '{"type":"complete"}',
      '{"type":"next","id":"a","payload":{}}',
      '{"type":"error","id":"a","payload":[]}',
      '{"type":"connection_ack"}',
      '{"type":"subscribe"}',
      '{"type":"subscribe","id":"a","payload":null}',
      '{"type":"subscribe","id":"a","payload":{"query":7}}',
      '{"type":"__proto__"}',
      '{"type":"toString"}',
      '{"type":null}',
    ),
    weight: 5,
  },
  {
    arbitrary: fc
      .tuple(fc.constantFrom('subscribe', 'connection_init', 'complete', 'ping'), nearlyJson)
      .map(([type, payload]) => `{"id":"c","type":"${type}","payload":${payload}}`),
    weight: 2,
  },
  { arbitrary: nearlyJson, weight: 1 },
  { arbitrary: oddText, weight: 1 },
);

/** The bits of a frame, right or not. */
export interface Frame {
  readonly payload: string;
  readonly opcode: number;
  readonly fin: boolean;
  readonly reserved: number;
  readonly masked: boolean;
  readonly length: 'right' | 'longer' | 'huge' | 'wide';
}

const mostly = <T>(usual: T, others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 14 }, { arbitrary: fc.constantFrom(...others), weight: 1 });

const frame: fc.Arbitrary<Frame> = fc.record({
  payload: fc.oneof(
    { arbitrary: message.map(bytesOf), weight: 8 },
    { arbitrary: fc.constantFrom('\xff\xfe', '\x03\xe8', '\x03', '\x0f\xa0bye', '\0'.repeat(200)), weight: 1 },
  ),
  opcode: mostly(1, [0, 2, 3, 8, 9, 10, 11, 15]),
  fin: mostly(true, [false]),
  reserved: mostly(0, [1, 2, 4, 7]),
  masked: mostly(true, [false]),
  length: mostly<Frame['length']>('right', ['longer', 'huge', 'wide']),
});

const INIT: Frame = {
  payload: '{"type":"connection_init","payload":{"authorization":"Bearer {{ada}}"}}',
  opcode: 1,
  fin: true,
  reserved: 0,
  masked: true,
  length: 'right',
};

export const frames: fc.Arbitrary<readonly Frame[]> = fc
  .tuple(fc.boolean(), fc.array(frame, { maxLength: 6 }))
  .map(([init, rest]) => (init ? [INIT, ...rest] : rest));

/** What opens a connection, most of the time rightly. */
export const handshakes: fc.Arbitrary<string> = fc
  .record({
    target: mostly('/graphql', ['/graphql?x=y', '/graphql/stream', '/healthz', '//graphql', '*']),
    method: mostly('GET', ['POST', 'HEAD']),
    version: mostly('13', ['8', '', 'x', '13, 8']),
    key: mostly('dGhlIHNhbXBsZSBub25jZQ==', ['', 'x', 'dGhl', '\xff']),
    protocol: mostly('graphql-transport-ws', [
      'graphql-ws',
      '',
      'a, graphql-transport-ws',
      ',',
      'graphql-transport-ws, graphql-transport-ws',
      '\xff',
      '__proto__',
    ]),
    upgrade: mostly('websocket', ['WebSocket', 'h2c', 'websocket, h2c', '']),
    more: mostly('', [
      'Origin: https://evil.example\r\n',
      'Origin: null\r\n',
      'Authorization: Bearer {{cleo}}\r\n',
      'Authorization: Bearer x\r\n',
      'Authorization: Bearer {{cleo}}\r\nAuthorization: Bearer {{ada}}\r\n',
      'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=99\r\n',
      'Sec-WebSocket-Extensions: permessage-deflate\r\n',
      'Sec-WebSocket-Extensions: ;;=\r\n',
      'Content-Length: 5\r\n',
      'Transfer-Encoding: chunked\r\n',
    ]),
  })
  .map(
    ({ target, method, version, key, protocol, upgrade, more }) =>
      `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: ${upgrade}\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\n` +
      `Sec-WebSocket-Version: ${version}\r\nSec-WebSocket-Protocol: ${protocol}\r\n${more}\r\n`,
  );

/** The bytes of a frame (RFC 6455 §5.2). */
export function frameBytes({ payload, opcode, fin, reserved, masked, length }: Frame): Buffer {
  const body = Buffer.from(payload, 'latin1');
  const stated = length === 'longer' ? body.length + 9 : body.length;
  const mask = masked ? Buffer.from([1, 2, 3, 4]) : Buffer.alloc(0);
  const bit = masked ? 0x80 : 0;
  let size: Buffer;
  if (length === 'huge') size = Buffer.from([bit | 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
  else if (length === 'wide' || stated > 65_535) {
    size = Buffer.alloc(9);
    size[0] = bit | 127;
    size.writeBigUInt64BE(BigInt(stated), 1);
  } else if (stated > 125) size = Buffer.from([bit | 126, stated >> 8, stated & 255]);
  else size = Buffer.from([bit | stated]);
  const sent = masked ? body.map((byte, index) => byte ^ (mask[index % 4] ?? 0)) : body;
  return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | (reserved << 4) | opcode]), size, mask, sent]);
}
