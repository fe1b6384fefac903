import { type GraphQLSchema, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import type { CompiledRules } from '../../../directives/compile.js';
import { isSensitiveInput } from '../../../directives/index.js';
import { combineRules, type FieldRule, OPEN_RULE } from '../../policy/index.js';
import type { CompositionProblem } from './composition-error.js';
import type { HeldRule } from './place-rules.js';
import { placeOf } from './schema-places.js';

/**
 * Every rule that a schema does not enforce in full, on each object type that it is about. Asked of the composed schema at the
 * end, it does not rest on how the rules came there.
 */
export function notInForce(
  schema: GraphQLSchema,
  rules: CompiledRules,
  held: readonly HeldRule[],
): readonly CompositionProblem[] {
  return held.flatMap(({ service, coordinate, rule }) =>
    isInForce(schema, rules, coordinate, rule)
      ? []
      : [{ service, coordinate, message: 'its rule would not be in force in the composed schema' }],
  );
}

function isInForce(schema: GraphQLSchema, rules: CompiledRules, coordinate: string, rule: FieldRule): boolean {
  const place = placeOf(coordinate);
  if (place === null) return false;
  const { typeName, member, argument } = place;
  const type = schema.getType(typeName);
  if (isInputObjectType(type)) {
    const field = member === null ? undefined : type.getFields()[member];
    return field !== undefined && isSensitiveInput(field);
  }
  if (argument !== null) return rules.sensitiveArguments.has(coordinate);
  if (!isObjectType(type) && !isInterfaceType(type)) return false;
  const objects = isInterfaceType(type) ? schema.getPossibleTypes(type) : [type];
  return objects.every((object) => {
    const names = member === null ? Object.keys(object.getFields()) : [member];
    const ofType = member !== null || covers(rules.types.get(object.name), rule);
    return ofType && names.every((name) => covers(rules.fields.get(`${object.name}.${name}`), rule));
  });
}

/** Whether what is in force demands all that the rule demands. Whoever is blocked is not shown what is sensitive. */
function covers(inForce: FieldRule = OPEN_RULE, rule: FieldRule): boolean {
  const wanted = { ...rule, sensitive: rule.sensitive && !inForce.blockedWhileImpersonating };
  return JSON.stringify(combineRules([inForce, wanted])) === JSON.stringify(combineRules([inForce]));
}
