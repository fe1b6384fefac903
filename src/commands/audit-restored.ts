import { parseArgs } from 'node:util';
import { RetentionError } from '../audit/retention/retention-error.js';
import { findRollBack, newestAnchored, type RollBack } from '../audit/seal/roll-back.js';
import type { Config } from '../config/index.js';
import type { EventDraft } from '../domain/audit-event.js';
import type { StoredSeal } from '../domain/audit-seal.js';
import { newTimedId } from '../platform/ids.js';
import { readReason } from './command-line.js';
import { type CommandTrail, withTrail } from './command-trail.js';
import { asOperator } from './operator.js';
import type { Output } from './output.js';
import { endAll } from './sessions.js';

export const AUDIT_RESTORED_USAGE = `Usage: impersonation-gateway audit restored --reason TEXT [--anchors FILE] --yes

  Says that the store was restored from an earlier copy on purpose. With every gateway stopped: ends every session that is
  active in the copy, records the restore (AUDIT_RESTORED), and makes the next seal go on after those that are lost and
  state them. Gateways start over the store again, and the verifier names what is lost instead of a roll-back.

  --reason TEXT     why; at most 500 characters; recorded
  --anchors FILE    anchors of other replicas; repeat it for each. The newest seal of all counts
  --yes             do it; without it, it says what is lost
`;

interface RestoredOrder {
  /** Null: only say what is lost. */
  readonly reason: string | null;
  readonly anchors: readonly string[];
}

function readOptions(argv: readonly string[]): RestoredOrder | { readonly wrong: string } {
  let values: { reason?: string; anchors?: string[]; yes?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        reason: { type: 'string' },
        anchors: { type: 'string', multiple: true },
        yes: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : 'The options cannot be read.' };
  }
  const anchors = values.anchors ?? [];
  if (values.yes !== true) return { reason: null, anchors };
  const why = readReason(values.reason);
  return 'wrong' in why ? why : { reason: why.reason, anchors };
}

/**
 * `impersonation-gateway audit restored`. May be run again where it was broken off.
 * @returns the exit code: 0 done, or said what is lost; 2 nothing was done because of the options
 * @throws RetentionError where the store is not older than its anchors
 */
export async function auditRestored(argv: readonly string[], configure: () => Config, output: Output): Promise<number> {
  const order = readOptions(argv);
  if ('wrong' in order) {
    output.stderr.write(`${order.wrong}\n\n${AUDIT_RESTORED_USAGE}`);
    return 2;
  }
  const config = asOperator(configure());
  // Broken off before, no seal may be made: it would either contradict the anchors or let gateways start too early.
  let isStated = false;
  const acknowledge = async (parts: CommandTrail): Promise<void> => {
    const { store, gateway, trail, sealer, clock } = parts;
    let newest: StoredSeal | null = null;
    for (const file of [config.anchorFile, ...order.anchors]) {
      const seal = await newestAnchored(file, gateway);
      if (seal === null) output.stderr.write(`${file} holds no seal that the gateway signed.\n`);
      else if (newest === null || seal.index > newest.index) newest = seal;
    }
    const found = await findRollBack(newest, store.seals, gateway);
    const lost = checkEarlier(found);
    output.stdout.write(`Lost: seals ${lost.from} to ${lost.to}, and what they covered, ${lost.span}.\n`);
    if (order.reason === null) {
      output.stdout.write('Nothing was done. Say --yes, with a --reason, to go on from here.\n');
      return;
    }
    // Before any seal: without one the store stays refused, whatever becomes of this process.
    const ended = await endAll(order.reason, parts);
    await trail.record(
      restoredDraft(order.reason, { from: lost.from, to: lost.to, endedSessions: ended }, clock.now()),
    );
    sealer.acknowledgeLost(lost.anchored);
    for (let tries = 0; tries < SEALING_TRIES && (await store.seals.latest())?.index !== lost.to + 1; tries += 1) {
      await sealer.seal();
    }
    if ((await findRollBack(newest, store.seals, gateway)) !== null) {
      throw new RetentionError('The restore could not be sealed. Run it again, with every gateway stopped.');
    }
    isStated = true;
    output.stdout.write(
      `${ended} sessions were ended, and seal ${lost.to + 1} states what is lost. This is on record.\n`,
    );
  };
  await withTrail(config, output, acknowledge, { sealsAtEnd: () => isStated, mayBeRolledBack: true });
  return 0;
}

const SEALING_TRIES = 3;

function checkEarlier(found: RollBack | null) {
  if (found === null) {
    throw new RetentionError(
      'The store holds the newest anchored seal: it is not older than its anchors, and there is nothing to acknowledge. After a restore without newer anchors, end the sessions with `sessions end-all`.',
    );
  }
  const { anchored, newest, kind } = found;
  if (kind === 'OTHER') {
    throw new RetentionError(
      `The store is no earlier copy: it went on after the anchored seal ${anchored.index}, without it. See \`audit verify\`.`,
    );
  }
  const time = (seal: StoredSeal | null): string =>
    seal === null ? 'the beginning' : new Date(seal.sealedAt).toISOString();
  return {
    anchored,
    from: (newest?.index ?? -1) + 1,
    to: anchored.index,
    span: `${time(newest)} to ${time(anchored)}`,
  };
}

function restoredDraft(reason: string, lost: object, occurredAt: number): EventDraft {
  return {
    type: 'AUDIT_RESTORED',
    outcome: 'SUCCESS',
    code: null,
    occurredAt,
    // Whoever runs the command is known to the machine it runs on: `gateway.instance` names both.
    actor: null,
    subjectId: null,
    session: null,
    operation: null,
    request: { id: newTimedId(), traceparent: null },
    count: 1,
    details: { reason, variables: JSON.stringify({ lostSeals: lost }) },
  };
}
