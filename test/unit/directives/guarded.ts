import { readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { type ExecutionResult, execute, type GraphQLSchema, parse, validate } from 'graphql';
import type { DirectiveHooks } from '../../../directives/index.js';
import { applyDirectives, type DenialInfo, DirectiveError, type GuardedContext } from '../../../directives/index.js';
import type { Identity } from '../../../src/domain/identity.js';

/** The definitions every schema starts from. */
export const BASE_SDL = readFileSync(new URL('../../../schema/base.graphql', import.meta.url), 'utf8');

type Resolvers = NonNullable<Parameters<typeof makeExecutableSchema>[0]['resolvers']>;

export interface Setup {
  readonly resolvers?: Resolvers;
  readonly nested?: readonly string[];
  readonly always?: readonly string[];
  readonly hooks?: DirectiveHooks;
  readonly typeDefs?: readonly string[];
  readonly assumeValidSDL?: boolean;
}

export function unguarded(sdl: string, setup: Setup = {}): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: setup.typeDefs === undefined ? [BASE_SDL, sdl] : [...setup.typeDefs, sdl],
    ...(setup.resolvers === undefined ? {} : { resolvers: setup.resolvers }),
    ...(setup.assumeValidSDL === undefined ? {} : { assumeValidSDL: setup.assumeValidSDL }),
  });
}

export function guarded(sdl: string, setup: Setup = {}): GraphQLSchema {
  return guard(unguarded(sdl, setup), setup);
}

export function guard(schema: GraphQLSchema, setup: Setup = {}): GraphQLSchema {
  return applyDirectives(schema, {
    mutationRules: { nested: setup.nested ?? [], always: setup.always ?? [] },
    ...(setup.hooks === undefined ? {} : { hooks: setup.hooks }),
  });
}

/** The coordinates and messages of all start failures of an SDL. */
export function problemsOf(build: () => unknown): readonly string[] {
  try {
    build();
  } catch (error) {
    if (!(error instanceof DirectiveError)) throw error;
    return error.problems.map(({ coordinate, message }) => `${coordinate}: ${message}`);
  }
  return [];
}

export interface Answer {
  readonly data: unknown;
  /** `path: CODE`, sorted. */
  readonly errors: readonly string[];
  readonly raw: ExecutionResult;
}

export function summarise(raw: ExecutionResult): Answer {
  const errors = (raw.errors ?? []).map(({ path, extensions, message }) => {
    return `${path?.join('.')}: ${String(extensions.code ?? message)}`;
  });
  return { data: raw.data == null ? raw.data : JSON.parse(JSON.stringify(raw.data)), errors: errors.sort(), raw };
}

/** Runs a valid document to its end. */
export async function run(
  schema: GraphQLSchema,
  document: string,
  context: Identity | GuardedContext,
  rootValue?: unknown,
): Promise<Answer> {
  return summarise(
    await execute({ schema, document: valid(schema, document), contextValue: contextOf(context), rootValue }),
  );
}

export function valid(schema: GraphQLSchema, document: string) {
  const parsed = parse(document);
  const errors = validate(schema, parsed);
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return parsed;
}

function contextOf(context: Identity | GuardedContext): GuardedContext {
  return 'identity' in context ? context : { identity: context };
}

/** A hook that keeps what it is told. */
export function recorder() {
  const denied: DenialInfo[] = [];
  return { denied, hooks: { onDenied: (_: GuardedContext, info: DenialInfo) => void denied.push(info) } };
}
