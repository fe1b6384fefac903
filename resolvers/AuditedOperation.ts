import type { RecordedEvent } from '../src/audit/recorded-event.js';
import type { EventOperation } from '../src/domain/audit-event.js';
import type { AuditedOperationResolvers } from '../src/generated/resolvers-types.js';

/** Only events that have an operation are resolved as one; see ImpersonationEvent.operation. */
function operationOf({ body, stored }: RecordedEvent): EventOperation {
  if (body.operation === null) throw new Error(`the event ${stored.id} has no operation`);
  return body.operation;
}

export const AuditedOperation: AuditedOperationResolvers = {
  name: (event) => operationOf(event).name,
  type: (event) => operationOf(event).type,
  fields: (event) => operationOf(event).fields,
  documentHash: (event) => operationOf(event).documentHash,
  variables: ({ details }) => details.variables ?? null,
  errorCodes: (event) => operationOf(event).errorCodes,
  durationMs: (event) => operationOf(event).durationMs,
  upstreams: (event) => operationOf(event).upstreams ?? [],
};
