import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { RoleRequirement } from '../../policy/index.js';
import type { StatedCost } from '../composition/place-costs.js';
import type { StatedRule } from '../composition/service-rules.js';
import type { AssertionUse } from '../identity-onward.js';
import { GATEWAY_CONFIG_SCHEMA } from './config-schema.js';
import { GatewayConfigError, type GatewayConfigProblem } from './gateway-config-error.js';

/** Where the schema of a service comes from. */
export type SchemaSource =
  | { readonly file: string }
  /** `service`: asked for `{ _service { sdl } }`, as Federation has it; `introspection`: by the standard query. */
  | { readonly fetch: 'service' | 'introspection' }
  /**
   * A file with schemas that were composed before, of which this is one service's part. `service` is its name there, where that is
   * not the upstream's. The addresses in it are not read.
   */
  | { readonly supergraph: string; readonly service: string };

/** A service behind the gateway. */
export interface UpstreamConfig {
  /** Its name in messages and metrics, and the audience of what is minted for it. */
  readonly name: string;
  /** Whether it knows Federation, or is any GraphQL service. */
  readonly kind: 'subgraph' | 'graphql';
  readonly url: string;
  readonly schema: SchemaSource;
  /** Names of inbound headers that go through, besides those that always do. */
  readonly headers: readonly string[];
  /** Whether it is told who is in effect by one assertion for many calls, or by one for each. */
  readonly assertions: AssertionUse;
  /** For one call with all its attempts, waits included, milliseconds. */
  readonly timeoutMs: number;
  /** How often a query, never a mutation, is tried again. */
  readonly retries: number;
  /** Connections held open to it at most. */
  readonly maxConnections: number;
  /** An answer that is larger is not read to its end; after decompression as before it. */
  readonly maxResponseBytes: number;
  /** So many calls have to fail in a row before it is left alone, and how long it is then, milliseconds. */
  readonly breaker: { readonly failures: number; readonly cooldownMs: number };
  /** How it is asked for streams; null: not at all. */
  readonly subscriptions: UpstreamSubscriptions | null;
}

/** How a service is asked for streams. */
export interface UpstreamSubscriptions {
  /** `sse`: GraphQL over Server-Sent Events in distinct connections mode; `ws`: `graphql-transport-ws`. */
  readonly protocol: 'sse' | 'ws';
  readonly url: string;
  /** Streams open at it at most; each is a connection of its own. */
  readonly maxOpen: number;
}

export interface GatewayConfig {
  readonly upstreams: readonly UpstreamConfig[];
  /** How often services that tell their schema themselves are asked for it again; 0: never. */
  readonly pollSeconds: number;
  /** How long a start waits for services that do not tell their schema yet. */
  readonly startWaitSeconds: number;
  /** For services that cannot be edited. */
  readonly rules: readonly StatedRule[];
  /** The same of what they cost. */
  readonly costs: readonly StatedCost[];
  readonly scopes: ReadonlyMap<string, RoleRequirement>;
  readonly policies: ReadonlyMap<string, RoleRequirement>;
}

/** What rules of the file call their service in messages. */
const SOURCE = 'GATEWAY_CONFIG';

/**
 * Reads the text of the file that `GATEWAY_CONFIG` names. Relative paths in it are taken from its directory.
 * @throws GatewayConfigError with every problem by its place in the file. No value of the file is in it: one could be a secret.
 */
export function parseGatewayConfig(text: string, directory: string): GatewayConfig {
  const lines = new LineCounter();
  // Pretty messages would quote the file, and so would warnings to the process.
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, logLevel: 'error' });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    throw new GatewayConfigError(
      faults.map(({ code, pos }) => ({
        path: `line ${lines.linePos(pos[0]).line}`,
        message: `is no valid YAML: ${code}`,
      })),
    );
  }
  let values: unknown;
  try {
    values = document.toJS({ maxAliasCount: 100 });
  } catch {
    throw new GatewayConfigError([{ path: 'the file', message: 'has more aliases than can be followed' }]);
  }
  const result = GATEWAY_CONFIG_SCHEMA.safeParse(values);
  const issues = result.error?.issues ?? [];
  // Looked for beside the schema, which says nothing of the whole while something in it is wrong.
  const problems = [
    ...issues.map((issue) => ({ path: pathOf(issue.path), message: issue.message })),
    ...doubleNames(values),
  ];
  if (!result.success || problems.length > 0) throw new GatewayConfigError(problems);
  return configOf(result.data, directory);
}

function configOf(data: z.output<typeof GATEWAY_CONFIG_SCHEMA>, directory: string): GatewayConfig {
  const { pollSeconds, startWaitSeconds } = data;
  return {
    pollSeconds,
    startWaitSeconds,
    upstreams: data.upstreams.map((upstream) => ({
      ...upstream,
      schema: sourceOf(upstream, directory),
      subscriptions:
        upstream.subscriptions === undefined
          ? null
          : { ...upstream.subscriptions, url: upstream.subscriptions.url ?? upstream.url },
    })),
    rules: data.rules.flatMap(({ coordinate, requiresRole, ...marks }) => {
      const of = (name: string, args: ReadonlyMap<string, unknown> = new Map()): StatedRule => {
        return { service: SOURCE, coordinate, use: { name, args } };
      };
      const plain = Object.entries(marks).flatMap(([name, stated]) => (stated === true ? [of(name)] : []));
      return [...plain, ...requiresRole.map((each) => of('requiresRole', new Map(Object.entries(each))))];
    }),
    costs: data.costs.map(({ coordinate, ...declared }) => ({ service: SOURCE, coordinate, cost: declared })),
    scopes: new Map(Object.entries(data.scopes)),
    policies: new Map(Object.entries(data.policies)),
  };
}

function sourceOf(
  { name, schema }: z.output<typeof GATEWAY_CONFIG_SCHEMA>['upstreams'][number],
  directory: string,
): SchemaSource {
  if ('file' in schema) return { file: path.resolve(directory, schema.file) };
  if ('fetch' in schema) return schema;
  return { supergraph: path.resolve(directory, schema.supergraph), service: schema.service ?? name };
}

/** The files that schemas are read from, each once. */
export function schemaFiles({ upstreams }: GatewayConfig): readonly string[] {
  const files = upstreams.flatMap(({ schema }) => {
    if ('file' in schema) return [schema.file];
    return 'supergraph' in schema ? [schema.supergraph] : [];
  });
  return [...new Set(files)];
}

/** A name is what a token is minted for: two services of one name could use each other's. */
function doubleNames(values: unknown): readonly GatewayConfigProblem[] {
  const upstreams = (values as { readonly upstreams?: unknown } | null)?.upstreams;
  if (!Array.isArray(upstreams)) return [];
  const names: unknown[] = upstreams.map((each: { readonly name?: unknown } | null) => each?.name);
  return names.flatMap((name, index) => {
    if (typeof name !== 'string' || names.indexOf(name) === index) return [];
    return [{ path: `upstreams[${index}].name`, message: 'is the name of another upstream' }];
  });
}

/** `upstreams[2].url`. */
function pathOf(parts: readonly PropertyKey[]): string {
  const text = parts.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '') || 'the file';
}
