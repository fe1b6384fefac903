import type { Registry } from 'prom-client';
import type { Exchange } from '../exchange.js';
import { send, sendJson } from '../steps/send.js';

/** One thing that must hold before traffic is sent here. Resolves where it holds; what it throws is for the log alone. */
export interface ReadinessCheck {
  readonly name: string;
  readonly check: () => Promise<void> | void;
}

/** `GET /healthz`: the process is alive. */
export function healthRoute({ res }: Exchange): void {
  sendJson(res, 200, { status: 'ok' });
}

/**
 * `GET /readyz`: 200, or 503 with the failing parts named.
 * @param degraded the parts that work, though not as they should: they are named, and take nothing away from being ready.
 */
export function createReadinessRoute(
  checks: readonly ReadinessCheck[],
  onFailure: (name: string, error: unknown) => void,
  degraded: () => readonly string[] = () => [],
) {
  return async ({ res }: Exchange): Promise<void> => {
    const results = await Promise.all(
      checks.map(async ({ name, check }) => {
        try {
          await check();
          return [name, 'ok'] as const;
        } catch (error) {
          onFailure(name, error);
          return [name, 'failing'] as const;
        }
      }),
    );
    const failing = results.filter(([, state]) => state !== 'ok').map(([name]) => name);
    const impaired = degraded();
    sendJson(res, failing.length === 0 ? 200 : 503, {
      status: failing.length === 0 ? 'ready' : 'unavailable',
      failing,
      ...(impaired.length === 0 ? {} : { degraded: impaired }),
      checks: Object.fromEntries(results),
    });
  };
}

/** `GET /metrics`: Prometheus text. */
export function createMetricsRoute(registry: Registry, refresh: () => void) {
  return async ({ res }: Exchange): Promise<void> => {
    refresh();
    const text = await registry.metrics();
    res.setHeader('Content-Type', registry.contentType);
    res.setHeader('Content-Length', Buffer.byteLength(text));
    res.end(text);
  };
}

/** The public keys of everything this gateway signs (RFC 7517). */
export function createJwksRoute(publicJwks: () => unknown) {
  return ({ res }: Exchange): void => {
    res.setHeader('Cache-Control', 'public, max-age=300');
    send(res, 200, 'application/json', JSON.stringify(publicJwks()));
  };
}
