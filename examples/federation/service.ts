// In a service of yours: from 'impersonation-gateway/downstream'.
import type { VerifiedIdentity, VerifyIdentity } from '../../src/downstream/index.js';

/** What a service was asked, and by whom, as it verified. */
export interface Asked {
  readonly viewer: string | null;
  readonly actor: string | null;
  readonly document: string;
  readonly variables: unknown;
}

export interface ServiceOptions {
  readonly verifyIdentity: VerifyIdentity;
  /** 0: a free one. */
  readonly port: number;
  /** Told of each operation before it runs. */
  readonly onAsked?: (asked: Asked) => void;
}

export interface RunningService {
  /** Where it answers GraphQL. */
  readonly url: string;
  stop(): Promise<void>;
}

/** What `onAsked` is told. */
export function asked(
  { viewer, actor }: Pick<VerifiedIdentity, 'viewer' | 'actor'>,
  document: string,
  variables: unknown,
): Asked {
  return { viewer: viewer?.id ?? null, actor: actor?.id ?? null, document, variables: variables ?? {} };
}

/** Loopback only: these services are examples. */
export const HOST = '127.0.0.1';
