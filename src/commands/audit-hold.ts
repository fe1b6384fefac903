import { parseArgs } from 'node:util';
import { isInForce, type PlacedHold, placeHold, readHolds, releaseHold } from '../audit/retention/holds.js';
import type { Config } from '../config/index.js';
import type { EventHold } from '../domain/audit-event.js';
import { readMoment, readReason } from './command-line.js';
import { withTrail } from './command-trail.js';
import { asOperator } from './operator.js';
import type { Output } from './output.js';

export const AUDIT_HOLD_USAGE = `Usage: impersonation-gateway audit hold --add [--user ID] [--session ID] [--from TIME] [--to TIME] [--until TIME] --reason TEXT
       impersonation-gateway audit hold --release HOLD --reason TEXT
       impersonation-gateway audit hold --list

  While a hold is in force, what it names is neither pruned nor erased. Placing and releasing it is recorded
  (LEGAL_HOLD_PLACED, LEGAL_HOLD_RELEASED); the record is where holds are kept.

  --user ID        events whose actor or subject is the user
  --session ID     events of this session
  --from, --to     events that occurred at or after, and before
                   What is named has to fit together; at least one has to be named.
  --until TIME     when the hold ends by itself; without it, when it is released
  --reason TEXT    why, e.g. the number of the case; at most 500 characters; recorded

  TIME is a day (2026-01-31, UTC) or RFC 3339.
`;

type HoldOrder =
  | { readonly kind: 'add'; readonly hold: Omit<EventHold, 'id'>; readonly reason: string }
  | { readonly kind: 'release'; readonly id: string; readonly reason: string }
  | { readonly kind: 'list' };

/** The options of a command line; else what is wrong with it. */
export function readAuditHoldOptions(argv: readonly string[]): HoldOrder | { readonly wrong: string } {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  let values: Readonly<Record<string, string | boolean | undefined>>;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        add: flag,
        release: text,
        list: flag,
        user: text,
        session: text,
        from: text,
        to: text,
        until: text,
        reason: text,
      },
    }));
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : 'The options cannot be read.' };
  }
  const given = (name: string): string | null => {
    const value = values[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const id = given('release');
  if ([values.add === true, id !== null, values.list === true].filter(Boolean).length !== 1) {
    return { wrong: 'Say one of --add, --release HOLD, --list.' };
  }
  if (values.list === true) return { kind: 'list' };
  const why = readReason(given('reason') ?? undefined);
  if ('wrong' in why) return why;
  if (id !== null) return { kind: 'release', id, reason: why.reason };

  const times: Record<string, number | null> = {};
  for (const name of ['from', 'to', 'until']) {
    const value = given(name);
    const at = value === null ? null : readMoment(value);
    if (value !== null && at === null) return { wrong: `--${name} is not a time such as 2026-01-31T12:00:00Z.` };
    times[name] = at;
  }
  const { from = null, to = null, until = null } = times;
  const hold = { userId: given('user'), sessionId: given('session'), from, to, until };
  if ([hold.userId, hold.sessionId, from, to].every((part) => part === null)) {
    return { wrong: 'Say what is held: --user, --session, --from, --to.' };
  }
  if (from !== null && to !== null && from >= to) return { wrong: '--from is not before --to.' };
  return { kind: 'add', hold, reason: why.reason };
}

/**
 * `impersonation-gateway audit hold`: see {@link placeHold}, {@link releaseHold}, {@link readHolds}.
 * @returns the exit code: 0 done, 2 nothing was done because of the options
 */
export async function auditHold(argv: readonly string[], configure: () => Config, output: Output): Promise<number> {
  const order = readAuditHoldOptions(argv);
  if ('wrong' in order) {
    output.stderr.write(`${order.wrong}\n\n${AUDIT_HOLD_USAGE}`);
    return 2;
  }
  return withTrail(asOperator(configure()), output, async ({ store, trail, gateway, clock }) => {
    const now = clock.now();
    const parts = { events: store.events, gateway, trail, now };
    if (order.kind === 'list') {
      const holds = await readHolds(store.events, gateway);
      for (const hold of holds) output.stdout.write(`${holdLine(hold, now)}\n`);
      output.stdout.write(
        `${holds.filter((hold) => isInForce(hold, now)).length} holds in force, ${holds.length} in all.\n`,
      );
    } else if (order.kind === 'add') {
      if (order.hold.until !== null && order.hold.until <= now) {
        output.stderr.write(`--until is in the past.\n\n${AUDIT_HOLD_USAGE}`);
        return 2;
      }
      const { id } = await placeHold(order.hold, order.reason, parts);
      output.stdout.write(`The hold ${id} is in force. This is on record.\n`);
    } else {
      await releaseHold(order.id, order.reason, parts);
      output.stdout.write(`The hold ${order.id} was released. This is on record.\n`);
    }
    return 0;
  });
}

/** One hold for a person. Texts come from the trail: they are quoted, so that they cannot steer a terminal. */
export function holdLine(hold: PlacedHold, now: number): string {
  const { id, placedAt, releasedAt, until, reason } = hold;
  const state = isInForce(hold, now) ? 'in force' : releasedAt === null ? 'ended' : `released ${timeText(releasedAt)}`;
  const end = until === null ? '' : ` until ${timeText(until)}`;
  return `${quoted(id)}  ${state}${end}  placed ${timeText(placedAt)}  ${holdScope(hold)}  ${quoted(reason ?? 'reason erased')}`;
}

function holdScope({ userId, sessionId, from, to }: EventHold): string {
  return [
    userId === null ? [] : [`user ${quoted(userId)}`],
    sessionId === null ? [] : [`session ${quoted(sessionId)}`],
    from === null ? [] : [`from ${timeText(from)}`],
    to === null ? [] : [`to ${timeText(to)}`],
  ]
    .flat()
    .join(' ');
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

function timeText(at: number): string {
  return new Date(at).toISOString();
}
