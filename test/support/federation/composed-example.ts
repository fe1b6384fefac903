import { readFileSync } from 'node:fs';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { buildFederationSchema } from '@mercuriusjs/federation';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { gatewayYaml, type Name } from '../../../examples/federation/addresses.js';
import { filePath } from '../../../examples/federation/file-path.js';
import { ordersSubgraph } from '../../../examples/federation/orders/resolvers.js';
import { productsSubgraph } from '../../../examples/federation/products/resolvers.js';
import { readDirectives, readTypeDefs, subgraphSchema } from '../../../examples/federation/subgraph.js';
import { buildOwnSchema } from '../../../src/app/own-schema.js';
import { type Composition, compose } from '../../../src/upstreams/composition/compose.js';
import { parseGatewayConfig } from '../../../src/upstreams/config/gateway-config.js';
import { ownServiceSdl } from '../../../src/upstreams/execution/own-service.js';

const NOWHERE = 'http://127.0.0.1:1/graphql';

/** The example services and the gateway's own schema as one, composed here from the same files. */
export function composedExample(): { readonly composed: Composition; readonly own: GraphQLSchema } {
  const own = buildOwnSchema([]).unguarded;
  const config = parseGatewayConfig(
    gatewayYaml({ orders: NOWHERE, products: NOWHERE, reviews: NOWHERE, help: NOWHERE }),
    '/',
  );
  const composed = compose(
    [
      { name: 'gateway', sdl: ownServiceSdl([printSchemaWithDirectives(own)], ['User']) },
      ...['orders', 'products', 'reviews'].map((name) => ({
        name,
        sdl: `${readTypeDefs(name)}\n${readDirectives()}`,
      })),
      { name: 'help', sdl: readTypeDefs('help') },
    ],
    { own: 'gateway', rules: config.rules, scopes: config.scopes, policies: config.policies },
  );
  return { composed, own };
}

/** What each service executes: for reading the documents it was sent. */
export function serviceSchemas(): Readonly<Record<Name, GraphQLSchema>> {
  return {
    orders: subgraphSchema(ordersSubgraph()),
    products: subgraphSchema(productsSubgraph()),
    reviews: buildFederationSchema(`${readTypeDefs('reviews')}\n${readDirectives()}`),
    help: buildSchema(readFileSync(filePath('help/schema.graphql'), 'utf8')),
  };
}
