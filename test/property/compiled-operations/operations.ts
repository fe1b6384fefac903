import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  type OperationTypeNode,
} from 'graphql';
import { literalOf } from './input-values.js';
import { schema } from './schema.js';
import { Variables } from './variables.js';

const ALIASES = [
  '__proto__',
  'constructor',
  'toString',
  'then',
  'length',
  'toJSON',
  'hasOwnProperty',
  'a',
  'b',
  'name',
];
const DEEPEST = 4;

interface Fragment {
  readonly name: string;
  readonly on: GraphQLCompositeType;
  readonly text: string;
}

/** One field with its alias and arguments. */
interface Head {
  readonly field: GraphQLField<unknown, unknown>;
  readonly text: string;
}

const COMPOSITES = Object.values(schema.getTypeMap()).filter(
  (type) =>
    isCompositeType(type) && !type.name.startsWith('__') && !['Mutation', 'Subscription', 'Query'].includes(type.name),
) as GraphQLCompositeType[];

const possible = (type: GraphQLCompositeType): readonly GraphQLObjectType[] =>
  isAbstractType(type) ? schema.getPossibleTypes(type) : [type];

const overlap = (one: GraphQLCompositeType, other: GraphQLCompositeType): boolean =>
  possible(one).some((type) => possible(other).includes(type));

const known = new Map<GraphQLCompositeType, readonly GraphQLCompositeType[]>();

/** The types that a fragment there can be on. */
function conditionsOn(type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
  const fit = known.get(type) ?? COMPOSITES.filter((each) => overlap(each, type)).concat(type);
  known.set(type, fit);
  return fit;
}

/** Writes a valid operation: what is selected under one response name is the same field with the same arguments. */
export class OperationWriter {
  readonly variables: Variables;
  readonly #heads = new Map<string, Head[]>();
  readonly #signatures = new Map<string, string>();
  readonly #fragments: Fragment[] = [];
  #left = 24;

  constructor(readonly random: () => number) {
    this.variables = new Variables(random);
  }

  write(kind: 'query' | 'mutation'): string {
    const root = schema.getRootType(kind as OperationTypeNode) as GraphQLObjectType;
    const body = this.#selections(root, 0);
    const other = this.random() < 0.1 ? '\nquery Other { int __typename }' : '';
    const introspection =
      kind === 'query' && this.random() < 0.01 ? '\nfragment I on Query { __schema { __typename } }' : '';
    const asked = introspection === '' ? body : body.replace(/\}$/, ' again { ...I } }');
    const fragments = this.#fragments.map(({ name, on, text }) => `\nfragment ${name} on ${on.name} ${text}`).join('');
    return `${kind} Main${this.variables.definitions()} ${asked}${fragments}${introspection}${other}`;
  }

  #chance(probability: number): boolean {
    return this.random() < probability;
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)] as T;
  }

  #selections(type: GraphQLCompositeType, depth: number): string {
    const texts: string[] = [];
    const wanted = 1 + Math.floor(this.random() * (depth < 2 ? 6 : 4));
    for (let index = 0; index < wanted; index += 1) texts.push(this.#selection(type, depth));
    return `{ ${texts.join(' ')} }`;
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    this.#left -= 1;
    const choice = this.random();
    if (choice < 0.1) return `${this.#alias('__typename', 'String!')}__typename${this.#conditions()}`;
    if (depth < DEEPEST && this.#left > 0) {
      if (choice < 0.2) return this.#inlineFragment(type, depth);
      if (choice < 0.32) return this.#spread(type, depth);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) {
      return depth < DEEPEST && this.#left > 0 ? this.#inlineFragment(type, depth) : '__typename';
    }
    const head = this.#head(type, depth);
    if (head === null) return '__typename';
    const named = getNamedType(head.field.type);
    const below = isCompositeType(named) ? ` ${this.#selections(named, depth + 1)}` : '';
    return `${head.text}${this.#conditions()}${below}`;
  }

  #head(type: GraphQLCompositeType & { getFields(): Record<string, unknown> }, depth: number): Head | null {
    const heads = this.#heads.get(type.name) ?? [];
    this.#heads.set(type.name, heads);
    const fit = heads.filter(({ field }) => depth < DEEPEST || isLeafType(getNamedType(field.type)));
    if (fit.length > 0 && this.#chance(0.3)) return this.#pick(fit);
    const fields = Object.values(type.getFields()) as GraphQLField<unknown, unknown>[];
    const open = depth < DEEPEST && this.#left > 0;
    const able = open ? fields : fields.filter((field) => isLeafType(getNamedType(field.type)));
    if (able.length === 0) return null;
    const nested = able.filter((field) => !isLeafType(getNamedType(field.type)));
    const field = nested.length > 0 && this.#chance(0.4) ? this.#pick(nested) : this.#pick(able);
    const args = this.#arguments(field);
    const head = { field, text: `${this.#alias(`${field.name}${args}`, String(field.type))}${field.name}${args}` };
    heads.push(head);
    return head;
  }

  #arguments(field: GraphQLField<unknown, unknown>): string {
    const given = field.args.filter((arg) => isRequiredArgument(arg) || this.#chance(0.3));
    if (given.length === 0) return '';
    const texts = given.map(({ name, type, defaultValue }) => {
      const ask: Variables['ask'] = (of, hasDefault) => this.variables.ask(of, hasDefault);
      return `${name}: ${literalOf(type, this.random, ask, defaultValue !== undefined)}`;
    });
    return `(${texts.join(', ')})`;
  }

  /** `alias: `, or nothing where the field can go by its own name. */
  #alias(field: string, type: string): string {
    const own = field.replace(/\(.*/s, '');
    const signature = `${field}: ${type}`;
    const wished = this.#chance(0.25) ? this.#pick(ALIASES) : own;
    for (const name of [wished, own, ...Array.from({ length: 99 }, (_, index) => `k${index}`)]) {
      const taken = this.#signatures.get(name);
      if (taken !== undefined && taken !== signature) continue;
      this.#signatures.set(name, signature);
      return name === own ? '' : `${name}: `;
    }
    throw new Error('no response name is left');
  }

  #inlineFragment(type: GraphQLCompositeType, depth: number): string {
    const on = this.#chance(0.2) ? type : this.#pick(conditionsOn(type));
    const condition = on === type && this.#chance(0.5) ? '' : ` on ${on.name}`;
    return `...${condition}${this.#conditions()} ${this.#selections(on, depth + 1)}`;
  }

  #spread(type: GraphQLCompositeType, depth: number): string {
    const fragments = this.#fragments.filter(({ on }) => conditionsOn(type).includes(on));
    let fragment = fragments.length > 0 && this.#chance(0.5) ? this.#pick(fragments) : null;
    if (fragment === null) {
      const on = this.#pick(conditionsOn(type));
      const text = this.#selections(on, depth + 1);
      const name = this.#chance(0.05) && this.#fragments.length === 0 ? '__proto__' : `F${this.#fragments.length}`;
      fragment = { name, on, text };
      this.#fragments.push(fragment);
    }
    return `...${fragment.name}${this.#conditions()}`;
  }

  #conditions(): string {
    if (!this.#chance(0.12)) return '';
    const value = () => (this.#chance(0.5) ? this.variables.condition() : String(this.#chance(0.5)));
    const skip = () => ` @skip(if: ${value()})`;
    const include = () => ` @include(if: ${value()})`;
    const both = this.random();
    if (both < 0.3) return skip();
    if (both < 0.8) return include();
    return both < 0.9 ? skip() + include() : include() + skip();
  }
}
