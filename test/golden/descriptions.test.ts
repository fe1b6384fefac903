import { readdirSync, readFileSync } from 'node:fs';
import { buildSchema, type GraphQLScalarType, type GraphQLSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createShop } from '../../examples/shop/index.js';
import { descriptions } from './descriptions.js';
import { servedSchema } from './served-schema.js';

/** What the files of schema/ say, put together without any resolver. */
function writtenSchema(): GraphQLSchema {
  const folder = new URL('../../schema/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.graphql'));
  return buildSchema(files.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n'));
}

/** The coordinates of the elements that nothing, or next to nothing, is said about. */
const silent = (found: ReadonlyMap<string, string>) =>
  [...found].flatMap(([coordinate, text]) => (text.trim().length < 5 ? coordinate : []));

describe('every element is described', () => {
  it("of the gateway's own schema", () => {
    const found = descriptions(servedSchema());
    expect(found.size).toBeGreaterThan(150);
    expect(silent(found)).toEqual([]);
  });

  it("of the schema with the shop's", () => {
    expect(silent(descriptions(servedSchema(createShop())))).toEqual([]);
  });

  it('and a description is a sentence: it begins with a capital letter and ends with a stop', () => {
    const found = [...descriptions(servedSchema(createShop()))];
    expect(found.filter(([, text]) => !/^[\p{Lu}`0-9][\s\S]*\.$/u.test(text))).toEqual([]);
  });

  it('and a client is told exactly what the SDL of schema/ says', () => {
    const written = writtenSchema();
    expect([...descriptions(servedSchema())].sort()).toEqual([...descriptions(written)].sort());
    const scalar = (schema: GraphQLSchema) => schema.getType('DateTime') as GraphQLScalarType;
    expect(scalar(servedSchema()).specifiedByURL).toBe(scalar(written).specifiedByURL);
  });

  it('which is checked for types, fields, arguments, input fields, values, directives and their arguments', () => {
    const bare = buildSchema(`
      directive @d(a: Int) on FIELD_DEFINITION
      scalar S  enum E { V }  input I { f: Int }  interface N { g: Int }  union U = Query
      type Query implements N { g(a: I, e: E): Int u: U s: S }`);
    expect(silent(descriptions(bare)).sort()).toEqual(
      ['@d', '@d(a:)', 'E', 'E.V', 'I', 'I.f', 'N', 'N.g', 'Query', 'Query.g', 'Query.g(a:)', 'Query.g(e:)']
        .concat('Query.s', 'Query.u', 'S', 'U')
        .sort(),
    );
  });
});
