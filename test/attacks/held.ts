import type { HostModule } from '../../src/host-module.js';

/** A query that tells when it has begun, and goes on when it is let go of or its client has gone. */
export interface Held {
  readonly module: HostModule;
  /** Resolves when the next one has begun. */
  begun(): Promise<void>;
  letGo(): void;
}

export function createHeld(): Held {
  let tellBegun = () => {};
  let letGo = () => {};
  return {
    module: {
      name: 'held',
      typeDefs: 'extend type Query { held: String @authenticated }',
      resolvers: {
        Query: {
          held: (_source: unknown, _args: unknown, { signal }: { signal: AbortSignal }) =>
            new Promise((resolve) => {
              letGo = () => resolve('at last');
              signal.addEventListener('abort', letGo);
              tellBegun();
            }),
        },
      },
    },
    begun: () =>
      new Promise((resolve) => {
        tellBegun = resolve;
      }),
    letGo: () => letGo(),
  };
}
