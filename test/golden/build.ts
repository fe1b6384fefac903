import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { type GraphQLSchema, lexicographicSortSchema } from 'graphql';
import { createShop } from '../../examples/shop/index.js';
import { buildSchema } from '../../src/app/build-schema.js';

/** The gateway's own schema: what is served where no application is added. */
export const gatewaySchema = (): GraphQLSchema => buildSchema([]);

/** The schema as it is served in development: the gateway's own and the shop's. */
export const schemaWithShop = (): GraphQLSchema => buildSchema([createShop()]);

/** A schema as text with its directives, everything in alphabetical order, so that only real changes show. */
export function printSorted(schema: GraphQLSchema): string {
  return `${printSchemaWithDirectives(lexicographicSortSchema(schema))}\n`;
}
