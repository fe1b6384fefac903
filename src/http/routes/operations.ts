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

/** While a part goes on failing, its line in the log is written anew this often, milliseconds. */
const TELL_EVERY_MS = 10_000;
/** A look at the parts that has taken longer is not waited for by those who come then: it may never end, milliseconds. */
const SHARED_MS = 1_000;

/**
 * `GET /readyz`: 200, or 503 with the failing parts named. Anybody may ask, as often as they like: who asks while the parts are being looked
 * at gets what that look finds, and one failure is told once for however many ask.
 * @param degraded the parts that work, though not as they should: they are named, and take nothing away from being ready.
 */
export function createReadinessRoute(
  checks: readonly ReadinessCheck[],
  onFailure: (name: string, error: unknown) => void,
  degraded: () => readonly string[] = () => [],
) {
  const toldAt = new Map<string, number>();
  let current: { readonly begun: number; readonly results: ReturnType<typeof look> } | null = null;

  function tell(name: string, error: unknown): void {
    const now = performance.now();
    if (now - (toldAt.get(name) ?? Number.NEGATIVE_INFINITY) < TELL_EVERY_MS) return;
    toldAt.set(name, now);
    onFailure(name, error);
  }

  function look() {
    return Promise.all(
      checks.map(async ({ name, check }) => {
        try {
          await check();
          toldAt.delete(name);
          return [name, 'ok'] as const;
        } catch (error) {
          tell(name, error);
          return [name, 'failing'] as const;
        }
      }),
    );
  }

  function lookTogether() {
    if (current !== null && performance.now() - current.begun < SHARED_MS) return current.results;
    const results = look();
    const own = { begun: performance.now(), results };
    current = own;
    void results.then(() => {
      if (current === own) current = null;
    });
    return results;
  }

  return async ({ res }: Exchange): Promise<void> => {
    const results = await lookTogether();
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
