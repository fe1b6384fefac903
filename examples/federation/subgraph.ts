import { readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { IResolvers } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';
import { filePath } from './file-path.js';

/** What another service says of a thing of this one: its type, its key, and what this service asked for by `@requires`. */
export interface Reference {
  readonly __typename: string;
  readonly [field: string]: unknown;
}

/** Finds what references of one type stand for. Null: there is no such thing. */
export type References<Context> = Readonly<Record<string, (reference: Reference, context: Context) => unknown>>;

export interface Subgraph<Context> {
  readonly typeDefs: string;
  readonly resolvers: IResolvers<unknown, Context>;
  readonly references: References<Context>;
}

/** The SDL of a service as it stands beside its source. */
export function readTypeDefs(service: string): string {
  return readFileSync(filePath(`${service}/schema.graphql`), 'utf8');
}

/** What the rules are called in every service. */
export function readDirectives(): string {
  return readFileSync(filePath('directives.graphql'), 'utf8');
}

/**
 * All that Federation asks of a service, in a dozen lines: `_service { sdl }`, by which the gateway reads its schema, and
 * `_entities`, by which it asks for things it knows the keys of.
 */
export function subgraphSchema<Context>({ typeDefs, resolvers, references }: Subgraph<Context>): GraphQLSchema {
  const sdl = `${typeDefs}\n${readDirectives()}`;
  const entities = `
    scalar _Any
    type _Service { sdl: String! }
    union _Entity = ${Object.keys(references).join(' | ')}
    extend type Query { _service: _Service!  _entities(representations: [_Any!]!): [_Entity]! }
  `;
  return makeExecutableSchema<Context>({
    typeDefs: [sdl, entities],
    // The marks of Federation are not defined, and mean nothing to whoever executes the schema.
    assumeValidSDL: true,
    resolvers: [
      resolvers,
      {
        Query: {
          _service: () => ({ sdl }),
          _entities: (_source: unknown, args: { readonly representations: readonly Reference[] }, context: Context) =>
            args.representations.map(async (reference) => {
              const { __typename } = reference;
              const find = Object.hasOwn(references, __typename) ? references[__typename] : undefined;
              const found = await find?.(reference, context);
              return found == null ? null : { ...found, __typename };
            }),
        },
      },
    ],
  });
}
