import { createEngine, type EngineOptions } from './engine.js';
import type { Generation } from './generations.js';
import { createPrepare } from './prepare.js';
import { traceEngine } from './traced-engine.js';

export interface GenerationOptions extends EngineOptions {
  readonly number: number;
  readonly upstreams?: Generation['upstreams'];
  /** Nothing, by default: a schema that is never replaced needs no comparison. */
  readonly deniedIn?: Generation['deniedIn'];
  /** Closes what this generation alone has used. */
  readonly onStop?: () => Promise<void>;
}

/** Makes everything that serving a schema needs, ready to be served. */
export async function createGeneration(options: GenerationOptions): Promise<Generation> {
  const { tracing = null } = options;
  const engine = tracing === null ? createEngine(options) : traceEngine(createEngine(options), tracing);
  await engine.start();
  return {
    number: options.number,
    schema: options.schema,
    engine,
    prepare: createPrepare({ ...options, documents: engine.documents }),
    upstreams: options.upstreams ?? new Map(),
    isOwn: (schema) => schema === options.own?.schema,
    deniedIn: options.deniedIn ?? (() => new Map()),
    async stop() {
      await engine.stop();
      await options.onStop?.();
    },
  };
}
