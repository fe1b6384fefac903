import type { Config } from '../config/index.js';
import type { Clock } from '../platform/clock.js';
import type { KeyMetrics } from '../platform/key-metrics.js';
import type { Logger } from '../platform/logger.js';
import { type KeyChange, KeyFileError, type Keyring, RotatingKeyring, readKeyFile } from '../tokens/index.js';
import { watchFiles } from './federation/watch-files.js';
import { signingKeyAge } from './key-age.js';
import { keyFileOf, readOwnKeys } from './open-keys.js';

/** The gateway's own keys, which follow their file. */
export interface WatchedKeys {
  readonly keyring: Keyring;
  /** Whether the file is not what is in force: it was refused, or cannot be read. */
  readonly degraded: boolean;
  /** Looks at the file now. Never rejects: where it is refused, the log says why, and the last good keys go on. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

const NO_CHANGE: KeyChange = { changed: false, gone: [], lostToTheTrail: [] };

export interface WatchedKeysParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: KeyMetrics;
}

/**
 * Opens the keys, and follows their file from then on: it is looked at when it changes, and every 5 s in any case, since times in it
 * may have come.
 * @throws KeyFileError where they cannot be used at the start
 */
export async function openWatchedKeys({ config, clock, logger, metrics }: WatchedKeysParts): Promise<WatchedKeys> {
  const file = keyFileOf(config);
  const { algorithm } = config.actorTokens;
  const keyring = await RotatingKeyring.open(await readOwnKeys(config), { algorithm, clock });
  let refused: string | null = null;
  let running: Promise<void> | null = null;
  let again = false;
  let closed = false;
  /** The `kid` of a key that was said to be too old. */
  let toldOld: string | null = null;
  tell();
  await tellAge();

  function tell(): void {
    const { verifyKeys, trailKeys } = keyring;
    metrics.inForce({ at: clock.now(), verify: verifyKeys.size, trailOnly: trailKeys.size - verifyKeys.size });
  }

  async function tellAge(): Promise<void> {
    const age = await signingKeyAge(keyring, file, config, clock.now());
    if (age === null) return;
    metrics.signing(age);
    // In development it is one that was made here, and nobody's to exchange.
    if (!age.tooOld || toldOld === keyring.kid || config.signingKeyFile === null) return;
    toldOld = keyring.kid;
    logger.warn({ kid: keyring.kid, days: age.days }, 'the signing key is old and should be exchanged: `keys rotate`');
  }

  async function look(): Promise<void> {
    const signing = keyring.kid;
    let change: KeyChange;
    try {
      change = await keyring.take(await readKeyFile(file));
      if (refused !== null) {
        refused = null;
        metrics.failed(false);
        logger.info('the file with the signing keys is good again');
      }
    } catch (error) {
      tellRefused(error instanceof KeyFileError ? error.message : 'unknown reason');
      // Whoever takes the file away must not keep a retired key alive by it.
      change = await keyring.takeAgain().catch(() => NO_CHANGE);
    }
    if (change.changed) tellChanged(change, signing);
    await tellAge();
  }

  function tellRefused(problem: string): void {
    if (problem === refused) return;
    refused = problem;
    metrics.refused();
    metrics.failed(true);
    logger.error({ problem }, 'the new signing keys are refused; the last good ones go on');
  }

  function tellChanged(change: KeyChange, signedBefore: string): void {
    tell();
    logger.info(
      { signs: keyring.kid, signedBefore, keys: [...keyring.verifyKeys.keys()] },
      'the signing keys have changed',
    );
    if (change.gone.length > 0) logger.warn({ keys: change.gone }, 'tokens by these keys are refused from now on');
    if (change.lostToTheTrail.length > 0) {
      logger.error(
        { keys: change.lostToTheTrail },
        'what these keys have signed of the audit trail cannot be verified any more; their public halves belong into the file for good',
      );
    }
  }

  async function lookUntilDone(): Promise<void> {
    do {
      again = false;
      await look();
    } while (again && !closed);
  }

  function reload(): Promise<void> {
    if (closed) return Promise.resolve();
    again = true;
    running ??= lookUntilDone().finally(() => {
      running = null;
    });
    return running;
  }

  const watched = watchFiles([file], () => void reload());
  return {
    keyring,
    get degraded() {
      return refused !== null;
    },
    reload,
    async close() {
      closed = true;
      watched.close();
      await running;
    },
  };
}
