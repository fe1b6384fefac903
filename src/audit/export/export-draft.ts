import type { EventDraft } from '../../domain/audit-event.js';
import type { RequestFacts } from '../../domain/request-facts.js';
import { boundedVariables } from '../bounded-variables.js';
import { draftEvent } from '../describe.js';
import type { ExportOrder } from './export-parameters.js';

/** The AUDIT_EXPORTED event of an export. @param about who exports, where the gateway knows it */
export function exportDraft(
  order: ExportOrder,
  occurredAt: number,
  request: RequestFacts,
  about: Partial<Pick<EventDraft, 'actor' | 'subjectId' | 'session'>> = {},
): EventDraft {
  return draftEvent(
    { type: 'AUDIT_EXPORTED', outcome: 'SUCCESS', occurredAt, request },
    { ...about, details: { variables: boundedVariables({ format: order.format, filter: order.filter }) } },
  );
}
