import type { RecordedEvent } from '../src/audit/recorded-event.js';
import type { GatewayContext } from '../src/context/gateway-context.js';
import type { EventFilter, PageRequest } from '../src/stores/index.js';
import { type Connection, connection } from './connection.js';
import { encodeCursor } from './cursor.js';

/** A page of events as a connection, read in the name of the request's actor. */
export async function eventConnection(
  context: GatewayContext,
  filter: EventFilter,
  page: PageRequest,
): Promise<Connection<RecordedEvent>> {
  const { identity, request, operation } = context;
  const reading = { identity, request, operation: operation.describe() };
  const slice = await context.services.audit.page(filter, page, reading);
  return connection(slice, page, ({ stored }) => encodeCursor('event', { at: stored.occurredAt, id: stored.id }));
}
