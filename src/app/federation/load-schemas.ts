import { readFile } from 'node:fs/promises';
import type { ComposedService } from '../../upstreams/composition/compose.js';
import { CompositionError, type CompositionProblem } from '../../upstreams/composition/composition-error.js';
import type { GatewayConfig, UpstreamConfig } from '../../upstreams/config/gateway-config.js';
import type { FetchedSchema } from './fetched-schemas.js';
import { codeOf } from './read-gateway-config.js';

export interface LoadedSchemas {
  readonly services: readonly ComposedService[];
  /** Services that did not tell their schema. What they told before, where they did, is among `services`. */
  readonly unreachable: readonly CompositionProblem[];
}

/**
 * The schema of every upstream, from where its configuration says.
 * @throws CompositionError where files cannot be read, naming each.
 */
export async function loadSchemas(
  { upstreams }: GatewayConfig,
  fetched: (upstream: UpstreamConfig) => Promise<FetchedSchema>,
): Promise<LoadedSchemas> {
  const services: ComposedService[] = [];
  const unreachable: CompositionProblem[] = [];
  const problems: CompositionProblem[] = [];
  const loaded = await Promise.all(upstreams.map((upstream) => load(upstream, fetched)));
  upstreams.forEach(({ name, schema }, index) => {
    const { sdl = null, failure = null } = loaded[index] ?? {};
    const about = { service: name, coordinate: null };
    if (sdl !== null) services.push({ name, sdl });
    if (failure === null) return;
    if ('file' in schema) problems.push({ ...about, message: `its schema file cannot be read (${codeOf(failure)})` });
    else unreachable.push({ ...about, message: `it cannot be asked for its schema: ${messageOf(failure)}` });
  });
  if (problems.length > 0) throw new CompositionError(problems);
  return { services, unreachable };
}

async function load(
  upstream: UpstreamConfig,
  fetched: (upstream: UpstreamConfig) => Promise<FetchedSchema>,
): Promise<FetchedSchema> {
  if (!('file' in upstream.schema)) return fetched(upstream);
  try {
    return { sdl: await readFile(upstream.schema.file, 'utf8'), failure: null };
  } catch (failure) {
    return { sdl: null, failure };
  }
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : 'unknown error';
}
