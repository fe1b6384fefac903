import { parseArgs } from 'node:util';
import type { Config } from '../config/index.js';
import { createSessionView, endAllSessions } from '../impersonation/index.js';
import { readReason } from './command-line.js';
import { type CommandTrail, withTrail } from './command-trail.js';
import { asOperator } from './operator.js';
import type { Output } from './output.js';

export const SESSIONS_USAGE = `Usage: impersonation-gateway sessions end-all --reason TEXT --yes

  Ends every active impersonation session at once, each on record (IMPERSONATION_REVOKED). Running gateways refuse their
  tokens within a second.

  --reason TEXT    why; at most 500 characters; recorded
  --yes            do it; without it nothing is done
`;

/** `impersonation-gateway sessions end-all`. @returns the exit code: 0 done, 2 nothing was done because of the options */
export async function sessions(argv: readonly string[], configure: () => Config, output: Output): Promise<number> {
  const order = readEndAllOptions(argv);
  if ('wrong' in order) {
    output.stderr.write(`${order.wrong}\n\n${SESSIONS_USAGE}`);
    return 2;
  }
  const ended = await withTrail(asOperator(configure()), output, (parts) => endAll(order.reason, parts));
  output.stdout.write(`${ended} sessions were ended. This is on record.\n`);
  return 0;
}

/** See {@link endAllSessions}. */
export function endAll(reason: string, { store, trail, clock, logger, metrics }: CommandTrail): Promise<number> {
  const view = createSessionView({ sessions: store.sessions, clock, logger });
  return endAllSessions(reason, {
    sessions: store.sessions,
    events: store.events,
    view,
    trail,
    clock,
    logger,
    metrics,
  });
}

function readEndAllOptions(argv: readonly string[]): { readonly reason: string } | { readonly wrong: string } {
  let values: { reason?: string; yes?: boolean };
  let positionals: string[];
  try {
    ({ values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { reason: { type: 'string' }, yes: { type: 'boolean' } },
    }));
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : 'The options cannot be read.' };
  }
  if (positionals.length !== 1 || positionals[0] !== 'end-all') return { wrong: 'Say end-all.' };
  const why = readReason(values.reason);
  if ('wrong' in why) return why;
  return values.yes === true ? why : { wrong: 'Nothing was ended. Say --yes to end every active session.' };
}
