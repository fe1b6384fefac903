export interface Warehouse {
  readonly country: 'DE' | 'FR' | 'GB';
  readonly code: string;
  readonly name: string;
  readonly closed: boolean;
}

export interface Brand {
  readonly __typename: 'Brand';
  readonly id: string;
  readonly name: string;
  readonly country: 'DE' | 'FR' | 'GB';
}

export interface Product {
  readonly __typename: 'Product';
  readonly id: string;
  readonly upc: string;
  readonly name: string;
  readonly cents: number;
  readonly weightGrams: number;
  readonly brandId: string;
  readonly warehouse: Warehouse;
  readonly stock: number;
  readonly purchaseCents: number;
}

export const WAREHOUSES: readonly Warehouse[] = [
  { country: 'DE', code: 'N1', name: 'Kiel', closed: false },
  { country: 'FR', code: 'N1', name: 'Lille', closed: false },
  { country: 'FR', code: 'S2', name: 'Nîmes', closed: true },
];

export const BRANDS: readonly Brand[] = [
  { __typename: 'Brand', id: 'brand_oak', name: 'Oak & Ash', country: 'GB' },
  { __typename: 'Brand', id: 'brand_clay', name: 'Clayworks', country: 'FR' },
];

const ROWS = [
  ['lamp', 'Lamp', 4_900, 1_200, 0, 0],
  ['desk', 'Desk', 22_000, 31_000, 0, 0],
  ['chair', 'Chair', 9_900, 7_000, 0, 1],
  ['cup', 'Cup', 700, 300, 1, 1],
  ['pen', 'Pen of clay', 250, 30, 1, 2],
] as const;

/** A handful of products; only their stock changes. */
export class Catalogue {
  readonly #products: Map<string, Product>;

  constructor() {
    this.#products = new Map(
      ROWS.map(([name, title, cents, weightGrams, brand, warehouse], index) => {
        const product: Product = {
          __typename: 'Product',
          id: `product_${index + 1}`,
          upc: `upc-${name}`,
          name: title,
          cents,
          weightGrams,
          brandId: BRANDS[brand]?.id ?? '',
          warehouse: WAREHOUSES[warehouse] as Warehouse,
          stock: 10 + index,
          purchaseCents: Math.round(cents * 0.6),
        };
        return [product.upc, product];
      }),
    );
  }

  all(): readonly Product[] {
    return [...this.#products.values()];
  }

  byUpc(upc: string): Product | null {
    return this.#products.get(upc) ?? null;
  }

  byId(id: string): Product | null {
    return this.all().find((product) => product.id === id) ?? null;
  }

  setStock(product: Product, stock: number): Product {
    const changed = { ...product, stock };
    this.#products.set(product.upc, changed);
    return changed;
  }
}
