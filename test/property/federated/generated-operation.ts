import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
  isUnionType,
} from 'graphql';

type Random = () => number;

/** Arguments, by coordinate: those that find something, those that find nothing, and variables. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  'Query.user': ['id: "user_cleo"', 'id: "user_carl"', 'id: $customer', 'id: "user_nobody"'],
  'Query.order': ['id: "order_user_cleo_1"', 'id: "order_user_carl_2"', 'id: $order', 'id: "order_9"'],
  'Query.product': ['upc: "upc-lamp"', 'upc: $upc', 'upc: "upc-none"'],
  'Query.search': ['text: "a"', 'text: $text', 'text: "zzz"'],
  'Query.article': ['slug: "returns"', 'slug: "none"'],
  'Query.articles': ['', 'search: "s"', 'search: $text'],
  'Query.recentOrders': ['', 'first: 2', 'first: $few'],
  'Query.products': ['', 'first: 3', 'first: $few'],
  'Query.latestReviews': ['', 'first: 2', 'first: $few'],
  'User.orders': ['', 'first: 1', 'status: DELIVERED', 'first: $few, status: $status', 'status: null'],
  'Product.reviews': ['', 'minStars: 4', 'minStars: $few'],
};
/** What of the gateway's own root fields is the same at every time. */
const OWN_ROOTS = ['viewer', 'actor', 'user'];

const DEFINITIONS = [
  '$yes: Boolean = true',
  '$no: Boolean!',
  '$customer: ID!',
  '$order: ID = "order_user_carl_1"',
  '$upc: ID!',
  '$text: String!',
  '$few: Int! = 2',
  '$status: OrderStatus',
];
/** The variables that generated operations use. */
export const VARIABLES = { no: false, customer: 'user_0007', upc: 'upc-pen', text: 'la', status: 'SENT' } as const;

/** A query with aliases, fragments in fragments, conditions, variables, interfaces and unions. May not be valid. */
export function generateOperation(schema: GraphQLSchema, isOwn: (field: string) => boolean, random: Random): string {
  const chance = (probability: number) => random() < probability;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const fragments: string[] = [];
  let left = 30;

  const possible = (type: GraphQLCompositeType) => (isObjectType(type) ? [type] : schema.getPossibleTypes(type));
  const related = (type: GraphQLCompositeType) =>
    Object.values(schema.getTypeMap()).filter(
      (each): each is GraphQLCompositeType =>
        isCompositeType(each) &&
        !each.name.startsWith('__') &&
        possible(each).some((object) => possible(type).includes(object)),
    );
  const condition = () =>
    chance(0.1) ? pick([' @include(if: $yes)', ' @skip(if: $yes)', ' @include(if: false)', ' @skip(if: $no)']) : '';

  function selections(type: GraphQLCompositeType, depth: number): string {
    const count = 1 + Math.floor(random() * 4);
    return Array.from({ length: count }, () => selection(type, depth)).join(' ');
  }

  function selection(type: GraphQLCompositeType, depth: number): string {
    left -= 1;
    if (depth > 0 && left > 0 && chance(isUnionType(type) ? 0.85 : 0.2)) {
      const on = pick(related(type));
      if (chance(0.6)) return `... on ${on.name}${condition()} { ${selections(on, depth - 1)} }`;
      const index = fragments.push('') - 1;
      fragments[index] = `fragment F${index} on ${on.name} { ${selections(on, depth - 1)} }`;
      return `...F${index}${condition()}`;
    }
    if (isUnionType(type) || chance(0.07)) return `__typename${condition()}`;
    const fields = Object.values(type.getFields()).filter(
      (field) => type !== schema.getQueryType() || !isOwn(field.name) || OWN_ROOTS.includes(field.name),
    );
    const open = depth > 0 && left > 0;
    const fit = open ? fields : fields.filter((field) => !isCompositeType(getNamedType(field.type)));
    if (fit.length === 0) return '__typename';
    return written(type, pick(open && chance(0.5) ? composites(fit) : fit), depth);
  }

  function composites(fields: readonly GraphQLField<unknown, unknown>[]) {
    const found = fields.filter((field) => isCompositeType(getNamedType(field.type)));
    return found.length === 0 ? fields : found;
  }

  function written(type: GraphQLCompositeType, field: GraphQLField<unknown, unknown>, depth: number): string {
    const choices = ARGUMENTS[`${type.name}.${field.name}`] ?? [''];
    const chosen = Math.floor(random() * choices.length);
    const args = choices[chosen] === '' ? '' : `(${choices[chosen]})`;
    // The same key with other arguments would not be valid.
    const key = args === '' ? (chance(0.2) ? `other_${field.name}` : field.name) : `${field.name}_${chosen}`;
    const alias = key === field.name ? '' : `${key}: `;
    const returned = getNamedType(field.type);
    const nested = isCompositeType(returned) ? ` { ${selections(returned, depth - 1)} }` : '';
    return `${alias}${field.name}${args}${condition()}${nested}`;
  }

  const query = schema.getQueryType();
  if (query == null) throw new Error('no query type');
  const body = [`{ ${selections(query, 6)} }`, ...fragments].join('\n');
  // One that is declared and not used would not be valid.
  const used = DEFINITIONS.filter((each) => body.includes(each.slice(0, each.indexOf(':'))));
  return `query Generated${used.length === 0 ? '' : `(${used.join(', ')})`} ${body}`;
}
