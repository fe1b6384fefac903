import type { UpstreamConfig } from '../../upstreams/config/gateway-config.js';
import type { TransportPool } from './transport-pool.js';

export interface FetchedSchema {
  /** Null where the service has never told it. */
  readonly sdl: string | null;
  /** Why it could not be had now; null where it could. */
  readonly failure: unknown;
}

/** The schemas that services tell of themselves, and told before. */
export class FetchedSchemas {
  readonly #transports: TransportPool;
  readonly #closing: AbortSignal;
  /** By the key of the transport: what a service told under another configuration is another service's. */
  readonly #told = new Map<string, string>();

  constructor(transports: TransportPool, closing: AbortSignal) {
    this.#transports = transports;
    this.#closing = closing;
  }

  /** @param anew false: what was told before will do. */
  async of(upstream: UpstreamConfig, anew: boolean): Promise<FetchedSchema> {
    const { transport, key, release } = this.#transports.lend(upstream);
    try {
      const known = this.#told.get(key) ?? null;
      if (!anew && known !== null) return { sdl: known, failure: null };
      try {
        const sdl = await transport.fetchSdl(this.#closing);
        this.#told.set(key, sdl);
        return { sdl, failure: null };
      } catch (failure) {
        return { sdl: known, failure };
      }
    } finally {
      await release();
    }
  }
}
