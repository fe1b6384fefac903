import { readFile } from 'node:fs/promises';
import type { ComposedService } from '../../upstreams/composition/compose.js';
import { CompositionError, type CompositionProblem } from '../../upstreams/composition/composition-error.js';
import { hiddenRules } from '../../upstreams/composition/hidden-rules.js';
import { type Subgraphs, subgraphsOf } from '../../upstreams/composition/subgraphs-of.js';
import { type GatewayConfig, schemaFiles, type UpstreamConfig } from '../../upstreams/config/gateway-config.js';
import type { FetchedSchema } from './fetched-schemas.js';
import { fileErrorCode } from './file-error-code.js';

export interface LoadedSchemas {
  readonly services: readonly ComposedService[];
  /** Services that did not tell their schema. What they told before, where they did, is among `services`. */
  readonly unreachable: readonly CompositionProblem[];
  /** What cannot be said of schemas that could be read: rules that nobody here can see. */
  readonly notes: readonly CompositionProblem[];
}

type Text = { readonly text: string } | { readonly failure: unknown };

/**
 * The schema of every upstream, from where its configuration says.
 * @throws CompositionError with every problem of files that cannot be read, supergraphs that are none or do not have the services
 *   that the configuration names, and schemas that hide where their rules stand.
 */
export async function loadSchemas(
  config: GatewayConfig,
  fetched: (upstream: UpstreamConfig) => Promise<FetchedSchema>,
): Promise<LoadedSchemas> {
  const services: ComposedService[] = [];
  const unreachable: CompositionProblem[] = [];
  const notes: CompositionProblem[] = [];
  const problems: CompositionProblem[] = [];
  const files = new Map(
    await Promise.all(schemaFiles(config).map(async (file) => [file, await textOf(file)] as const)),
  );
  const supergraphs = new Supergraphs(config, files, problems, notes);
  const told = await Promise.all(
    config.upstreams.map((upstream) => ('fetch' in upstream.schema ? fetched(upstream) : null)),
  );
  config.upstreams.forEach(({ name, schema }, index) => {
    const report = (to: CompositionProblem[], message: string) => to.push({ service: name, coordinate: null, message });
    if ('fetch' in schema) {
      const { sdl = null, failure = null } = told[index] ?? {};
      if (failure !== null) report(unreachable, `it cannot be asked for its schema: ${messageOf(failure)}`);
      if (sdl === null) return;
      services.push({ name, sdl });
      if (schema.fetch === 'introspection') for (const problem of hiddenRules(name, sdl)) problems.push(problem);
      return;
    }
    if ('supergraph' in schema) {
      const sdl = supergraphs.partOf(name, schema.supergraph, schema.service);
      if (sdl !== null) services.push({ name, sdl });
      return;
    }
    const file = files.get(schema.file);
    if (file !== undefined && 'text' in file) services.push({ name, sdl: file.text });
    else report(problems, `its schema file cannot be read (${fileErrorCode(file?.failure)})`);
  });
  if (problems.length > 0) throw new CompositionError(problems);
  return { services, unreachable, notes };
}

/** The supergraphs of a configuration, each taken apart once. */
class Supergraphs {
  readonly #problems: CompositionProblem[];
  readonly #taken = new Map<string, Subgraphs | null>();

  constructor(
    { upstreams }: GatewayConfig,
    files: ReadonlyMap<string, Text>,
    problems: CompositionProblem[],
    notes: CompositionProblem[],
  ) {
    this.#problems = problems;
    for (const { name, schema } of upstreams) {
      if (!('supergraph' in schema) || this.#taken.has(schema.supergraph)) continue;
      const file = files.get(schema.supergraph);
      const taken = this.#takeApart(name, file ?? { failure: null });
      this.#taken.set(schema.supergraph, taken);
      if (taken === null) continue;
      const configured = upstreams.flatMap((each) =>
        'supergraph' in each.schema && each.schema.supergraph === schema.supergraph ? [each.schema.service] : [],
      );
      for (const { name: service } of taken.services) {
        if (configured.includes(service)) continue;
        // Its addresses are not read, so there would be nobody to ask.
        problems.push({
          service: name,
          coordinate: null,
          message: `its supergraph has a service "${service}" that is no upstream`,
        });
      }
      if (taken.hasRules) continue;
      const message =
        'its supergraph states no rules. Composition keeps only those it was asked to keep: state in `rules` what else holds';
      notes.push({ service: name, coordinate: null, message });
    }
  }

  /** Null where there is none, which is among the problems. */
  partOf(name: string, file: string, service: string): string | null {
    const taken = this.#taken.get(file) ?? null;
    if (taken === null) return null;
    const part = taken.services.find((each) => each.name === service);
    if (part !== undefined) return part.sdl;
    this.#problems.push({ service: name, coordinate: null, message: `its supergraph has no service "${service}"` });
    return null;
  }

  #takeApart(name: string, file: Text): Subgraphs | null {
    try {
      if ('text' in file) return subgraphsOf(name, file.text);
      const message = `its supergraph file cannot be read (${fileErrorCode(file.failure)})`;
      this.#problems.push({ service: name, coordinate: null, message });
    } catch (error) {
      if (!(error instanceof CompositionError)) throw error;
      this.#problems.push(...error.problems);
    }
    return null;
  }
}

async function textOf(file: string): Promise<Text> {
  try {
    return { text: await readFile(file, 'utf8') };
  } catch (failure) {
    return { failure };
  }
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : 'unknown error';
}
