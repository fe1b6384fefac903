import { openKeyring } from '../app/open-keys.js';
import { createStoreOfGateways } from '../app/open-store.js';
import { refuseRolledBack } from '../app/refuse-rolled-back.js';
import { createSealedTrail } from '../app/sealed-trail.js';
import type { GatewaySigner } from '../audit/seal/gateway-signer.js';
import type { SealState } from '../audit/seal/seal-state.js';
import type { Sealer } from '../audit/seal/sealer.js';
import type { AuditTrail } from '../audit/trail.js';
import type { Config } from '../config/index.js';
import { type Clock, systemClock } from '../platform/clock.js';
import { createLogger, type Logger } from '../platform/logger.js';
import { createMetrics, type Metrics } from '../platform/metrics.js';
import type { Store } from '../stores/index.js';
import type { Keyring } from '../tokens/index.js';
import type { Output } from './output.js';

export interface CommandTrail {
  readonly store: Store;
  readonly trail: AuditTrail;
  readonly sealer: Sealer;
  readonly sealState: SealState;
  readonly gateway: GatewaySigner;
  readonly keyring: Keyring;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

export interface CommandTrailOptions {
  /** Asked at the end: whether what is there is to be sealed. Default: it is. */
  readonly sealsAtEnd?: () => boolean;
  /** Whether a store that is older than its anchor will do. Default false. */
  readonly mayBeRolledBack?: boolean;
}

const FLUSH_MS = 10_000;

/**
 * Lets a command read the configured store and write to its trail, gateways running or not: in a chain of its own, signed
 * with the gateway's key, and sealed, closed and anchored when the command is done.
 * A store that is older than its anchor is refused: a seal upon it would contradict those that are anchored.
 * A `DATA_DIR` without a store is refused, too: a command makes none.
 * @throws StoreUnavailableError, StoreUnusableError, KeyFileError
 */
export async function withTrail<T>(
  config: Config,
  { stderr }: Output,
  use: (parts: CommandTrail) => Promise<T>,
  { sealsAtEnd = () => true, mayBeRolledBack = false }: CommandTrailOptions = {},
): Promise<T> {
  const store = await createStoreOfGateways(config);
  await store.open();
  try {
    const clock = systemClock;
    const logger = createLogger({
      level: 'warn',
      destination: {
        write(line) {
          stderr.write(line);
        },
      },
    });
    const keyring = await openKeyring(config);
    const metrics = createMetrics({ processMetrics: false });
    const sealed = createSealedTrail({ config, store, keyring, clock, logger, metrics });
    const { trail, sealer } = sealed;
    if (!mayBeRolledBack) await refuseRolledBack(store, config.anchorFile, sealed.gateway);
    try {
      return await use({ ...sealed, store, clock, keyring, logger, metrics });
    } finally {
      await trail.close(FLUSH_MS);
      if (sealsAtEnd()) await sealer.stop(trail.chains());
    }
  } finally {
    await store.close();
  }
}
