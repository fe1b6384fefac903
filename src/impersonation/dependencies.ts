import type { AnomalyWatch } from '../audit/anomalies.js';
import type { AttemptRecorder } from '../audit/attempts.js';
import type { AuditTrail } from '../audit/trail.js';
import type { User } from '../domain/user.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { ImpersonationRules } from '../policy/index.js';
import type { EventStore, SessionStore } from '../stores/index.js';
import type { ActorTokenMinter } from '../tokens/index.js';
import type { DurationLimits } from './input.js';
import type { SessionView } from './session-view.js';

/** What the use cases of impersonation work with. */
export interface ImpersonationDependencies {
  readonly sessions: SessionStore;
  readonly events: EventStore;
  readonly view: SessionView;
  readonly trail: AuditTrail;
  readonly attempts: AttemptRecorder;
  /** Told of every start; absent: nobody is. */
  readonly anomalies?: Pick<AnomalyWatch, 'started'>;
  readonly minter: ActorTokenMinter;
  /** The directory's word on a person, at most 1 s old. */
  readonly findUser: (id: string) => Promise<User | null>;
  readonly rules: ImpersonationRules;
  readonly durations: DurationLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What ending a session needs of them. */
export type EndingDependencies = Pick<
  ImpersonationDependencies,
  'sessions' | 'events' | 'view' | 'trail' | 'clock' | 'logger' | 'metrics'
>;
