import { QueryClient } from '@tanstack/react-query';
import { Unreachable } from './refusal.js';

const RETRIES = 2;
/** Longer than the longest impersonation: the page behind it is there as it was. Milliseconds. */
const KEPT_MS = 2 * 60 * 60 * 1_000;

/** The data layer. A refusal is an answer and is not asked again; only silence is. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => error instanceof Unreachable && failures < RETRIES,
        staleTime: 5_000,
        gcTime: KEPT_MS,
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false },
    },
  });
}
