import { expect, onTestFinished } from 'vitest';
import { openChain } from '../../src/audit/chain.js';
import type { EventDraft, StoredEvent } from '../../src/domain/audit-event.js';
import type { AttackGroup } from './attack.js';
import type { Ground } from './ground.js';
import { recorded, start } from './moves.js';
import { connect } from './socket.js';

const FOLLOW =
  'subscription Follow($after: String) { impersonationEventRecorded(after: $after) { type streamCursor } }';

/** Takes an event out, as the pruning of what is old does. */
async function prune({ truth, clock }: Ground, gone: StoredEvent): Promise<void> {
  const { chain, sequence, previousHash, hash } = gone;
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const draft: EventDraft = {
    type: 'AUDIT_PRUNED',
    outcome: 'SUCCESS',
    code: null,
    occurredAt: clock.now(),
    actor: null,
    subjectId: null,
    session: null,
    operation: null,
    request: { id: 'request-1', traceparent: null },
    count: 1,
    pruned: {
      before: clock.now(),
      throughSeal: 0,
      archive: { sha256: '00'.repeat(32), bytes: 1, events: 1 },
      ranges: [{ chain, from: sequence, to: sequence, previousHash: hex(previousHash), head: hex(hash) }],
    },
    details: {},
  };
  await truth.events.append(openChain({ instance: 'somebody@here', version: '0.1.0' }).extend([draft]));
  await truth.events.prune({ chain, from: sequence, to: sequence }, 1);
}

export const prunedStreams: AttackGroup = {
  file: 'pruned-streams.ts',
  title: 'streams over what is pruned',
  attacks: [
    {
      id: 'A228',
      title: 'having what one did pruned while the auditor who follows the trail is away',
      threat: 'the auditor goes on from the last cursor, is promised every event, and never hears of it',
      codes: ['BAD_USER_INPUT'],
      trail: ['AUDIT_PRUNED ->-', 'AUDIT_READ audrey>-', 'IMPERSONATION_DENIED FORBIDDEN sam>cleo'],
      settle: (lines) => [...lines].sort(),
      async run(ground) {
        const params = { authorization: await ground.token('user_audrey') };
        const connection = await connect(ground.url, { params });
        onTestFinished(() => connection.close());
        connection.send({ type: 'subscribe', id: 'follow', payload: { query: FOLLOW } });
        await recorded(ground, 'AUDIT_READ');
        const sam = await ground.token('user_sam');
        await start(ground, sam, 'user_cleo');
        const { data } = await connection.next('follow');
        const { streamCursor: after } = (data as { impersonationEventRecorded: { streamCursor: string } })
          .impersonationEventRecorded;
        connection.close();
        await connection.closed;

        await start(ground, sam, 'user_carl');
        const { items } = await ground.truth.events.page(
          { subjectId: 'user_carl' },
          { limit: 1, direction: 'forward' },
        );
        const [gone] = items;
        if (gone === undefined) throw new Error('nothing was recorded');
        await prune(ground, gone);

        const again = await connect(ground.url, { params });
        onTestFinished(() => again.close());
        again.send({ type: 'subscribe', id: 'follow', payload: { query: FOLLOW, variables: { after } } });
        const told = await again.next('follow');
        expect(told.data ?? null).toBeNull();
        return [told];
      },
    },
  ],
};
