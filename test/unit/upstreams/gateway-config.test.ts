import { describe, expect, it, vi } from 'vitest';
import { parseGatewayConfig } from '../../../src/upstreams/config/gateway-config.js';
import { GatewayConfigError } from '../../../src/upstreams/config/gateway-config-error.js';

function problems(text: string): readonly string[] {
  try {
    parseGatewayConfig(text, '/etc/gateway');
  } catch (error) {
    if (!(error instanceof GatewayConfigError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

const upstream = (more: string, name = 'orders', url = 'http://orders.internal:4001/graphql') =>
  `upstreams: [{name: ${name}, kind: subgraph, url: "${url}", schema: {file: a.graphql}${more}}]`;

describe('the file that GATEWAY_CONFIG names', () => {
  it('is read with defaults, paths taken from its directory', () => {
    const config = parseGatewayConfig(
      `
upstreams:
  - name: orders
    kind: subgraph
    url: http://orders.internal:4001/graphql
    schema: { file: schemas/orders.graphql }
  - name: search-2
    kind: graphql
    url: https://search.example.test/graphql
    schema: { fetch: introspection }
    headers: [x-shop-region]
    timeoutMs: 2500
    retries: 0
    maxConnections: 8
    maxResponseBytes: 65536
    assertions: single-use
    breaker: { failures: 3 }
    subscriptions: { protocol: ws, url: "wss://search.example.test/live" }
rules:
  - coordinate: Order.cardLast4
    sensitive: true
    requiresRole: { role: ADMIN, of: ACTOR }
  - coordinate: Query.search(text:)
    sensitive: true
costs:
  - coordinate: Query.orders
    weight: 3
    listSize: { assumedSize: 50, slicingArguments: [limit] }
scopes:
  "orders:read": { role: [SUPPORT, ADMIN] }
policies:
  vip: { role: ADMIN, of: ACTOR }
`,
      '/etc/gateway',
    );
    expect(config).toEqual({
      pollSeconds: 30,
      startWaitSeconds: 60,
      upstreams: [
        {
          name: 'orders',
          kind: 'subgraph',
          url: 'http://orders.internal:4001/graphql',
          schema: { file: '/etc/gateway/schemas/orders.graphql' },
          headers: [],
          assertions: 'shared',
          timeoutMs: 10_000,
          retries: 1,
          maxConnections: 64,
          maxResponseBytes: 8_388_608,
          breaker: { failures: 5, cooldownMs: 5_000 },
          subscriptions: null,
        },
        {
          name: 'search-2',
          kind: 'graphql',
          url: 'https://search.example.test/graphql',
          schema: { fetch: 'introspection' },
          headers: ['x-shop-region'],
          assertions: 'single-use',
          timeoutMs: 2500,
          retries: 0,
          maxConnections: 8,
          maxResponseBytes: 65_536,
          breaker: { failures: 3, cooldownMs: 5_000 },
          subscriptions: { protocol: 'ws', url: 'wss://search.example.test/live', maxOpen: 1_000 },
        },
      ],
      rules: [
        { service: 'GATEWAY_CONFIG', coordinate: 'Order.cardLast4', use: { name: 'sensitive', args: new Map() } },
        {
          service: 'GATEWAY_CONFIG',
          coordinate: 'Order.cardLast4',
          use: {
            name: 'requiresRole',
            args: new Map<string, unknown>([
              ['role', ['ADMIN']],
              ['of', 'ACTOR'],
            ]),
          },
        },
        { service: 'GATEWAY_CONFIG', coordinate: 'Query.search(text:)', use: { name: 'sensitive', args: new Map() } },
      ],
      costs: [
        {
          service: 'GATEWAY_CONFIG',
          coordinate: 'Query.orders',
          cost: {
            weight: 3,
            listSize: {
              assumedSize: 50,
              slicingArguments: ['limit'],
              sizedFields: [],
              requireOneSlicingArgument: false,
            },
          },
        },
      ],
      scopes: new Map([['orders:read', { role: ['SUPPORT', 'ADMIN'], of: 'VIEWER' }]]),
      policies: new Map([['vip', { role: ['ADMIN'], of: 'ACTOR' }]]),
    });
  });

  it('is told nobody but who reads the problems: a value in place of a name comes to no warning of the process', () => {
    const warn = vi.spyOn(process, 'emitWarning');
    expect(problems('? { password: hunter2 }\n: x\nupstreams: []')).not.toEqual([]);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('is refused with every problem at once, each at its place', () => {
    const found = problems(`
upstreams:
  - { name: orders, kind: subgraph, url: "ftp://orders/", schema: { file: a } }
  - { name: orders, kind: soap, url: "http://b/", schema: { url: x } }
  - { name: Big_Name, kind: graphql, url: nowhere, schema: { fetch: service }, timeoutMs: 0, colour: red }
rules:
  - { coordinate: "Order.", sensitive: true }
  - { coordinate: "Order.id" }
  - { coordinate: "Order.id", sensitive: false }
costs:
  - { coordinate: "Order.id" }
  - { coordinate: "Order.id", weight: -1 }
scopes: { a: { role: [] } }
extra: 1
`);
    const places = found.map((each) => each.split(': ')[0]);
    for (const place of [
      'upstreams[0].url',
      'upstreams[1].kind',
      'upstreams[1].name',
      'upstreams[1].schema',
      'upstreams[2].name',
      'upstreams[2].url',
      'upstreams[2].timeoutMs',
      'upstreams[2]',
      'rules[0].coordinate',
      'rules[1]',
      'rules[2].sensitive',
      'costs[0]',
      'costs[1].weight',
      'scopes.a.role',
      'the file',
    ]) {
      expect(places).toContain(place);
    }
    expect(found).toHaveLength(15);
  });

  it.each([
    ['no upstreams', 'upstreams: []', 'upstreams: '],
    ['nothing at all', '', 'the file: '],
    ['no YAML', 'upstreams: [', 'line 1: is no valid YAML: '],
    ['a key twice', 'upstreams: []\nupstreams: []', 'line 2: is no valid YAML: DUPLICATE_KEY'],
    ["the gateway's own name", upstream('', 'gateway'), 'upstreams[0].name: "gateway" is the name'],
    ['a header that says who somebody is', upstream(', headers: [x-user-id]'), 'upstreams[0].headers: '],
    ['a query in an address', upstream('', 'a', 'http://a/?key=1'), 'upstreams[0].url: must not have a query'],
    [
      'a way to ask for streams that is none',
      upstream(', subscriptions: {protocol: polling}'),
      'upstreams[0].subscriptions.protocol: ',
    ],
    ['no way to ask for streams', upstream(', subscriptions: {}'), 'upstreams[0].subscriptions.protocol: '],
    [
      'an address for streams of another scheme',
      upstream(', subscriptions: {protocol: sse, url: "ws://a/"}'),
      'upstreams[0].subscriptions.url: has to be an http or https URL',
    ],
    [
      'credentials in an address for streams',
      upstream(', subscriptions: {protocol: ws, url: "ws://u:p@a/"}'),
      'upstreams[0].subscriptions.url: must not hold credentials',
    ],
    ['a breaker that never closes', upstream(', breaker: {failures: 0}'), 'upstreams[0].breaker.failures: '],
    ['assertions of no kind', upstream(', assertions: twice'), 'upstreams[0].assertions'],
    ['answers without a bound', upstream(', maxResponseBytes: 0'), 'upstreams[0].maxResponseBytes: '],
    ['another scheme', upstream('', 'a', 'file:///etc/passwd'), 'upstreams[0].url: has to be an http or https URL'],
  ])('%s is refused', (_, text, problem) => {
    expect(problems(text).join('\n')).toContain(problem);
  });

  it.each([
    ['in an address', upstream('', 'a', 'http://shop:hunter2-secret@a/')],
    ['in a query', upstream('', 'a', 'http://a/?key=hunter2-secret')],
    ['in a value of the wrong type', upstream(', timeoutMs: "hunter2-secret"')],
    ['in a value that is not allowed', upstream(', kind: hunter2-secret')],
    ['beside a syntax error', 'upstreams: "hunter2-secret" "b" }'],
    ['as an alias that is not there', 'upstreams: *hunter2-secret'],
    ['in a coordinate', `${upstream('')}\nrules: [{coordinate: "hunter2-secret", sensitive: true}]`],
  ])('a secret %s is in no message', (_, text) => {
    const found = problems(text);
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).not.toContain('hunter2');
  });

  it('that grows by aliases of aliases is refused', () => {
    const bomb = Array.from({ length: 9 }, (_, index) => {
      const before = index === 0 ? '"x"' : Array.from({ length: 9 }, () => `*a${index - 1}`).join(', ');
      return `a${index}: &a${index} [${before}]`;
    }).join('\n');
    expect(problems(bomb).length).toBeGreaterThan(0);
  });
});
