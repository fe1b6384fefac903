import { buildASTSchema, concatAST, isEnumType, isInputObjectType, isObjectType, parse } from 'graphql';

const files = import.meta.glob<string>('../../../../schema/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const documents = Object.values(files).map((sdl) => parse(sdl));
const schema = buildASTSchema(concatAST(documents), { assumeValidSDL: true });

/** The values of an enum or the fields of a type of the gateway's schema, in its order. */
export function schemaValues(name: string): readonly string[] {
  const type = schema.getType(name);
  if (isEnumType(type)) return type.getValues().map((value) => value.name);
  if (isInputObjectType(type) || isObjectType(type)) return Object.keys(type.getFields());
  throw new Error(`the schema has no such type: ${name}`);
}
