import { Counter, Gauge, type Registry } from 'prom-client';

/** What the gateway's own keys tell of themselves. */
export interface KeyMetrics {
  /** @param keys `at` in milliseconds since the epoch; how many tokens are verified with, and how many the trail alone is */
  inForce(keys: { readonly at: number; readonly verify: number; readonly trailOnly: number }): void;
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
  return {
    inForce({ at, verify, trailOnly }) {
      keys.set({ verify: 'tokens' }, verify);
      keys.set({ verify: 'trail' }, trailOnly);
      loadedAt.set(at / 1_000);
    },
    refused: () => refusals.inc(),
    failed: (is) => failed.set(is ? 1 : 0),
  };
}
