// `node fill-log.mjs DIRECTORY COUNT KEYS`: writes so many events through the store's port, as gateways would have written them over
// time: hash chains, group commits with their signatures, seals. Prints a line as it goes.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openChain } from '../../dist/src/audit/chain.js';
import { draftEvent } from '../../dist/src/audit/describe.js';
import { createFileAnchor } from '../../dist/src/audit/seal/anchor.js';
import { createChainSigner } from '../../dist/src/audit/seal/chain-signer.js';
import { createGatewaySigner } from '../../dist/src/audit/seal/gateway-signer.js';
import { createSealState } from '../../dist/src/audit/seal/seal-state.js';
import { createSealer } from '../../dist/src/audit/seal/sealer.js';
import { newId } from '../../dist/src/platform/ids.js';
import { createEmbeddedStore } from '../../dist/src/stores/embedded/index.js';
import { loadKeyring } from '../../dist/src/tokens/index.js';
import { ADMINS, CUSTOMER } from '../workload/people.mjs';

const GROUP = 500;
const PER_CHAIN = 100_000;
const APART_MS = 100;
const OPERATIONS_PER_SESSION = 200;

const [directory, wanted, keyFile] = process.argv.slice(2);
const count = Number(wanted);
const signer = createGatewaySigner(
  await loadKeyring(JSON.parse(readFileSync(keyFile, 'utf8')), { algorithm: 'EdDSA' }),
);
const store = createEmbeddedStore({ directory });
await store.open();
const first = Date.now() - count * APART_MS;
const begun = Date.now();
let chain = null;
let session = null;

for (let from = 0; from < count; from += GROUP) {
  if (from % PER_CHAIN === 0) chain = openChain({ instance: 'bench', version: '0.0.0' }, createChainSigner(signer));
  const drafts = Array.from({ length: Math.min(GROUP, count - from) }, (_, index) => draft(from + index));
  const events = chain.extend(drafts);
  await store.events.append(events);
  chain.advance(events);
  if ((from / GROUP) % 100 === 0) {
    const rate = from / ((Date.now() - begun) / 1_000);
    process.stdout.write(`${from} of ${count} events written${from === 0 ? '' : `, ${Math.round(rate)} /s`}\n`);
  }
}
await sealAll();
await store.close();

function draft(index) {
  const occurredAt = first + index * APART_MS;
  const position = index % OPERATIONS_PER_SESSION;
  const actor = ADMINS[Math.floor(index / OPERATIONS_PER_SESSION) % ADMINS.length];
  if (position === 0) {
    session = { id: newId(), access: 'READ_ONLY', startedAt: occurredAt, expiresAt: occurredAt + 600_000 };
  }
  const last = position === OPERATIONS_PER_SESSION - 1;
  const type = position === 0 ? 'IMPERSONATION_STARTED' : last ? 'IMPERSONATION_STOPPED' : 'OPERATION_COMPLETED';
  return draftEvent(
    {
      type,
      outcome: 'SUCCESS',
      occurredAt,
      request: { id: newId(), traceparent: null, ipAddress: '192.0.2.7', userAgent: 'bench' },
    },
    {
      actor: {
        id: actor.id,
        issuer: 'https://issuer.example.com',
        authTime: Math.floor(occurredAt / 1_000),
        amr: ['mfa'],
      },
      subjectId: CUSTOMER.id,
      session,
      operation:
        type === 'OPERATION_COMPLETED'
          ? {
              name: `Operation${index % 40}`,
              type: 'QUERY',
              fields: ['Query.viewer', 'Query.orders'],
              documentHash: '5f'.repeat(32),
              errorCodes: [],
              durationMs: 1.25,
            }
          : null,
      details: position === 0 ? { reason: 'a customer asked for help with an order' } : {},
    },
  );
}

async function sealAll() {
  const silent = {
    info() {},
    warn() {},
    error: (about, text) => process.stderr.write(`${text} ${JSON.stringify(about)}\n`),
  };
  const sealer = createSealer({
    events: store.events,
    seals: store.seals,
    state: createSealState(store.events, store.seals, signer),
    gateway: signer,
    anchor: createFileAnchor(path.join(directory, 'anchors.log')),
    clock: { now: () => Date.now() },
    logger: silent,
    metrics: { anchorFailed() {}, faultFound() {}, sealed() {} },
  });
  while (await sealer.seal()) process.stdout.write('sealing\n');
  if (sealer.faults().size > 0) throw new Error('the events that were written cannot be sealed');
}
