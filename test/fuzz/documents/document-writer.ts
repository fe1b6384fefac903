import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
  type OperationTypeNode,
} from 'graphql';

const TEXTS = [
  '',
  'a',
  'c',
  'user_cleo',
  'user_ada',
  'user_nobody',
  'no-such',
  'order_user_cleo_1',
  'upc-lamp',
  '\u0000',
  '\ud83d\ude80',
  ' x ',
  'x'.repeat(600),
];
const MOMENTS = [
  '2026-01-31T12:00:00.000Z',
  '2026-02-30T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '0000-01-01T00:00:00Z',
  'now',
  '',
];
const NUMBERS = ['0', '1', '2', '3', '5', '20', '48', '500', '501', '-1', '2147483647', '-0'];
const NO_NUMBERS = ['2147483648', '1e3', '1.5', '-2147483649'];
const ALIASES = ['a', 'b', '__proto__', 'constructor', 'then', 'toJSON', 'data', 'errors', 'extensions'];

/** Writes operations by the schema that is served: most of them valid, with values at the ends of what they may be. */
export class DocumentWriter {
  readonly #schema: GraphQLSchema;
  readonly #random: () => number;
  readonly #fragments: string[] = [];
  readonly #variables = new Map<string, GraphQLInputType>();
  #left = 30;
  #keys = 0;

  constructor(schema: GraphQLSchema, random: () => number) {
    this.#schema = schema;
    this.#random = random;
  }

  /** @returns a document, and values for its variables as JSON texts */
  write(): { readonly text: string; readonly variables: Readonly<Record<string, string>> } {
    const kind = this.#pick(['query', 'query', 'query', 'query', 'mutation', 'subscription'] as const);
    const root = this.#schema.getRootType(kind as OperationTypeNode) ?? this.#schema.getQueryType();
    if (root == null) throw new Error('the schema has no query type');
    const body = this.#selections(root, 4, kind === 'subscription' ? 1 : 4);
    const definitions = [...this.#variables].map(([name, type]) => `$${name}: ${type}`);
    const head = definitions.length === 0 ? '' : `(${definitions.join(', ')})`;
    const name = this.#pick(['', ' Main', ' __proto__']);
    const others = name !== '' && this.#chance(0.1) ? '\nquery Other { __typename }' : '';
    const values = [...this.#variables].flatMap(([variable, type]): [string, string][] =>
      this.#chance(0.08) ? [] : [[variable, this.#value(type, 'json', 0)]],
    );
    return {
      text: `${kind}${name}${head} ${body}${this.#fragments.map((each) => `\n${each}`).join('')}${others}`,
      variables: Object.fromEntries(values),
    };
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)] as T;
  }

  #selections(type: GraphQLCompositeType, depth: number, most = 4): string {
    const count = 1 + Math.floor(this.#random() * most);
    return `{ ${Array.from({ length: count }, () => this.#selection(type, depth)).join(' ')} }`;
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    this.#left -= 1;
    const open = depth > 0 && this.#left > 0;
    if (open && this.#chance(0.12)) {
      const on = this.#pick([
        type,
        ...(isObjectType(type) ? type.getInterfaces() : this.#schema.getPossibleTypes(type)),
      ]);
      if (this.#chance(0.5)) return `... on ${on.name}${this.#condition()} ${this.#selections(on, depth - 1)}`;
      const name = `F${this.#fragments.length}`;
      const at = this.#fragments.push('') - 1;
      this.#fragments[at] = `fragment ${name} on ${on.name} ${this.#selections(on, depth - 1)}`;
      return `...${name}${this.#condition()}`;
    }
    if (isUnionType(type) || this.#chance(0.05)) return `__typename${this.#condition()}`;
    const fields = Object.values(type.getFields());
    const fit = open ? fields : fields.filter((field) => !isCompositeType(getNamedType(field.type)));
    if (fit.length === 0) return '__typename';
    const field = this.#pick(fit);
    const args = this.#arguments(field.args);
    // The same key with other arguments would not be valid.
    const alias =
      args !== '' || this.#chance(0.1) ? `${this.#chance(0.1) ? this.#pick(ALIASES) : `k${this.#keys++}`}: ` : '';
    const named = getNamedType(field.type);
    const below = isCompositeType(named) ? ` ${this.#selections(named, depth - 1)}` : '';
    return `${alias}${field.name}${args}${this.#condition()}${below}`;
  }

  #condition(): string {
    if (!this.#chance(0.06)) return '';
    return this.#pick([
      ' @include(if: true)',
      ' @skip(if: true)',
      ' @include(if: false)',
      ' @skip(if: false) @include(if: true)',
    ]);
  }

  #arguments(args: readonly GraphQLArgument[]): string {
    const given = args.filter((arg) => (isRequiredArgument(arg) ? !this.#chance(0.01) : this.#chance(0.5)));
    if (given.length === 0) return '';
    return `(${given.map(({ name, type }) => `${name}: ${this.#chance(0.3) ? this.#variable(type) : this.#value(type, 'literal', 0)}`).join(', ')})`;
  }

  #variable(type: GraphQLInputType): string {
    const name = `v${this.#variables.size}`;
    this.#variables.set(name, type);
    return `$${name}`;
  }

  /** A value as a literal or as JSON: right most of the time. */
  #value(type: GraphQLInputType, form: 'literal' | 'json', depth: number): string {
    if (!isNonNullType(type) && this.#chance(0.08)) return 'null';
    if (this.#chance(0.02))
      return this.#pick(['{}', '[]', '"x"', '7', 'true', 'null', '[[1]]', form === 'json' ? '1e400' : 'WRONG']);
    const bare = getNullableType(type) as GraphQLInputType;
    if (isListType(bare)) {
      if (this.#chance(0.2)) return this.#value(bare.ofType, form, depth + 1);
      return `[${Array.from({ length: Math.floor(this.#random() * 4) }, () => this.#value(bare.ofType, form, depth + 1)).join(', ')}]`;
    }
    if (isInputObjectType(bare)) {
      const fields = Object.values(bare.getFields()).filter((field) => isNonNullType(field.type) || this.#chance(0.4));
      const members = fields.map(
        (field) => `${form === 'json' ? `"${field.name}"` : field.name}: ${this.#value(field.type, form, depth + 1)}`,
      );
      if (this.#chance(0.04)) members.push(form === 'json' ? '"__proto__": {}' : '__proto__: {}');
      return `{${members.join(', ')}}`;
    }
    if (isEnumType(bare)) {
      const { name } = this.#pick(bare.getValues());
      return form === 'json' ? `"${name}"` : name;
    }
    const { name } = getNamedType(bare);
    if (name === 'Int' || name === 'Float') return this.#pick(this.#chance(0.05) ? NO_NUMBERS : NUMBERS);
    if (name === 'Boolean') return this.#pick(['true', 'false']);
    return JSON.stringify(this.#pick(name === 'DateTime' ? MOMENTS : TEXTS));
  }
}
