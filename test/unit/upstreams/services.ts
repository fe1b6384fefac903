import { makeExecutableSchema } from '@graphql-tools/schema';
import type { ExecutionRequest, Executor, IResolvers } from '@graphql-tools/utils';
import { execute, type GraphQLSchema, print } from 'graphql';
import { BASE_SDL } from '../directives/guarded.js';

export const FEDERATION = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.5",
  import: ["@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@interfaceObject", "@override"]
)\n`;

/** What a service that is not ours would define of our directives, to use them. */
export const RULES = BASE_SDL.slice(
  BASE_SDL.indexOf('"""\nWhat a person may be'),
  BASE_SDL.indexOf('"Where a page stands'),
);

export interface RecordedService {
  readonly name: string;
  readonly sdl: string;
  readonly executor: Executor;
  readonly schema: GraphQLSchema;
  /** Each document it was asked, with its variables. */
  readonly asked: { readonly document: string; readonly variables: unknown; readonly context: unknown }[];
}

type References = Readonly<Record<string, (reference: never) => unknown>>;

/** A service in this process that remembers everything it is asked. */
export function service(
  name: string,
  sdl: string,
  resolvers: IResolvers,
  references: References = {},
): RecordedService {
  const asked: RecordedService['asked'] = [];
  const entities = Object.keys(references);
  const schema = makeExecutableSchema({
    typeDefs: [
      // A type that is extended alone is one to be defined, for whoever executes it.
      sdl.replace(/extend type (?!Query)/g, 'type '),
      entities.length === 0
        ? ''
        : `scalar _Any union _Entity = ${entities.join(' | ')} extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`,
    ],
    resolvers: [
      resolvers,
      entities.length === 0
        ? {}
        : {
            _Entity: { __resolveType: (value: { __typename: string }) => value.__typename },
            Query: {
              _entities: (_: unknown, { representations }: { representations: { __typename: string }[] }) =>
                representations.map((each) => {
                  const found = references[each.__typename]?.(each as never);
                  return found == null ? null : Object.assign({ __typename: each.__typename }, found);
                }),
            },
          },
    ],
    assumeValidSDL: true,
  });
  const executor = (({ document, variables, context }: ExecutionRequest) => {
    asked.push({ document: print(document), variables, context });
    return execute({ schema, document, variableValues: variables as Record<string, unknown>, contextValue: context });
  }) as Executor;
  return { name, sdl, executor, schema, asked };
}
