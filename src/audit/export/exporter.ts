import type { Identity } from '../../domain/identity.js';
import type { RequestFacts } from '../../domain/request-facts.js';
import type { ErrorCode } from '../../errors/index.js';
import type { Clock } from '../../platform/clock.js';
import type { AttemptRecorder } from '../attempts.js';
import { boundedVariables } from '../bounded-variables.js';
import { describeActor, describeSession, draftEvent } from '../describe.js';
import type { AuditTrail } from '../trail.js';
import type { ExportSource } from './chain-pages.js';
import { exportDraft } from './export-draft.js';
import type { ExportOrder } from './export-parameters.js';
import { exportTrail } from './export-trail.js';

/** Who asked, and in which request. */
export interface ExportRequest {
  readonly identity: Identity;
  readonly request: RequestFacts;
}

export interface BegunExport {
  /** Milliseconds since the epoch. */
  readonly begunAt: number;
  /** See {@link exportTrail}. */
  readonly pieces: AsyncGenerator<string, void, void>;
}

/** Exports of the trail to people. Each leaves an event. */
export interface AuditExporter {
  /**
   * Begins an export once its AUDIT_EXPORTED event is durable: actor, and, in the details, format and filter. The export
   * holds that event too, where its filter lets it through.
   * @throws GatewayError AUDIT_UNAVAILABLE: who exports unseen, exports nothing.
   */
  begin(order: ExportOrder, by: ExportRequest): Promise<BegunExport>;
  /** Leaves the OPERATION_DENIED event of an attempt refused under impersonation, and nothing of any other. Never throws. */
  refused(code: ErrorCode, by: ExportRequest): Promise<void>;
}

export interface AuditExporterOptions {
  readonly events: ExportSource;
  readonly trail: AuditTrail;
  readonly attempts: AttemptRecorder;
  readonly clock: Clock;
}

export function createAuditExporter({ events, trail, attempts, clock }: AuditExporterOptions): AuditExporter {
  function about({ identity }: ExportRequest) {
    return {
      actor: describeActor(identity),
      subjectId: identity.kind === 'impersonated' ? identity.viewer.id : null,
      session: identity.session && describeSession(identity.session),
    };
  }

  return {
    async begin(order, by) {
      const begunAt = clock.now();
      await trail.record(exportDraft(order, begunAt, by.request, about(by)));
      return { begunAt, pieces: exportTrail(events, order, { begunAt, clock }) };
    },
    async refused(code, by) {
      if (by.identity.kind !== 'impersonated') return;
      const key = `session:${by.identity.session?.id ?? by.identity.actor.id}`;
      await attempts.refused(
        key,
        draftEvent(
          { type: 'OPERATION_DENIED', outcome: 'FAILURE', occurredAt: clock.now(), request: by.request },
          // No GraphQL operation, so none is named; the route is what was attempted.
          { ...about(by), code, details: { variables: boundedVariables({ route: 'GET /audit/export' }) } },
        ),
      );
    },
  };
}
