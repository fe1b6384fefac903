export interface Review {
  readonly __typename: 'Review';
  readonly id: string;
  readonly stars: number;
  readonly text: string | null;
  readonly authorId: string;
  readonly productId: string;
  readonly note: string | null;
  readonly flags: readonly ('LANGUAGE' | 'SPAM')[];
}

/** The names of products, as this service was told them. */
export const PRODUCT_NAMES: ReadonlyMap<string, string> = new Map([
  ['product_1', 'Lamp'],
  ['product_2', 'Desk'],
  ['product_3', 'Chair'],
  ['product_4', 'Cup'],
  ['product_5', 'Pen of clay'],
]);

const ROWS = [
  ['user_cleo', 'product_1', 5, 'Bright', null],
  ['user_cleo', 'product_3', 3, null, 'Was sent another one'],
  ['user_carl', 'product_1', 4, 'Bright enough', null],
  ['user_carl', 'product_4', 1, 'Arrived as a puzzle', 'Rude mail followed'],
  ['user_dora', 'product_2', 2, null, null],
] as const;

/** Reviews in memory, newest first. */
export class ReviewBook {
  #reviews: Review[] = ROWS.map(([authorId, productId, stars, text, note], index) => ({
    __typename: 'Review',
    id: `review_${index + 1}`,
    stars,
    text,
    authorId,
    productId,
    note,
    flags: note === null ? [] : ['LANGUAGE'],
  }));
  #written = ROWS.length;

  all(): readonly Review[] {
    return this.#reviews;
  }

  find(id: string): Review | null {
    return this.#reviews.find((review) => review.id === id) ?? null;
  }

  write(review: Pick<Review, 'authorId' | 'productId' | 'stars' | 'text'>): Review {
    this.#written += 1;
    const written: Review = { __typename: 'Review', id: `review_${this.#written}`, ...review, note: null, flags: [] };
    this.#reviews = [written, ...this.#reviews];
    return written;
  }

  remove(id: string): void {
    this.#reviews = this.#reviews.filter((review) => review.id !== id);
  }
}
