import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, vi } from 'vitest';
import { openChain } from '../../src/audit/chain.js';
import { createChainSigner } from '../../src/audit/seal/chain-signer.js';
import { createGatewaySigner } from '../../src/audit/seal/gateway-signer.js';
import { readGatewayKeys, verifyStore } from '../../src/audit/verify/index.js';
import type { EventDraft } from '../../src/domain/audit-event.js';
import { generateSigningKeys, loadKeyring } from '../../src/tokens/index.js';
import { startGateway } from '../support/running-gateway.js';
import type { AttackGroup } from './attack.js';
import type { Ground } from './ground.js';

/** Seals are made every few seconds. */
const PATIENT = { timeout: 20_000, interval: 200 };
const ME = '{ viewer { id } }';

async function verdictOn(ground: Ground) {
  const jwks: unknown = await (await fetch(`${ground.url}/.well-known/jwks.json`)).json();
  return verifyStore(ground.truth, { keys: readGatewayKeys(jwks) });
}

/** A chain of the attacker's own that says that these events were pruned. */
async function madeUpRecord(ground: Ground, chain: string): Promise<void> {
  const keyring = loadKeyring(await generateSigningKeys('EdDSA'), { algorithm: 'EdDSA' });
  const forged = openChain(
    { instance: 'gateway-1', version: '0.1.0' },
    createChainSigner(createGatewaySigner(await keyring)),
  );
  const [first] = await ground.truth.events.chain(chain, 0, 1);
  const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');
  const draft: EventDraft = {
    type: 'AUDIT_PRUNED',
    outcome: 'SUCCESS',
    code: null,
    occurredAt: ground.clock.now(),
    actor: null,
    subjectId: null,
    session: null,
    operation: null,
    request: { id: 'request-1', traceparent: null },
    count: 1,
    pruned: {
      before: ground.clock.now(),
      throughSeal: 0,
      archive: { sha256: '00'.repeat(32), bytes: 1, events: 1 },
      ranges: [{ chain, from: 0, to: 0, previousHash: hex(first?.previousHash), head: hex(first?.hash) }],
    },
    details: {},
  };
  await ground.truth.events.append(forged.extend([draft]));
}

export const oldRecords: AttackGroup = {
  file: 'old-records.ts',
  title: 'what is old: pruned records and earlier copies',
  waiting: true,
  attacks: [
    {
      id: 'A215',
      title: 'deleting the record of a start, and writing a record that it was pruned',
      threat: 'what one has done disappears, and looks like retention',
      codes: ['none'],
      trail: ['AUDIT_PRUNED ->-', 'OPERATION_COMPLETED ada>cleo'],
      settle: (lines) => [...lines].sort(),
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const answer = await ground.graphql(actorToken, ME);
        expect((await verdictOn(ground)).verdict).toBe('HOLDS');
        const [chain = ''] = await ground.truth.events.chains();
        await madeUpRecord(ground, chain);
        await ground.truth.events.prune({ chain, from: 0, to: 0 }, 1);
        const { verdict, counts } = await verdictOn(ground);
        expect(verdict).toBe('FAULTY');
        expect(Object.keys(counts)).toEqual(expect.arrayContaining(['EVENT_MISSING', 'CHAIN_KEY']));
        return [answer];
      },
    },
    {
      id: 'A216',
      title: 'starting a gateway over an earlier copy of the database, in which a revoked session is active',
      threat: 'whoever can bring back a copy brings dead sessions back to life',
      codes: ['none'],
      trail: ['IMPERSONATION_STARTED ada>cleo', 'OPERATION_COMPLETED ada>cleo', 'IMPERSONATION_REVOKED grace>cleo'],
      async run(ground) {
        const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo');
        const answer = await ground.graphql(actorToken, ME);
        const restored = path.join(ground.directory, 'restored');
        await mkdir(restored);
        await ground.truth.copyTo?.(path.join(restored, 'gateway.db'));
        const revoked = await ground.graphql(
          await ground.token('user_grace'),
          'mutation ($input: RevokeImpersonationInput!) { revokeImpersonation(input: $input) { session { status } } }',
          { input: { sessionId, reason: 'misused' } },
        );
        expect(revoked.codes).toEqual([]);
        const copied = (await ground.truth.seals.latest())?.index ?? -1;
        await vi.waitFor(async () => {
          expect((await ground.truth.seals.latest())?.index ?? -1).toBeGreaterThan(copied);
        }, PATIENT);
        const key = 'signing-key.EdDSA.jwks.json';
        await copyFile(path.join(ground.directory, key), path.join(restored, key));
        const environment = { PUBLIC_URL: ground.url, AUDIT_ANCHOR_FILE: path.join(ground.directory, 'anchors.log') };
        // A seal is stored a moment before it is anchored.
        await vi.waitFor(async () => {
          const start = startGateway({ directory: restored, environment }).then(
            async (gateway) => gateway.stop(),
            String,
          );
          expect(await start).toMatch(/The store is older than its anchor/);
        }, PATIENT);
        return [answer, revoked];
      },
    },
  ],
};
