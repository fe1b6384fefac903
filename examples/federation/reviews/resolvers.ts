import mercurius, { type IResolvers } from 'mercurius';
// In a service of yours: from 'impersonation-gateway/downstream'.
import type { VerifiedIdentity } from '../../../src/downstream/index.js';
import { badInput } from '../errors.js';
import { PRODUCT_NAMES, type Review, ReviewBook } from './review-book.js';

declare module 'mercurius' {
  interface MercuriusContext {
    readonly viewer: VerifiedIdentity['viewer'];
    readonly actor: VerifiedIdentity['actor'];
    readonly impersonation: VerifiedIdentity['impersonation'];
  }
}

interface ReviewArgs {
  readonly input: { readonly productId: string; readonly stars: number; readonly text?: string | null };
}
interface Keyed {
  readonly id: string;
}
interface Draft {
  readonly __typename: 'Draft';
  readonly productId: string;
}

const WRITTEN = 'written';
const product = (id: string) => ({ id, name: PRODUCT_NAMES.get(id) ?? id });
/** `order_user_cleo_1` is an order of user_cleo. */
const customerOf = ({ id }: Keyed) => id.replace(/^order_/, '').replace(/_\d+$/, '');

/** Reviews, and what they add to things of other services. */
export function reviewsResolvers(book = new ReviewBook()): IResolvers {
  const ratingOf = (id: string) => {
    const stars = book.all().flatMap((review) => (review.productId === id ? [review.stars] : []));
    return stars.length === 0 ? null : stars.reduce((sum, each) => sum + each, 0) / stars.length;
  };
  return {
    Query: {
      latestReviews: (_source, { first }: { readonly first: number }) => book.all().slice(0, Math.max(0, first)),
      reviewables(_source, _args, { viewer }): (Review | Draft)[] {
        const own = book.all().filter(({ authorId }) => authorId === viewer?.id);
        const left = [...PRODUCT_NAMES.keys()].filter((id) => !own.some(({ productId }) => productId === id));
        return [...own, ...left.map((productId): Draft => ({ __typename: 'Draft', productId }))];
      },
    },
    Mutation: {
      writeReview(_source, { input: { productId, stars, text } }: ReviewArgs, { viewer, pubsub }) {
        if (viewer === null || !PRODUCT_NAMES.has(productId)) throw badInput('There is no such product.');
        if (stars < 1 || stars > 5) throw badInput('There are one to five stars.');
        const review = book.write({ authorId: viewer.id, productId, stars, text: text ?? null });
        pubsub.publish({ topic: WRITTEN, payload: { reviewWritten: review } });
        return review;
      },
      deleteReview(_source, { id }: Keyed, { viewer }) {
        if (book.find(id)?.authorId !== viewer?.id) throw badInput('You have no such review.');
        book.remove(id);
        return true;
      },
    },
    Subscription: {
      reviewWritten: {
        subscribe: mercurius.withFilter(
          (_source, _args, { pubsub }) => pubsub.subscribe(WRITTEN),
          (
            { reviewWritten }: { readonly reviewWritten: Review },
            { productId }: { readonly productId?: string | null },
          ) => productId == null || reviewWritten.productId === productId,
        ),
      },
    },
    User: { reviews: ({ id }: Keyed) => book.all().filter(({ authorId }) => authorId === id) },
    Product: {
      reviews: ({ id }: Keyed, { minStars }: { readonly minStars: number }) =>
        book.all().filter(({ productId, stars }) => productId === id && stars >= minStars),
      rating: ({ id }: Keyed) => ratingOf(id),
    },
    Order: { reviews: (order: Keyed) => book.all().filter(({ authorId }) => authorId === customerOf(order)) },
    Warehouse: {
      complaints: ({ country, code }: { readonly country: string; readonly code: string }) =>
        `${country}${code}`.length + country.charCodeAt(0),
    },
    Review: {
      __resolveReference: ({ id }: Keyed) => {
        const review = book.find(id);
        return review === null ? null : { ...review };
      },
      author: ({ authorId }: Review) => ({ id: authorId }),
      product: ({ productId }: Review) => product(productId),
      moderation: ({ note, flags }: Review) => (note === null ? null : { note, flags }),
    },
    Draft: { product: ({ productId }: Draft) => product(productId) },
    Reviewable: { resolveType: ({ __typename }: Review | Draft) => __typename },
  };
}
