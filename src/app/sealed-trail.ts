import { hostname } from 'node:os';
import { createFileAnchor } from '../audit/seal/anchor.js';
import { createChainSigner } from '../audit/seal/chain-signer.js';
import { createGatewaySigner, type GatewaySigner } from '../audit/seal/gateway-signer.js';
import { OwnEvents } from '../audit/seal/own-events.js';
import { createSealState, type SealState } from '../audit/seal/seal-state.js';
import { createSealer, type Sealer } from '../audit/seal/sealer.js';
import { Unsealed } from '../audit/seal/unsealed.js';
import { type AuditTrail, createAuditTrail } from '../audit/trail.js';
import type { Config } from '../config/index.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { registerTrailState } from '../platform/trail-metrics.js';
import type { Store } from '../stores/index.js';
import type { Keyring } from '../tokens/index.js';
import { packageVersion } from './package-root.js';

/** The audit trail of one process over an open store, and what seals it. */
export interface SealedTrail {
  readonly trail: AuditTrail;
  readonly sealer: Sealer;
  readonly sealState: SealState;
  /** The gateway's key, as trail and sealer use it. */
  readonly gateway: GatewaySigner;
}

export interface SealedTrailParts {
  readonly config: Config;
  readonly store: Store;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Puts together a trail with a chain of its own, signed with the gateway's key, sealed and anchored as configured. */
export function createSealedTrail({ config, store, keyring, clock, logger, metrics }: SealedTrailParts): SealedTrail {
  const gateway = createGatewaySigner(keyring);
  const trail = createAuditTrail({
    events: store.events,
    clock,
    gateway: { instance: config.instance ?? hostname(), version: packageVersion() },
    logger,
    metrics: metrics.audit,
    signer: createChainSigner(gateway),
  });
  const own = new OwnEvents(store.events.imprints);
  trail.onRecorded((written) => own.note(written));
  const sealState = createSealState(store.events, store.seals, gateway);
  const sealer = createSealer({
    events: store.events,
    seals: store.seals,
    state: sealState,
    gateway,
    own,
    anchor: createFileAnchor(config.anchorFile),
    clock,
    logger,
    metrics: metrics.seals,
  });
  const unsealed = new Unsealed(sealState);
  trail.onRecorded((written) => unsealed.note(written, clock.now()));
  registerTrailState(metrics.registry, () => {
    const now = clock.now();
    const { events, oldestMs } = unsealed.at(now);
    const { unanchored, sealedAt } = sealer.standing();
    return {
      failingSeconds: Math.max(0, now - (trail.failingSince() ?? now)) / 1_000,
      unsealedEvents: events,
      unsealedSeconds: oldestMs / 1_000,
      unanchoredSeals: unanchored,
      sealedAt,
    };
  });
  return { trail, sealer, sealState, gateway };
}
