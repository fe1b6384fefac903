import { createEngine, type EngineOptions } from './engine.js';
import type { Generation } from './generations.js';
import { createPrepare } from './prepare.js';

export interface GenerationOptions extends EngineOptions {
  readonly number: number;
  /** Closes what this generation alone has used. */
  readonly onStop?: () => Promise<void>;
}

/** Makes everything that serving a schema needs, ready to be served. */
export async function createGeneration(options: GenerationOptions): Promise<Generation> {
  const engine = createEngine(options);
  await engine.start();
  return {
    number: options.number,
    schema: options.schema,
    engine,
    prepare: createPrepare(options.schema, options.introspection, options.own ?? null),
    async stop() {
      await engine.stop();
      await options.onStop?.();
    },
  };
}
