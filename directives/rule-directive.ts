import { astFromDirective } from '@graphql-tools/utils';
import { type DirectiveDefinitionNode, type GraphQLSchema, Kind, parse, print } from 'graphql';
import type { FieldRule } from '../src/policy/index.js';
import type { DirectiveUse } from './directive-use.js';

/** One SDL directive that states a rule. */
export interface RuleDirective {
  readonly name: string;
  /** Its definition, as schema/base.graphql has it. A schema that defines it in any other way is refused. */
  readonly sdl: string;
  /**
   * The rule one application states, or a sentence on what is wrong with it.
   * @param roles the names of the roles that the schema knows.
   */
  read(use: DirectiveUse, roles: readonly string[]): FieldRule | string;
}

/** A sentence on how the schema's definition of the directive differs from ours; null where it does not. */
export function definitionProblem(directive: RuleDirective, schema: GraphQLSchema): string | null {
  const ours = normalise(parseDefinition(directive.sdl));
  const found = schema.getDirective(directive.name);
  if (found == null) return `is not defined; it has to be: ${ours}`;
  const theirs = normalise(astFromDirective(found, schema));
  return theirs === ours ? null : `is defined as: ${theirs}; it has to be: ${ours}`;
}

/** The same for a definition in SDL that is to be merged with ours, which would hide the difference. */
export function redefinitionProblem(directive: RuleDirective, definition: DirectiveDefinitionNode): string | null {
  const ours = normalise(parseDefinition(directive.sdl));
  const theirs = normalise(definition);
  return theirs === ours ? null : `is defined again, as: ${theirs}; it has to be: ${ours}`;
}

function parseDefinition(sdl: string): DirectiveDefinitionNode {
  const [definition] = parse(sdl, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.DIRECTIVE_DEFINITION) throw new TypeError(`not a directive definition: ${sdl}`);
  return definition;
}

/** The definition in one line, without descriptions; the order of arguments and locations says nothing. */
function normalise(definition: DirectiveDefinitionNode): string {
  const byName = <T extends { readonly name: { readonly value: string } }>(a: T, b: T) =>
    a.name.value < b.name.value ? -1 : 1;
  const { description: _, ...rest } = definition;
  return print({
    ...rest,
    arguments: (definition.arguments ?? []).map(({ description: __, ...argument }) => argument).sort(byName),
    locations: [...definition.locations].sort((a, b) => (a.value < b.value ? -1 : 1)),
  }).replace(/\s+/g, ' ');
}
