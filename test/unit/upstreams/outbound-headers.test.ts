import { describe, expect, it } from 'vitest';
import { ForwardedHeadersError, readForwardedHeaders } from '../../../src/upstreams/forwarded-headers.js';
import { type InboundHeaders, outboundHeaders } from '../../../src/upstreams/outbound-headers.js';

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const out = (inbound: InboundHeaders, configured: readonly string[] = [], assertion: string | null = null) =>
  outboundHeaders({ inbound, forward: readForwardedHeaders(configured), assertion });

/** What clients and proxies send that somebody somewhere takes for an identity, or that frames the message. */
const IDENTITY = [
  'authorization',
  'proxy-authorization',
  'x-authorization',
  'authentication',
  'cookie',
  'set-cookie',
  'cookie2',
  'x-user',
  'x-user-id',
  'x-user-email',
  'x-user-roles',
  'x-userid',
  'x-username',
  'remote-user',
  'x-remote-user',
  'user',
  'x-forwarded-user',
  'x-forwarded-email',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'forwarded',
  'x-impersonate',
  'x-impersonated-user',
  'impersonate-user',
  'x-actor',
  'x-viewer',
  'x-subject',
  'x-principal',
  'x-on-behalf-of',
  'x-run-as',
  'x-act-as',
  'x-roles',
  'x-role',
  'x-scopes',
  'x-groups',
  'x-tenant-id',
  'x-account',
  'x-api-key',
  'apikey',
  'x-auth-token',
  'x-access-token',
  'x-id-token',
  'x-jwt-assertion',
  'x-session-id',
  'x-csrf-token',
  'x-amzn-oidc-data',
  'x-amzn-oidc-identity',
  'x-goog-iap-jwt-assertion',
  'x-goog-authenticated-user-email',
  'x-ms-client-principal',
  'cf-access-jwt-assertion',
  'cf-connecting-ip',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'x-client-cert',
  'x-ssl-client-dn',
  'x-hasura-admin-secret',
  'x-hasura-role',
  'x-consumer-id',
  'x-email',
  'from',
  'origin',
  'referer',
  'via',
  'sec-fetch-site',
  'baggage',
  'x-original-url',
  'x-rewrite-url',
  'x-http-method-override',
  'x-envoy-external-address',
  'signature',
  'signature-input',
  'dpop-token',
  'dpop',
  'x-dpop',
] as const;
const CONNECTION = [
  'host',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'content-type',
  'content-encoding',
  'expect',
  'accept',
  'accept-encoding',
  'proxy-connection',
  'http2-settings',
  'max-forwards',
  'range',
  'date',
] as const;

describe('of what a client sends, an upstream gets', () => {
  it('nothing by which anybody could pass for somebody', () => {
    const sent = Object.fromEntries(
      [...IDENTITY, ...CONNECTION, 'x-anything', 'x_user', 'user-agent'].map((name) => [name, 'x']),
    );
    expect(out(sent)).toEqual({});
    expect(out(sent, [], 'a.b.c')).toEqual({ authorization: 'Bearer a.b.c' });
    expect(out(sent, ['X-Anything'], 'a.b.c')).toEqual({ authorization: 'Bearer a.b.c', 'x-anything': 'x' });
  });

  it('the trace and the language', () => {
    const sent = { traceparent: TRACE, tracestate: 'vendor=1', 'accept-language': 'de, en;q=0.5' };
    expect(out(sent)).toEqual(sent);
    expect(out({ traceparent: `${TRACE.replace(/^00/, '01')}-more` })).toHaveProperty('traceparent');
    expect(out({ traceparent: TRACE.replace(/-./, '-0') })).toHaveProperty('traceparent');
  });

  it.each([
    undefined,
    '',
    'x',
    TRACE.toUpperCase(),
    TRACE.replace(/^00/, 'ff'),
    TRACE.replace(/[1-9a-f]/g, '0'),
    `${TRACE} `,
    `0${TRACE}`,
    TRACE.replace(/^(...)[\da-f]+/, `$1${'0'.repeat(32)}`),
    TRACE.replace(/[\da-f]{16}-(..)$/, `${'0'.repeat(16)}-$1`),
  ])('no trace at all where its parent is %j', (traceparent) => {
    expect(out({ traceparent, tracestate: 'vendor=1' })).toEqual({});
  });

  it('what is configured, in any case, sent once and with a safe value', () => {
    const configured = [' X-Request-Source ', 'idempotency-key', 'User-Agent', 'x-amzn-trace-id'];
    const sent = {
      'x-request-source': 'web',
      'idempotency-key': '1',
      'user-agent': 'curl',
      'x-amzn-trace-id': 'Root=1',
    };
    expect(out(sent, configured)).toEqual(sent);
    expect(out({ 'x-request-source': 'x'.repeat(1_024) }, configured)).toHaveProperty('x-request-source');
    for (const value of [['a', 'b'], ['a'], '', 'a\r\nx-user: ada', 'a\nb', 'a\u0000', 'é', 'x'.repeat(1_025)]) {
      expect(out({ 'x-request-source': value }, configured)).toEqual({});
    }
    expect(out(Object.create({ 'x-request-source': 'inherited' }), configured)).toEqual({});
  });

  it('no authorization where nobody is signed in, whatever was sent', () => {
    expect(out({ authorization: 'Bearer stolen' })).not.toHaveProperty('authorization');
  });
});

describe('the operator cannot let through', () => {
  it.each(IDENTITY)('%s, which may say who somebody is', (name) => {
    expect(() => readForwardedHeaders([name])).toThrow(ForwardedHeadersError);
    expect(() => readForwardedHeaders([name.toUpperCase()])).toThrow(ForwardedHeadersError);
  });

  it.each(CONNECTION)('%s, which belongs to the connection or the body', (name) => {
    expect(() => readForwardedHeaders([name])).toThrow(ForwardedHeadersError);
  });

  it.each(['cf', 'proxy', 'sec', 'x-amz', 'x-ms', 'content-language'])('%s alone either', (name) => {
    expect(() => readForwardedHeaders([name])).toThrow(ForwardedHeadersError);
  });

  it('but what only has such a word within it', () => {
    const names = ['x-cf-hint', 'my-proxy-hint', 'range-hint', 'data-range', 'x-date', 'te-hint'];
    expect([...readForwardedHeaders(names)]).toEqual(expect.arrayContaining(names));
  });

  it.each(['x_user', 'x_request_source', '', '-x', 'x--y', 'x:y', 'x y', '*', 'xé', '__proto__'])(
    '%j, which is no plain name',
    (name) => {
      expect(() => readForwardedHeaders([name])).toThrow(ForwardedHeadersError);
    },
  );

  it('a whole header in place of a name: it is not told, since it may hold a credential', () => {
    expect(() => readForwardedHeaders(['x-fine', 'Authorization: Bearer hunter2'])).toThrow(/: number 2 is not a name/);
    expect(() => readForwardedHeaders(['Authorization: Bearer hunter2'])).not.toThrow(/hunter2/i);
  });

  it('several at once: every one is named', () => {
    expect(() => readForwardedHeaders(['x-fine', 'cookie', 'x_user'])).toThrow(/"cookie" .*number 3 is not a name/);
    expect(() => readForwardedHeaders(['x-fine', 'cookie', 'x_user'])).not.toThrow(/x-fine/);
  });
});
