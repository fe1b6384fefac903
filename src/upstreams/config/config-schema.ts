import { z } from 'zod';
import { placeOf } from '../composition/schema-places.js';
import { ForwardedHeadersError, readForwardedHeaders } from '../forwarded-headers.js';

/** A DNS label: it names the service in tokens (`aud`), metrics and messages. */
const NAME = /^[a-z](?:[a-z\d-]{0,61}[a-z\d])?$/;
/** The gateway's own schema, which is one of the services. */
const OWN_NAME = 'gateway';
const ENUM_VALUE = /^[_A-Za-z]\w*$/;

const urlOf = (...schemes: readonly string[]) =>
  z.string().superRefine((text, { addIssue }) => {
    const refuse = (message: string) => addIssue({ code: 'custom', message });
    if (!URL.canParse(text)) return refuse('is no URL');
    const { protocol, username, password, search, hash } = new URL(text);
    if (!schemes.includes(protocol.slice(0, -1))) refuse(`has to be an ${schemes.join(' or ')} URL`);
    if (username !== '' || password !== '') refuse('must not hold credentials');
    // What a service is to be told goes into headers; what stands here is printed.
    if (search !== '' || hash !== '') refuse('must not have a query or a fragment');
  });

const url = urlOf('http', 'https');

/** Where it is left out the service is asked for no stream. */
const subscriptions = z.discriminatedUnion('protocol', [
  z.strictObject({
    protocol: z.literal('sse'),
    url: url.optional(),
    maxOpen: z.int().min(1).max(100_000).default(1_000),
  }),
  z.strictObject({
    protocol: z.literal('ws'),
    url: urlOf('ws', 'wss', 'http', 'https').optional(),
    maxOpen: z.int().min(1).max(100_000).default(1_000),
  }),
]);

const breaker = z.strictObject({
  failures: z.int().min(1).max(1_000).default(5),
  cooldownMs: z.int().min(100).max(600_000).default(5_000),
});

const requirement = z.strictObject({
  role: z
    .union([z.string().regex(ENUM_VALUE), z.array(z.string().regex(ENUM_VALUE)).min(1)], {
      error: 'has to be a role or a list of roles',
    })
    .transform((role) => (typeof role === 'string' ? [role] : role)),
  of: z.enum(['VIEWER', 'ACTOR']).default('VIEWER'),
});

const headers = z.array(z.string()).superRefine((names, { addIssue }) => {
  try {
    readForwardedHeaders(names);
  } catch (error) {
    if (!(error instanceof ForwardedHeadersError)) throw error;
    addIssue({ code: 'custom', message: error.message });
  }
});

const upstream = z.strictObject({
  name: z
    .string()
    .regex(NAME, 'has to be lower-case letters, digits and hyphens, 63 at most, and begin with a letter')
    .refine((name) => name !== OWN_NAME, { error: `"${OWN_NAME}" is the name of the gateway's own schema` }),
  kind: z.enum(['subgraph', 'graphql']),
  url,
  schema: z.union(
    [
      z.strictObject({ file: z.string().min(1) }),
      z.strictObject({ fetch: z.enum(['service', 'introspection']) }),
      z.strictObject({ supergraph: z.string().min(1), service: z.string().min(1).optional() }),
    ],
    { error: 'has to be {file: a path}, {fetch: service}, {fetch: introspection} or {supergraph: a path}' },
  ),
  headers: headers.default([]),
  assertions: z.enum(['shared', 'single-use']).default('shared'),
  timeoutMs: z.int().min(1).max(300_000).default(10_000),
  retries: z.int().min(0).max(5).default(1),
  maxConnections: z.int().min(1).max(10_000).default(64),
  maxResponseBytes: z
    .int()
    .min(1_024)
    .max(256 * 1024 * 1024)
    .default(8 * 1024 * 1024),
  breaker: breaker.prefault({}),
  subscriptions: subscriptions.optional(),
});

/** Only `true`: what says `false` would look as if it took a rule away. */
const mark = z.literal(true).optional();

const rule = z
  .strictObject({
    coordinate: z.string().refine((text) => placeOf(text) !== null, {
      error: 'has to be Type, Type.field or Type.field(argument:)',
    }),
    authenticated: mark,
    blockedWhileImpersonating: mark,
    sensitive: mark,
    requiresRole: z
      .union([requirement, z.array(requirement)], { error: 'has to be {role, of}, or a list of them' })
      .transform((one) => (Array.isArray(one) ? one : [one]))
      .default([]),
  })
  .refine(
    ({ coordinate: _, requiresRole, ...marks }) =>
      requiresRole.length > 0 || Object.values(marks).some((each) => each === true),
    { error: 'states no rule' },
  );

const listSize = z.strictObject({
  assumedSize: z.int().min(0).max(1_000_000_000).nullable().default(null),
  slicingArguments: z.array(z.string().min(1)).default([]),
  sizedFields: z.array(z.string().min(1)).default([]),
  requireOneSlicingArgument: z.boolean().default(false),
});

const cost = z
  .strictObject({
    coordinate: z.string().refine((text) => placeOf(text) !== null, {
      error: 'has to be Type, Type.field or Type.field(argument:)',
    }),
    weight: z.number().min(0).max(1_000_000_000).nullable().default(null),
    listSize: listSize.nullable().default(null),
  })
  .refine(({ weight, listSize: size }) => weight !== null || size !== null, { error: 'declares no cost' });

/** The file that `GATEWAY_CONFIG` names. What it does not know it refuses. */
export const GATEWAY_CONFIG_SCHEMA = z.strictObject({
  upstreams: z.array(upstream).min(1),
  rules: z.array(rule).default([]),
  costs: z.array(cost).default([]),
  /** How often services that tell their schema themselves are asked for it again; 0: never. */
  pollSeconds: z.int().min(0).max(86_400).default(30),
  /** How long a start waits for services that do not tell their schema yet. */
  startWaitSeconds: z.int().min(0).max(3_600).default(60),
  /** What Federation's `@requiresScopes` and `@policy` demand, by their names. */
  scopes: z.record(z.string().min(1), requirement).default({}),
  policies: z.record(z.string().min(1), requirement).default({}),
});
