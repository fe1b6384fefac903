import type { OperationRecord } from '../audit/operation-record.js';
import type { Identity } from '../domain/identity.js';
import type { RequestFacts } from '../domain/request-facts.js';
import type { OnwardContext } from '../upstreams/onward-context.js';
import type { InboundHeaders } from '../upstreams/outbound-headers.js';
import type { Connection } from './connection.js';

/** Nothing in it costs anything before an upstream is asked; most requests ask none. */
export class Onward implements OnwardContext {
  readonly identity: Identity;
  readonly request: RequestFacts;
  readonly sessionFault: OnwardContext['sessionFault'];
  readonly #connection: Connection;
  readonly #operation: OperationRecord;
  #timeIsUp = false;

  constructor(
    identity: Identity,
    request: RequestFacts,
    connection: Connection,
    operation: OperationRecord,
    sessionFault: OnwardContext['sessionFault'],
  ) {
    this.identity = identity;
    this.request = request;
    this.sessionFault = sessionFault;
    this.#connection = connection;
    this.#operation = operation;
  }

  get inboundHeaders(): InboundHeaders {
    return this.#connection.headers;
  }

  get signal(): AbortSignal {
    return this.#connection.signal;
  }

  /** Whether the operation was given up because it took too long. */
  get timeIsUp(): boolean {
    return this.#timeIsUp;
  }

  /** Gives the operation up: what was begun for it is cancelled, and no further mutation of it begins. */
  end(why: Error): void {
    this.#timeIsUp = true;
    this.#connection.end(why);
  }

  get touched(): (upstream: string) => void {
    return this.#operation.touched;
  }
}
