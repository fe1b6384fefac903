import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLFieldResolver, GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { buildASTSchema, getNamedType, isAbstractType, isLeafType, isListType, isNonNullType, parse } from 'graphql';
import { BASE_SDL } from '../directives/guarded.js';

type Random = () => number;

export interface WorldOptions {
  /** Whether fields may be non-null. */
  readonly nonNull: boolean;
  /** Whether resolvers may fail. */
  readonly failures: boolean;
}

export interface World {
  readonly sdl: string;
  /** With directives, without resolvers. */
  readonly bare: GraphQLSchema;
  /** With resolvers, and no rule in force. `asked` is told of each field that is resolved. */
  executable(asked: (coordinate: string) => void): GraphQLSchema;
}

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

const OBJECTS = ['Ant', 'Bee', 'Cat', 'Dog', 'Elk'];
const LEAVES = ['String', 'Int', 'ID'];

/** A schema of interfaces, unions and objects in which rules stand at random. */
export function generateWorld(random: Random, options: WorldOptions): World {
  const sdl = generateSdl(random, options);
  const typeDefs = [BASE_SDL, sdl];
  return {
    sdl,
    bare: buildASTSchema(parse(typeDefs.join('\n'))),
    executable: (asked) => {
      const schema = makeExecutableSchema({ typeDefs });
      for (const type of Object.values(schema.getTypeMap())) {
        if (!('getFields' in type) || type.name.startsWith('__')) {
          if (isAbstractType(type)) type.resolveType = (value: { readonly is: string }) => value.is;
          continue;
        }
        if (isAbstractType(type)) type.resolveType = (value: { readonly is: string }) => value.is;
        for (const field of Object.values(type.getFields())) {
          if ('args' in field) field.resolve = resolver(options, asked);
        }
      }
      return schema;
    },
  };
}

function generateSdl(random: Random, { nonNull }: WorldOptions): string {
  const chance = (probability: number) => random() < probability;
  const rule = (place: 'FIELD' | 'OBJECT' | 'INTERFACE', probability: number): string => {
    if (!chance(probability)) return '';
    const rules = ['@authenticated', '@requiresRole(role: ADMIN)', '@requiresRole(role: [SUPPORT, ADMIN], of: ACTOR)'];
    if (place !== 'INTERFACE') rules.push('@blockedWhileImpersonating');
    if (place === 'FIELD') rules.push('@sensitive');
    return ` ${pick(random, rules)}`;
  };
  const bang = (type: string): string => (nonNull && !type.endsWith('!') && chance(0.3) ? `${type}!` : type);
  const composites = [...OBJECTS, 'Pet', 'Named', 'Any', 'Few'];
  const type = (): string => {
    const named = chance(0.5) ? pick(random, LEAVES) : pick(random, composites);
    return bang(chance(0.3) ? `[${bang(named)}]` : named);
  };
  const fieldsOf = (names: readonly string[]) => new Map(names.map((name) => [name, type()]));
  const print = (fields: ReadonlyMap<string, string>, probability: number) =>
    [...fields].map(([name, of]) => `  ${name}(x: Int): ${of}${rule('FIELD', probability)}`).join('\n');

  const shared = fieldsOf(['f', 'g']);
  const interfaces = { Pet: fieldsOf(['a', 'b', 'c']), Named: fieldsOf(['d', 'e']) };
  const parts = Object.entries(interfaces).map(
    ([name, fields]) => `interface ${name}${rule('INTERFACE', 0.1)} {\n${print(fields, 0.1)}\n}`,
  );
  for (const [index, name] of OBJECTS.entries()) {
    const implemented = Object.keys(interfaces).filter((_, i) => index === i || chance(0.6)) as ('Pet' | 'Named')[];
    const fields = new Map(shared);
    const stricter = (of: string) => (chance(0.2) ? bang(of) : of);
    for (const each of implemented) for (const [key, of] of interfaces[each]) fields.set(key, stricter(of));
    const header = implemented.length === 0 ? '' : ` implements ${implemented.join(' & ')}`;
    parts.push(`type ${name}${header}${rule('OBJECT', 0.1)} {\n${print(fields, 0.25)}\n}`);
  }
  parts.push(
    'union Any = Ant | Bee | Cat | Dog | Elk',
    `union Few = ${pick(random, OBJECTS)} | Ant`.replace(/Ant \| Ant/, 'Ant'),
  );
  const roots = [...fieldsOf(['p', 'q', 'r'])].map(([name, of]) => [name, of.replace(/!$/, '')] as const);
  roots.push(['pets', '[Pet]'], ['named', 'Named'], ['all', '[Any]']);
  parts.push(`type Query {\n${print(new Map(roots), 0.1)}\n}`);
  return parts.join('\n');
}

/** Values depend on the place in the result alone, so that one operation and a part of it see the same. */
function resolver(options: WorldOptions, asked: (coordinate: string) => void): GraphQLFieldResolver<unknown, unknown> {
  return (_source, args: { readonly x?: number }, _context, info) => {
    asked(`${info.parentType.name}.${info.fieldName}`);
    const place = placeOf(info.path);
    const value = (of: GraphQLResolveInfo['returnType'], at: string): unknown => {
      if (isNonNullType(of)) return value(of.ofType, `${at}!`);
      if (!at.endsWith('!') && hash(`${at}null`) % 8 === 0) return null;
      if (options.failures && hash(`${at}fails`) % 10 === 0) return new Error(`no ${at}`);
      if (isListType(of)) return Array.from({ length: hash(at) % 4 }, (_, index) => value(of.ofType, `${at}.${index}`));
      if (isLeafType(of)) return hash(`${at}${args.x ?? ''}`) % 1000;
      const named = getNamedType(of);
      if (!isAbstractType(named)) return { is: named.name };
      const possible = info.schema.getPossibleTypes(named);
      return { is: possible[hash(`${at}type`) % possible.length]?.name };
    };
    return value(info.returnType, place);
  };
}

function placeOf(path: GraphQLResolveInfo['path']): string {
  return path.prev === undefined ? String(path.key) : `${placeOf(path.prev)}.${path.key}`;
}

function hash(text: string): number {
  let state = 2166136261;
  for (let index = 0; index < text.length; index++) state = Math.imul(state ^ text.charCodeAt(index), 16777619);
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
  return (state ^ (state >>> 12)) >>> 0;
}
