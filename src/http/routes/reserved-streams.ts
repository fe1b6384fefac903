import type { Outlet } from '../protection/outlet.js';
import type { OperationConnection } from '../steps/operation-connection.js';
import { Taking } from './taking.js';

/** An event stream that was reserved: its results go out by a connection of their own, which may come later. */
export class ReservedStream {
  /** Who has reserved it, as `countedAs` has it: nobody else may open it. */
  readonly owner: string;
  readonly outlet: Outlet;
  readonly taking = new Taking();
  readonly #leave: () => void;
  readonly #operations = new Map<string, OperationConnection>();
  #over = false;

  /** @param leave gives back the place that it takes */
  constructor(owner: string, outlet: Outlet, leave: () => void) {
    this.owner = owner;
    this.outlet = outlet;
    this.#leave = leave;
  }

  /** An operation whose results go out by it; it ends with the stream. */
  began(id: string, connection: OperationConnection): void {
    if (this.#over) connection.end();
    else this.#operations.set(id, connection);
  }

  /** An operation is over, or its client has left it. */
  ended(id: string): void {
    this.#operations.get(id)?.end();
    this.#operations.delete(id);
  }

  /** The client has gone, or never came. */
  close(): void {
    if (this.#over) return;
    this.#over = true;
    for (const connection of this.#operations.values()) connection.end();
    this.#operations.clear();
    this.outlet.end();
    this.taking.end();
    this.#leave();
  }
}
