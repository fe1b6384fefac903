import { createPubSub, filter, map, pipe } from 'graphql-yoga';
// In a service of yours: from 'impersonation-gateway/downstream'.
import type { VerifiedIdentity } from '../../../src/downstream/index.js';
import { badInput } from '../errors.js';
import { type Reference, readTypeDefs, type Subgraph } from '../subgraph.js';
import { BRANDS, type Brand, Catalogue, type Product, WAREHOUSES, type Warehouse } from './catalogue.js';

interface StockArgs {
  readonly input: { readonly upc: string; readonly stock: number };
}
interface StockChange {
  readonly product: Product;
  readonly stock: number;
  readonly countedBy: { readonly id: string } | null;
}
/** As `@requires` says, the gateway brings along what orders know of it. */
interface KnownOrder extends Reference {
  readonly total: { readonly cents: number };
  readonly destination: 'DE' | 'FR' | 'GB';
  readonly marginCents?: number | null;
}

const EUR = (cents: number) => ({ cents, currency: 'EUR' });

/** Products, and what shipping them costs. */
export function productsSubgraph(catalogue = new Catalogue()): Subgraph<VerifiedIdentity> {
  const changes = createPubSub<{ stockChanged: [StockChange] }>();
  const brandOf = (id: string): Brand | null => BRANDS.find((brand) => brand.id === id) ?? null;

  return {
    typeDefs: readTypeDefs('products'),
    references: {
      Product: ({ upc, id }: Reference) =>
        typeof upc === 'string' ? catalogue.byUpc(upc) : catalogue.byId(String(id)),
      Brand: ({ id }: Reference) => brandOf(String(id)),
      Warehouse: ({ country, code }: Reference) =>
        WAREHOUSES.find((each) => each.country === country && each.code === code) ?? null,
      Order: (reference: Reference) => reference,
    },
    resolvers: {
      Query: {
        products: (_source: unknown, { first }: { readonly first: number }) =>
          catalogue.all().slice(0, Math.max(0, first)),
        warehouses: () => WAREHOUSES,
        product: (_source: unknown, { upc }: { readonly upc: string }) => catalogue.byUpc(upc),
        search(_source: unknown, { text }: { readonly text: string }) {
          const has = ({ name }: { readonly name: string }) => name.toLowerCase().includes(text.toLowerCase());
          return [...catalogue.all().filter(has), ...BRANDS.filter(has)];
        },
      },
      Mutation: {
        setStock(_source: unknown, { input }: StockArgs, { actor }: VerifiedIdentity) {
          const product = catalogue.byUpc(input.upc);
          if (product === null || input.stock < 0) throw badInput('There is no such product, or no such stock.');
          const changed = catalogue.setStock(product, input.stock);
          const countedBy = actor === null ? null : { id: actor.id };
          changes.publish('stockChanged', { product: changed, stock: input.stock, countedBy });
          return changed;
        },
      },
      Subscription: {
        stockChanged: {
          subscribe: (_source: unknown, { upc }: { readonly upc?: string | null }) =>
            pipe(
              changes.subscribe('stockChanged'),
              filter(({ product }) => upc == null || product.upc === upc),
              map((stockChanged) => ({ stockChanged })),
            ),
        },
      },
      Product: {
        price: ({ cents }: Product) => EUR(cents),
        brand: ({ brandId }: Product) => brandOf(brandId),
        stock({ stock, warehouse }: Product) {
          if (warehouse.closed) throw new Error(`${warehouse.name} is closed`);
          return stock;
        },
        purchasePrice: ({ purchaseCents }: Product) => EUR(purchaseCents),
        shelfCode: ({ upc, warehouse }: Product) => `${warehouse.code}-${upc}`,
      },
      Brand: {
        products: ({ id }: Brand) => catalogue.all().filter(({ brandId }) => brandId === id),
      },
      Warehouse: {
        openUntil({ closed, name }: Warehouse) {
          if (closed) throw new Error(`${name} is closed`);
          return '18:00';
        },
      },
      Order: {
        shippingCents: ({ total, destination }: KnownOrder) =>
          destination === 'DE' && total.cents >= 5_000 ? 0 : destination === 'DE' ? 490 : 990,
        marginPercent: ({ total, marginCents }: KnownOrder) =>
          marginCents == null || total.cents === 0 ? null : Math.round((100 * marginCents) / total.cents),
      },
      SearchResult: { __resolveType: ({ __typename }: Product | Brand) => __typename },
    },
  };
}
