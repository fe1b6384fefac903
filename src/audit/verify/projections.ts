import type { StoredEvent } from '../../domain/audit-event.js';
import { eventId } from '../format.js';

/** The columns or fields of a stored event that repeat what its body says, for the indexes. */
export type Projections = Pick<
  StoredEvent,
  'id' | 'occurredAt' | 'type' | 'outcome' | 'actorId' | 'subjectId' | 'sessionId' | 'requestId' | 'operationName'
>;

interface ProjectedBody {
  readonly chain: string;
  readonly sequence: number;
  readonly occurredAt: string;
  readonly type: string;
  readonly outcome: string;
  readonly actor: { readonly id: string } | null;
  readonly subject: { readonly id: string } | null;
  readonly session: { readonly id: string } | null;
  readonly operation: { readonly name: string | null } | null;
  readonly request: { readonly id: string };
}

/**
 * The first projection that is not exactly what the body says, types included; null where all are.
 * @param body known to be strictly well-formed
 */
export function differingProjection(projections: Projections, body: string): keyof Projections | null {
  const { chain, sequence, occurredAt, type, outcome, actor, subject, session, operation, request }: ProjectedBody =
    JSON.parse(body);
  const expected: Readonly<Record<keyof Projections, string | number | null>> = {
    id: eventId(chain, sequence),
    occurredAt: Date.parse(occurredAt),
    type,
    outcome,
    actorId: actor?.id ?? null,
    subjectId: subject?.id ?? null,
    sessionId: session?.id ?? null,
    requestId: request.id,
    operationName: operation?.name ?? null,
  };
  const names = Object.keys(expected) as (keyof Projections)[];
  return names.find((name) => projections[name] !== expected[name]) ?? null;
}
