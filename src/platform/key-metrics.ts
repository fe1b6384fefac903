import { Counter, Gauge, type Registry } from 'prom-client';

/** What the gateway's own keys tell of themselves. */
export interface KeyMetrics {
  /** @param keys `at` in milliseconds since the epoch; how many tokens are verified with, and how many the trail alone is */
  inForce(keys: { readonly at: number; readonly verify: number; readonly trailOnly: number }): void;
  /** @param key when the one that signs was made, milliseconds since the epoch, and whether that is too long ago */
  signing(key: { readonly madeAt: number; readonly tooOld: boolean }): void;
  /** A changed file was refused. */
  refused(): void;
  /** Whether the keys in force are not those of the file. */
  failed(failed: boolean): void;
}

export function createKeyMetrics(registry: Registry): KeyMetrics {
  const registers = [registry];
  const keys = new Gauge({
    name: 'gateway_signing_keys',
    help: 'Keys of the gateway, by what they verify: tokens (and the audit trail), or the audit trail alone.',
    labelNames: ['verify'],
    registers,
  });
  const loadedAt = new Gauge({
    name: 'gateway_signing_keys_loaded_timestamp_seconds',
    help: 'When the keys of the gateway last changed, or were loaded at the start.',
    registers,
  });
  const failed = new Gauge({
    name: 'gateway_signing_keys_reload_failed',
    help: 'Whether the keys in force are not what their file says now: 1 or 0. Above 0 for long is an alarm.',
    registers,
  });
  const refusals = new Counter({
    name: 'gateway_signing_keys_refusals_total',
    help: 'Changes of the file with the signing keys that were refused; the last good keys went on.',
    registers,
  });
  const madeAt = new Gauge({
    name: 'gateway_signing_key_made_timestamp_seconds',
    help: 'When the key that signs was made, as its file says; where it does not, when the file was last written.',
    registers,
  });
  const tooOld = new Gauge({
    name: 'gateway_signing_key_too_old',
    help: 'Whether the key that signs is older than SIGNING_KEY_MAX_AGE_DAYS: 1 or 0.',
    registers,
  });
  return {
    signing(key) {
      madeAt.set(key.madeAt / 1_000);
      tooOld.set(key.tooOld ? 1 : 0);
    },
    inForce({ at, verify, trailOnly }) {
      keys.set({ verify: 'tokens' }, verify);
      keys.set({ verify: 'trail' }, trailOnly);
      loadedAt.set(at / 1_000);
    },
    refused: () => refusals.inc(),
    failed: (is) => failed.set(is ? 1 : 0),
  };
}
