import type { ServerResponse } from 'node:http';
import { drained } from '../steps/drained.js';

export interface OutletOptions {
  /** How long the client may take nothing before it is cut off, milliseconds. */
  readonly stalledMs: number;
  /** How much may wait for the client, bytes; beyond it it is cut off. */
  readonly mostBytes: number;
  readonly onCut: () => void;
}

/** Thrown into what would go on sending to a client that has gone or was cut off. */
export class CutOff extends Error {
  override readonly name = 'CutOff';
}

/**
 * Where a stream goes out to its client: what is sent waits for the client to take what was sent before, and a client that takes nothing
 * is cut off. Without it, what one takes slowly the gateway would keep for it without a bound.
 */
export class Outlet {
  readonly #options: OutletOptions;
  readonly #waiting = new Set<() => void>();
  #res: ServerResponse | null = null;
  #blocked = true;
  #bytes = 0;
  #over = false;

  constructor(options: OutletOptions) {
    this.#options = options;
  }

  /** Waits until more may be sent, before it is put where it waits to be sent. @throws CutOff where nobody is left to send to */
  async ready(next: unknown): Promise<void> {
    if (this.#over) throw new CutOff('the client of a stream has gone');
    if (!this.#blocked) return;
    // However large it is, what comes first waits for nobody's sake but its own.
    if (this.#bytes > this.#options.mostBytes) this.#cut();
    const bytes = JSON.stringify(next)?.length ?? 0;
    this.#bytes += bytes;
    if (!this.#over) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    this.#bytes -= bytes;
    if (this.#over) throw new CutOff('the client of a stream has gone, or took too little');
  }

  /** Sends all there is. Resolves when there is no more, or the client has gone or was cut off. */
  async send(res: ServerResponse, texts: AsyncIterable<string>): Promise<void> {
    this.#res = res;
    if (this.#over) this.#res.destroy();
    this.#release();
    for await (const text of texts) {
      // Of a client that went before anything was sent, nobody tells any more: what is written then would never be taken.
      if (res.destroyed || !res.writable) break;
      if (res.write(text)) continue;
      this.#blocked = true;
      const late = setTimeout(() => this.#cut(), this.#options.stalledMs);
      await drained(res);
      clearTimeout(late);
      this.#release();
    }
  }

  /** Nothing is sent any more. Whoever waits to send is told. */
  end(): void {
    this.#over = true;
    this.#release();
  }

  #cut(): void {
    if (this.#over) return;
    this.#options.onCut();
    this.#res?.destroy();
    this.end();
  }

  #release(): void {
    this.#blocked = false;
    for (const go of this.#waiting) go();
    this.#waiting.clear();
  }
}
