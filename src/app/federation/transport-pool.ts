import type { UpstreamConfig } from '../../upstreams/config/gateway-config.js';
import type { UpstreamTransport } from '../../upstreams/transport/index.js';

/** A transport that several may use. */
export interface LentTransport {
  readonly transport: UpstreamTransport;
  /** The same for two that go the same way: a service whose configuration changed is another one. */
  readonly key: string;
  /** Once. The last to give it back closes it. */
  release(): Promise<void>;
}

interface Shared {
  readonly transport: UpstreamTransport;
  users: number;
}

/** The ways to the upstreams, shared by all generations that go the same way: a new schema costs no connection. */
export class TransportPool {
  readonly #create: (upstream: UpstreamConfig) => UpstreamTransport;
  readonly #open = new Map<string, Shared>();

  constructor(create: (upstream: UpstreamConfig) => UpstreamTransport) {
    this.#create = create;
  }

  lend(upstream: UpstreamConfig): LentTransport {
    const key = JSON.stringify(upstream);
    let shared = this.#open.get(key);
    if (shared === undefined) {
      shared = { transport: this.#create(upstream), users: 0 };
      this.#open.set(key, shared);
    }
    shared.users += 1;
    const { transport } = shared;
    return { transport, key, release: () => this.#release(key) };
  }

  async #release(key: string): Promise<void> {
    const shared = this.#open.get(key);
    if (shared === undefined) return;
    shared.users -= 1;
    if (shared.users > 0) return;
    this.#open.delete(key);
    await shared.transport.close();
  }
}
