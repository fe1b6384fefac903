import type { ErrorCode } from '../../src/errors/index.js';
import type { RunningGateway } from '../support/running-gateway.js';

/** A start by ADMIN user_ada that is allowed or refused for a reason other than who the two are. */
export interface StartCondition {
  readonly condition: string;
  /** The configuration it is about. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What happens before. */
  readonly before?: (gateway: RunningGateway) => Promise<void>;
  /** The token; user_ada's, made after `before`, where it is absent. */
  readonly token?: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly expected: 'yes' | ErrorCode;
  /** The input did not even fit its type, so nobody has read whom it names. */
  readonly unread?: boolean;
  /** What stands beside the code. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

const started =
  (times: number, actorId = 'user_ada') =>
  async (gateway: RunningGateway) => {
    for (let i = 0; i < times; i += 1) await gateway.impersonate(actorId, 'user_carl');
  };
const startedAndStopped = (times: number) => async (gateway: RunningGateway) => {
  for (let i = 0; i < times; i += 1) {
    const { actorToken } = await gateway.impersonate('user_ada', 'user_carl');
    await gateway.graphql(actorToken, 'mutation { stopImpersonation { session { id } } }');
  }
};
const bad = (field: string) => ({ expected: 'BAD_USER_INPUT', extensions: { field } }) as const;

export const START_CONDITIONS: readonly StartCondition[] = [
  // What is said about the start.
  { condition: 'a reason of three characters', input: { reason: ' abc ' }, expected: 'yes' },
  { condition: 'a reason of two characters', input: { reason: 'ab' }, ...bad('reason') },
  { condition: 'a reason of blanks', input: { reason: '      ' }, ...bad('reason') },
  { condition: 'a reason of 500 characters', input: { reason: '😀'.repeat(500) }, expected: 'yes' },
  { condition: 'a reason of 501 characters', input: { reason: 'x'.repeat(501) }, ...bad('reason') },
  { condition: 'a reason with a control character', input: { reason: 'abc\u001b[2J' }, ...bad('reason') },
  { condition: 'a ticket of 100 characters', input: { ticket: 'x'.repeat(100) }, expected: 'yes' },
  { condition: 'a ticket of 101 characters', input: { ticket: 'x'.repeat(101) }, ...bad('ticket') },
  { condition: '60 seconds', input: { durationSeconds: 60 }, expected: 'yes' },
  { condition: '59 seconds', input: { durationSeconds: 59 }, ...bad('durationSeconds') },
  { condition: '3600 seconds', input: { durationSeconds: 3_600 }, expected: 'yes' },
  { condition: '3601 seconds', input: { durationSeconds: 3_601 }, ...bad('durationSeconds') },
  { condition: 'negative seconds', input: { durationSeconds: -600 }, ...bad('durationSeconds') },
  {
    condition: 'more seconds than are configured',
    environment: { IMPERSONATION_MAX_SECONDS: '600' },
    input: { durationSeconds: 601 },
    ...bad('durationSeconds'),
  },
  { condition: 'an access that there is not', input: { access: 'ROOT' }, expected: 'BAD_USER_INPUT', unread: true },
  { condition: 'an actor in the input', input: { actorId: 'user_grace' }, expected: 'BAD_USER_INPUT', unread: true },
  { condition: 'a reason that is null', input: { reason: null }, expected: 'BAD_USER_INPUT', unread: true },

  // How many.
  { condition: 'two active sessions', before: started(2), expected: 'yes' },
  { condition: 'three active sessions', before: started(3), expected: 'SESSION_LIMIT' },
  { condition: "three active sessions of another actor's", before: started(3, 'user_grace'), expected: 'yes' },
  { condition: 'three sessions that have ended', before: startedAndStopped(3), expected: 'yes' },
  {
    condition: 'three sessions whose time is up',
    before: async (gateway) => {
      await started(3)(gateway);
      gateway.clock.advance(601_000);
    },
    expected: 'yes',
  },
  {
    condition: 'as many active sessions as are configured',
    environment: { IMPERSONATION_MAX_ACTIVE: '1' },
    before: started(1),
    expected: 'SESSION_LIMIT',
  },
  { condition: 'nine starts within a minute', before: startedAndStopped(9), expected: 'yes' },
  { condition: 'ten starts within a minute', before: startedAndStopped(10), expected: 'RATE_LIMITED' },
  {
    condition: 'ten starts, more than a minute ago',
    before: async (gateway) => {
      await startedAndStopped(10)(gateway);
      gateway.clock.advance(61_000);
    },
    expected: 'yes',
  },
  {
    condition: 'as many starts as are configured',
    environment: { IMPERSONATION_STARTS_PER_MINUTE: '1' },
    before: startedAndStopped(1),
    expected: 'RATE_LIMITED',
  },

  // How the actor signed in.
  {
    condition: 'a sign-in that is fresh enough',
    environment: { STEP_UP_MAX_AUTH_AGE_SECONDS: '300' },
    expected: 'yes',
  },
  {
    condition: 'a sign-in without a method that is demanded',
    environment: { STEP_UP_REQUIRED_AMR: 'mfa,hwk' },
    expected: 'STEP_UP_REQUIRED',
    extensions: { requiredAmr: ['mfa', 'hwk'] },
  },

  // Who is protected.
  {
    condition: 'a role that is protected by configuration',
    environment: { PROTECTED_ROLES: 'USER' },
    expected: 'SUBJECT_PROTECTED',
  },
  {
    condition: 'a role that is not protected by configuration',
    environment: { PROTECTED_ROLES: 'ADMIN' },
    input: { userId: 'user_audrey' },
    expected: 'yes',
  },
];
