import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { combineRules, type FieldRule } from '../../policy/index.js';
import type { CompositionProblem } from './composition-error.js';
import type { RequiringField } from './service-rules.js';

export interface InheritedRules {
  /** What fields demand because they are worked out from others that demand it; by coordinate. */
  readonly rules: ReadonlyMap<string, FieldRule>;
  readonly problems: readonly CompositionProblem[];
}

/**
 * A field that `@requires` others tells something of them: it may be read by those alone who may read all of them. Without it the
 * guarded value would go to the service, and come back in another form.
 * @param inForce all rules of object fields by coordinate, without these.
 */
export function inheritRequired(
  schema: GraphQLSchema,
  requiring: readonly RequiringField[],
  inForce: ReadonlyMap<string, FieldRule>,
): InheritedRules {
  const problems: CompositionProblem[] = [];
  const edges: { readonly to: string; readonly from: readonly string[] }[] = [];
  for (const { service, coordinate, typeName, fieldSet } of requiring) {
    const from = coordinatesOf(schema, typeName, fieldSet);
    const field = coordinate.slice(typeName.length);
    if (from !== null) for (const name of objectsOf(schema, typeName)) edges.push({ to: `${name}${field}`, from });
    else
      problems.push({ service, coordinate, message: `@requires "${fieldSet}", which cannot be found in the schema` });
  }
  const rules = new Map<string, FieldRule>();
  // What is required may itself require. The rules only ever grow, and are made of those there are.
  for (let changed = true; changed; ) {
    changed = false;
    for (const { to, from } of edges) {
      const before = rules.get(to);
      const demands = from.flatMap((each) => [inForce.get(each) ?? [], rules.get(each) ?? []].flat());
      if (demands.length === 0) continue;
      const after = combineRules([...(before === undefined ? [] : [before]), ...demands]);
      if (JSON.stringify(after) === JSON.stringify(before)) continue;
      rules.set(to, after);
      changed = true;
    }
  }
  return { rules, problems };
}

/** Every `Type.field` of object types that a field set can read; null where it names something that is not there. */
export function coordinatesOf(schema: GraphQLSchema, typeName: string, fieldSet: string): readonly string[] | null {
  const found: string[] = [];
  const walk = (set: SelectionSetNode, type: GraphQLNamedType | undefined): boolean =>
    set.selections.every((selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const on = selection.typeCondition === undefined ? type : schema.getType(selection.typeCondition.name.value);
        return walk(selection.selectionSet, on);
      }
      if (selection.kind !== Kind.FIELD) return false;
      const name = selection.name.value;
      if (name === '__typename') return true;
      if (!isObjectType(type) && !isInterfaceType(type)) return false;
      const field = Object.hasOwn(type.getFields(), name) ? type.getFields()[name] : undefined;
      if (field === undefined) return false;
      for (const object of objectsOf(schema, type.name)) found.push(`${object}.${name}`);
      return selection.selectionSet === undefined || walk(selection.selectionSet, getNamedType(field.type));
    });
  let operation: OperationDefinitionNode;
  try {
    operation = parse(`{ ${fieldSet} }`, { noLocation: true }).definitions[0] as OperationDefinitionNode;
  } catch {
    return null;
  }
  return walk(operation.selectionSet, schema.getType(typeName)) ? found : null;
}

/** The object types that are, or implement, a type: what one service knows as an object may be an interface to the others. */
function objectsOf(schema: GraphQLSchema, typeName: string): readonly string[] {
  const type = schema.getType(typeName);
  return isInterfaceType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [typeName];
}
