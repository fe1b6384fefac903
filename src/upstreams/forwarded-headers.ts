/** What goes through to upstreams without being configured: nothing here says who anybody is. */
export const ALWAYS_FORWARDED = ['traceparent', 'tracestate', 'accept-language'] as const;

/** The names of the inbound headers that go through. Made by {@link readForwardedHeaders} alone. */
export type ForwardedHeaders = ReadonlySet<string> & { readonly [checked]: true };
declare const checked: unique symbol;

/** The configured names cannot be used; the message lists every problem, for the operator. */
export class ForwardedHeadersError extends Error {
  override readonly name = 'ForwardedHeadersError';
}

/** Letters, digits and hyphens: servers that turn `-` and `_` into the same would read `x_user` as `x-user`. */
const NAME = /^[a-z\d]+(-[a-z\d]+)*$/;

/** What says, or is taken by some server to say, who somebody is, where they are, or that they may. */
const IDENTITY = [
  /auth|assertion|cookie|credential|dpop|token|secret|password|api-?key|session|signature|jwt|saml|oidc|csrf|xsrf/,
  /user|actor|viewer|subject|principal|identity|account|person|customer|consumer|member|employee|login|tenant/,
  /role|scope|group|claim|permission|admin|impersonat|on-behalf|act-as|run-as|sudo|remote|forwarded|client-cert|baggage/,
  /(^|-)(cert|dn|email|from|host|ip|mtls|origin|referer|ssl|sub|tls|uid|via)(-|$)/,
  /^(cf|fly|proxy|sec|x-amz|x-envoy|x-goog|x-hasura|x-http-method|x-ms|x-original|x-rewrite)(-|$)/,
];

/** What the lists below would catch, and says only which program asks. */
const HARMLESS = 'user-agent';

/** What describes this connection or this body, and is wrong on another one (RFC 9110 §7.6.1, §8). */
const CONNECTION =
  /^(accept|accept-encoding|connection|content-.*|date|expect|http2-settings|keep-alive|max-forwards|range|te|trailer|transfer-encoding|upgrade)$/;

/**
 * The closed list of inbound headers that go through: {@link ALWAYS_FORWARDED} and what is configured, in any case. A header
 * that is on no list stays here, whatever its name.
 * @throws ForwardedHeadersError listing every name that says who somebody is, frames the message, or is not a plain name: an
 *   upstream learns who is in effect from the assertion, and from nothing that a client can write.
 */
export function readForwardedHeaders(configured: readonly string[] = []): ForwardedHeaders {
  const names = configured.map((name) => name.trim().toLowerCase());
  const problems = names.flatMap((name, index) => {
    // What is no name may be a whole header, with a credential in it: it is told by its place.
    if (!NAME.test(name)) return [`number ${index + 1} is not a name of letters, digits and single hyphens`];
    const problem = problemOf(name);
    return problem === null ? [] : [`${JSON.stringify(name)} ${problem}`];
  });
  if (problems.length > 0) {
    throw new ForwardedHeadersError(`These headers must not be forwarded to upstreams: ${problems.join('; ')}.`);
  }
  return new Set<string>([...ALWAYS_FORWARDED, ...names]) as ReadonlySet<string> as ForwardedHeaders;
}

function problemOf(name: string): string | null {
  if ((ALWAYS_FORWARDED as readonly string[]).includes(name) || name === HARMLESS) return null;
  if (CONNECTION.test(name)) return 'belongs to one connection or one body';
  if (IDENTITY.some((pattern) => pattern.test(name))) return 'may say who somebody is';
  return null;
}
