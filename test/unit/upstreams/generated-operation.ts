import {
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';
import { pick } from './generated-world.js';

type Random = () => number;

/** A query with aliases, fragments in fragments, conditions, and fields of interfaces and unions. May not be valid. */
export function generateOperation(schema: GraphQLSchema, random: Random): string {
  const chance = (probability: number) => random() < probability;
  const fragments: string[] = [];
  const possible = (type: GraphQLCompositeType) => (isObjectType(type) ? [type] : schema.getPossibleTypes(type));
  const related = (type: GraphQLCompositeType) =>
    Object.values(schema.getTypeMap()).filter(
      (each): each is GraphQLCompositeType =>
        isCompositeType(each) &&
        !each.name.startsWith('__') &&
        possible(each).some((object) => possible(type).includes(object)),
    );

  function selections(type: GraphQLCompositeType, depth: number): string {
    const parts: string[] = [];
    const count = 1 + Math.floor(random() * 4);
    for (let index = 0; index < count; index++) parts.push(selection(type, depth));
    return parts.join(' ');
  }

  function condition(): string {
    if (!chance(0.15)) return '';
    return pick(random, [' @include(if: $yes)', ' @skip(if: $yes)', ' @include(if: false)', ' @skip(if: $no)']);
  }

  function selection(type: GraphQLCompositeType, depth: number): string {
    if (chance(isUnionType(type) ? 0.8 : 0.3) && depth > 0) {
      const on = pick(random, related(type));
      if (chance(0.5)) return `... on ${on.name}${condition()} { ${selections(on, depth - 1)} }`;
      const name = `F${fragments.length}`;
      fragments.push('');
      fragments[Number(name.slice(1))] = `fragment ${name} on ${on.name} { ${selections(on, depth - 1)} }`;
      return `...${name}${condition()}`;
    }
    if (isUnionType(type) || chance(0.1)) return `__typename${condition()}`;
    const field = pick(
      random,
      Object.values(type.getFields()).filter(({ args }) => !args.some(isRequiredArgument)),
    );
    const returned = getNamedType(field.type);
    const key = chance(0.3) ? `other_${field.name}` : field.name;
    const [suffix, args] =
      isCompositeType(returned) || !field.args.some(({ name }) => name === 'x') ? NO_ARGUMENT : pick(random, ARGUMENTS);
    const alias = `${key}${suffix}` === field.name ? '' : `${key}${suffix}: `;
    const nested = isCompositeType(returned)
      ? ` { ${depth > 0 ? selections(returned, depth - 1) : '__typename'} }`
      : '';
    return `${alias}${field.name}${args}${condition()}${nested}`;
  }

  const query = schema.getQueryType();
  if (query == null) throw new Error('no query type');
  const body = selections(query, 4);
  return `query Generated($yes: Boolean = true, $no: Boolean!, $n: Int) { ${body} n: __typename }\n${fragments.join('\n')}`;
}

/** What a field is asked with, and what its alias ends in: the same key with another argument is no valid document. */
const NO_ARGUMENT = ['', ''] as const;
const ARGUMENTS = [NO_ARGUMENT, NO_ARGUMENT, ['_one', '(x: 1)'], ['_n', '(x: $n)']] as const;

/** The variables it may use. */
export const GENERATED_VARIABLES = { no: false, n: 7 };
