import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import { isSensitiveInput } from '../../../directives/index.js';
import { sensitivePlaces } from './sensitive-values.js';

export const REDACTED = '[REDACTED]';
/** Values nested deeper than this are cut: the trail is no place to store a client's data structure. */
const MAX_DEPTH = 12;
/** Longer JSON texts are not kept. */
const MAX_TEXT = 16_384;

/** Turns a request's variables into the JSON text that may be recorded; null where there are none. */
export type RedactVariables = (variables: Readonly<Record<string, unknown>> | null | undefined) => string | null;

/**
 * Works out, once per document, which variable values the trail must not keep: a variable used for a `@sensitive` argument or
 * input field is replaced whole, and within input objects every `@sensitive` field is. Only declared variables are kept, and
 * only fields the schema knows: anything else could be anything.
 */
export function createRedaction(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): RedactVariables {
  const types = new Map<string, GraphQLInputType | undefined>();
  for (const definition of operation.variableDefinitions ?? []) {
    const type = typeFromAST(schema, definition.type) as GraphQLInputType | undefined;
    types.set(definition.variable.name.value, type);
  }
  const { variables: whole } = sensitivePlaces(schema, document);

  return (variables) => {
    if (variables == null) return null;
    const kept: Record<string, unknown> = Object.create(null);
    let any = false;
    for (const [name, type] of types) {
      if (!Object.hasOwn(variables, name)) continue;
      any = true;
      kept[name] = whole.has(name) ? REDACTED : redactValue(variables[name], type, 0);
    }
    if (!any) return null;
    const text = JSON.stringify(kept);
    return text.length <= MAX_TEXT ? text : JSON.stringify({ omitted: `${text.length} characters` });
  };
}

function redactValue(value: unknown, type: GraphQLInputType | undefined, depth: number): unknown {
  if (value === null || value === undefined) return null;
  if (type === undefined || depth > MAX_DEPTH) return REDACTED;
  if (isNonNullType(type)) return redactValue(value, type.ofType, depth);
  if (isListType(type)) {
    return Array.isArray(value)
      ? value.map((item) => redactValue(item, type.ofType, depth + 1))
      : redactValue(value, type.ofType, depth + 1);
  }
  if (isInputObjectType(type)) {
    if (typeof value !== 'object' || Array.isArray(value)) return REDACTED;
    const kept: Record<string, unknown> = Object.create(null);
    for (const [name, field] of Object.entries(type.getFields())) {
      if (!Object.hasOwn(value, name)) continue;
      kept[name] = isSensitiveInput(field)
        ? REDACTED
        : redactValue((value as Record<string, unknown>)[name], field.type, depth + 1);
    }
    return kept;
  }
  // A scalar or enum. Custom scalars may take objects; their inside is unknown, so only simple values are kept.
  return typeof value === 'object' ? REDACTED : value;
}
