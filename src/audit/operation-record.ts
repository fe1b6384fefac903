import type { EventDraft, EventOperation, EventType, OperationKind } from '../domain/audit-event.js';
import type { Identity } from '../domain/identity.js';
import type { ImpersonationSession } from '../domain/impersonation-session.js';
import type { RequestFacts } from '../domain/request-facts.js';
import { type ErrorCode, GatewayError } from '../errors/index.js';
import type { CallerLog } from '../platform/caller-log.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import { isActivity } from '../policy/index.js';
import type { AttemptRecorder } from './attempts.js';
import { describeActor, describeSession, draftEvent } from './describe.js';
import { Refusals, type RefusedField } from './refusal-log.js';
import type { AuditTrail } from './trail.js';

/** What the trail keeps of an operation, worked out once per document. */
export interface OperationFacts {
  readonly name: string | null;
  readonly type: OperationKind;
  /** Root coordinates. */
  readonly fields: readonly string[];
  readonly documentHash: string;
  /** Response keys of the root selection. */
  readonly rootKeys: readonly string[];
  /** Those of them that are more than a look at the impersonation; see the policy's `isLook`. */
  readonly activeKeys: readonly string[];
}

/** Whether the session is used, for the time-out of those that are not. */
export interface OperationActivity {
  /** Whether the client says that nobody caused the request. */
  readonly isMarked: () => boolean;
  /** Notes that the session is being used; see SessionActivity.note. */
  readonly note: (session: ImpersonationSession) => Promise<boolean> | undefined;
}

export interface OperationRecordOptions {
  readonly identity: Identity;
  readonly request: RequestFacts;
  readonly trail: AuditTrail;
  readonly attempts: AttemptRecorder;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'error'>;
  /** Where it is said what was refused outside impersonation. */
  readonly refusalLog: CallerLog;
  /** Absent: nobody minds whether sessions are used. */
  readonly activity?: OperationActivity;
}

/**
 * The record of ONE operation. Outside impersonation it only remembers the facts, for the events of the use cases, and leaves a line of
 * the log where something was refused; under impersonation it leaves OPERATION_ATTEMPTED, OPERATION_COMPLETED and OPERATION_DENIED.
 */
export interface OperationRecord {
  /** Called once the document is known to be valid, before anything runs. `variables`: JSON text, already redacted. */
  begin(facts: OperationFacts, variables: string | null): void;
  /** The operation as the events of a use case name it; null before `begin`. */
  describe(): EventOperation | null;
  /**
   * Must have resolved before the first resolver of a mutation, or a subscription's source, runs under impersonation.
   * @throws GatewayError AUDIT_UNAVAILABLE: nothing may then run.
   */
  attempt(): void | Promise<void>;
  /**
   * Notes that a guard refused a field.
   * @param code why; null where an event of its own says so already.
   * @param rootKey its response key where it is a root field.
   * @param field which, and by which rule, for the log.
   */
  denied(code: ErrorCode | null, rootKey: string | null, field?: RefusedField): void;
  /** Notes that a field which is about to run leaves an event of its own, which says all there is to say. */
  leavesItsOwn(): void;
  /** Notes that the whole operation was refused before anything ran. */
  refused(code: ErrorCode): void;
  /** Notes that an upstream was asked, by its name. Needs no `this`. */
  readonly touched: (upstream: string) => void;
  /** The upstreams asked so far, sorted. */
  upstreams(): readonly string[];
  /** Lets `finish` wait for a piece of recording that somebody else began. */
  await(work: Promise<unknown>): void;
  /**
   * Leaves the last events of the operation. For a query it must resolve before its result may leave.
   * @throws GatewayError AUDIT_UNAVAILABLE: the result must be withheld.
   */
  finish(errorCodes: readonly string[]): void | Promise<void>;
}

/** How long a mutation's answer waits for OPERATION_COMPLETED; what it did is on the record already. */
const COMPLETION_WAIT_MS = 2_000;
/** What a resolver may refuse by itself. Where a use case refuses, its event says so. */
const REFUSED_BY_RESOLVERS: readonly ErrorCode[] = ['FORBIDDEN', 'UNAUTHENTICATED'];

export function createOperationRecord(options: OperationRecordOptions): OperationRecord {
  const { identity, request, trail, attempts, clock, logger, refusalLog, activity } = options;
  const impersonated = identity.kind === 'impersonated';
  const startedAt = performance.now();
  let facts: OperationFacts | null = null;
  let variables: string | null = null;
  let attempted: Promise<void> | null = null;
  let attemptFailed = false;
  let deniedCode: ErrorCode | null = null;
  let deniedRoots: Set<string> | null = null;
  let refusedWhole = false;
  let recordedElsewhere = false;
  let begun: Promise<unknown>[] | null = null;
  let touched: Set<string> | null = null;
  let refusals: Refusals | null = null;

  function noteRefusal(code: ErrorCode, field?: RefusedField): void {
    if (impersonated) return;
    refusals ??= new Refusals();
    refusals.note(code, field);
  }

  function tellRefusals(errorCodes: readonly string[]): void {
    if (refusals === null && begun === null) {
      for (const code of REFUSED_BY_RESOLVERS) if (errorCodes.includes(code)) noteRefusal(code);
    }
    refusals?.tell(refusalLog, identity, request, describe());
  }

  function upstreams(): readonly string[] {
    return touched === null ? [] : [...touched].sort();
  }

  function describe(errorCodes: readonly string[] = [], durationMs: number | null = null): EventOperation | null {
    if (facts === null) return null;
    const { name, type, fields, documentHash } = facts;
    const operation = { name, type, fields, documentHash, errorCodes, durationMs };
    return touched === null ? operation : { ...operation, upstreams: upstreams() };
  }

  function draft(
    type: EventType,
    outcome: EventDraft['outcome'],
    code: ErrorCode | null,
    operation: EventOperation | null,
  ): EventDraft {
    return draftEvent(
      { type, outcome, occurredAt: clock.now(), request },
      {
        code,
        actor: describeActor(identity),
        subjectId: identity.viewer?.id ?? null,
        session: identity.session && describeSession(identity.session),
        operation,
        details: variables === null ? {} : { variables },
      },
    );
  }

  /** Whether any root field got past the guards; or nothing of a mutation came to them, as where it asks for its type alone. */
  function ran(): boolean {
    if (facts === null || refusedWhole) return false;
    if (attempted !== null) return !attemptFailed;
    if (facts.type === 'MUTATION') return !recordedElsewhere && deniedCode === null && deniedRoots === null;
    return facts.type === 'QUERY' && facts.rootKeys.some((key) => deniedRoots === null || !deniedRoots.has(key));
  }

  /** Undefined where it is no activity, or nothing has to be stored for it. */
  function noteActivity(): Promise<boolean> | undefined {
    const { session } = identity;
    if (activity === undefined || facts === null || session === null) return undefined;
    const hasRun = facts.activeKeys.some((key) => deniedRoots === null || !deniedRoots.has(key));
    if (!isActivity({ kind: facts.type, isMarked: activity.isMarked(), hasRun })) return undefined;
    return activity.note(session)?.catch((cause: unknown) => {
      throw new GatewayError('AUDIT_UNAVAILABLE', { cause });
    });
  }

  async function recordAttempt(): Promise<void> {
    try {
      // Of the time when it came: this process may stand still while its activity is stored, and the session end meanwhile.
      const event = draft('OPERATION_ATTEMPTED', 'UNKNOWN', null, describe());
      // First: what is not done because the session is over must not be on record as attempted under it.
      const noted = noteActivity();
      if (noted !== undefined && !(await noted)) throw new GatewayError('IMPERSONATION_ENDED');
      await trail.record(event);
    } catch (error) {
      // Nothing runs, so nothing is completed. That it was refused belongs on the record as soon as there is one.
      attemptFailed = true;
      deniedCode ??= error instanceof GatewayError ? error.code : 'AUDIT_UNAVAILABLE';
      throw error;
    }
  }

  async function completeLater(event: EventDraft): Promise<void> {
    const written = trail.recordEventually(event).catch((error: unknown) => {
      logger.error({ err: error, requestId: request.id }, 'the completion of an operation could not be recorded');
    });
    let late: NodeJS.Timeout | undefined;
    await Promise.race([
      written,
      new Promise<void>((resolve) => {
        late = setTimeout(resolve, COMPLETION_WAIT_MS);
      }),
    ]);
    clearTimeout(late);
  }

  async function finishImpersonated(errorCodes: readonly string[]): Promise<void> {
    const operation = describe(errorCodes, performance.now() - startedAt);
    const writes: Promise<unknown>[] = [];
    let unnoted: unknown = null;
    // Time and duration of one moment: an auditor reckons from both when it began.
    const outcome = errorCodes.length === 0 ? 'SUCCESS' : 'FAILURE';
    const event = ran() ? draft('OPERATION_COMPLETED', outcome, null, operation) : null;
    if (event !== null && attempted === null) {
      // That the session ended meanwhile keeps no result back: it was let in before.
      await noteActivity()?.catch((error: unknown) => {
        unnoted = error;
        refusedWhole = true;
        attemptFailed = true;
        deniedCode ??= 'AUDIT_UNAVAILABLE';
      });
    }
    if (event !== null && ran()) {
      writes.push(attempted === null ? trail.record(event) : completeLater(event));
    }
    if (deniedCode !== null) {
      const key = `session:${identity.session?.id ?? identity.actor?.id ?? ''}`;
      const when = attemptFailed ? 'later' : 'now';
      writes.push(attempts.refused(key, draft('OPERATION_DENIED', 'FAILURE', deniedCode, operation), when));
    }
    await Promise.all(writes);
    // A session that may be taken for unused has its answers withheld, rather than end under whoever uses it.
    if (unnoted !== null) throw unnoted;
  }

  return {
    begin(operationFacts, redactedVariables) {
      facts = operationFacts;
      variables = redactedVariables;
    },
    describe,
    attempt() {
      if (!impersonated) return;
      attempted ??= recordAttempt();
      return attempted;
    },
    denied(code, rootKey, field) {
      deniedCode ??= code;
      if (code !== null) noteRefusal(code, field);
      if (rootKey !== null) {
        deniedRoots ??= new Set();
        deniedRoots.add(rootKey);
      }
    },
    leavesItsOwn() {
      recordedElsewhere = true;
    },
    refused(code) {
      deniedCode ??= code;
      refusedWhole = true;
      noteRefusal(code);
    },
    touched(upstream) {
      touched ??= new Set();
      touched.add(upstream);
    },
    upstreams,
    await(work) {
      begun ??= [];
      begun.push(work);
    },
    finish(errorCodes) {
      if (refusals !== null || errorCodes.length > 0) tellRefusals(errorCodes);
      const ending = impersonated && facts !== null ? finishImpersonated(errorCodes) : undefined;
      if (begun === null) return ending;
      return Promise.all([...begun, ending]).then(() => undefined);
    },
  };
}
