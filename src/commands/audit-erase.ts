import { parseArgs } from 'node:util';
import { eraseDetails } from '../audit/erase.js';
import { holdsAbout, type PlacedHold } from '../audit/retention/holds.js';
import { RetentionError } from '../audit/retention/retention-error.js';
import type { Config } from '../config/index.js';
import { withTrail } from './command-trail.js';
import type { Output } from './output.js';

export const AUDIT_ERASE_USAGE = `Usage: impersonation-gateway audit erase --user ID [--reason TEXT] --yes

  Destroys the details (reasons, tickets, addresses, user agents, variables) of every event and session whose actor or
  subject is the user. Ids and facts stay, and so does the proof that they were not changed. It cannot be undone, and is
  itself recorded (AUDIT_ERASED). Under a legal hold it is refused.

  --user ID        whose details
  --reason TEXT    why, e.g. the number of the request; at most 500 characters; recorded
  --yes            do it; without it nothing is done
`;

const MOST_CHARACTERS = 500;

export interface AuditEraseOptions {
  readonly user: string;
  readonly reason: string | null;
}

/** The options of a command line; else what is wrong with it. */
export function readAuditEraseOptions(argv: readonly string[]): AuditEraseOptions | { readonly wrong: string } {
  let values: { user?: string; reason?: string; yes?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: { user: { type: 'string' }, reason: { type: 'string' }, yes: { type: 'boolean' } },
    }));
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : 'The options cannot be read.' };
  }
  const { user, reason, yes } = values;
  const why = reason?.trim() ?? '';
  if (user === undefined || user === '') return { wrong: '--user is missing.' };
  if (why.length > MOST_CHARACTERS) return { wrong: `--reason is longer than ${MOST_CHARACTERS} characters.` };
  if (yes !== true) return { wrong: `Nothing was erased. Say --yes to destroy the details about ${printable(user)}.` };
  return { user, reason: why === '' ? null : why };
}

/**
 * `impersonation-gateway audit erase`: see {@link eraseDetails}.
 * @returns the exit code: 0 done, 2 nothing was done because of the options
 */
export async function auditErase(argv: readonly string[], configure: () => Config, output: Output): Promise<number> {
  const options = readAuditEraseOptions(argv);
  if ('wrong' in options) {
    output.stderr.write(`${options.wrong}\n\n${AUDIT_ERASE_USAGE}`);
    return 2;
  }
  const { events, sessions } = await withTrail(configure(), output, async ({ store, trail, gateway, clock }) => {
    const holds = await holdsAbout(options.user, store.events, gateway, clock.now());
    if (holds.length > 0) throw new RetentionError(heldText(options.user, holds));
    return eraseDetails(options.user, options.reason, { events: store.events, sessions: store.sessions, trail, clock });
  });
  output.stdout.write(`${events} events and ${sessions} sessions lost their details. This is on record.\n`);
  return 0;
}

function heldText(user: string, holds: readonly PlacedHold[]): string {
  const ids = holds.map(({ id }) => id).join(', ');
  return `Nothing was erased: details about ${printable(user)} are under legal hold (${ids}). Release it first, or decline the request.`;
}

function printable(text: string): string {
  return JSON.stringify(text);
}
