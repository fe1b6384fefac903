import { Counter, Gauge, type Registry } from 'prom-client';
import { PlainHistogram } from './plain-histogram.js';

/** What is counted of the requests to one route. */
export interface RouteMetrics {
  began(): void;
  /** @param status 0 where the client left before there was an answer */
  ended(status: number, seconds: number): void;
}

/** What the edge tells of its requests. */
export interface HttpMetrics {
  /** @param route its pattern, never a path that a client has made up */
  route(route: string): RouteMetrics;
}

interface Counts {
  readonly byStatus: Map<number, number>;
  underWay: number;
}

/** Plain numbers on the way of a request; handed over when somebody asks. */
export function createHttpMetrics(registry: Registry): HttpMetrics {
  const registers = [registry];
  const routes = new Map<string, Counts>();
  const durations = new PlainHistogram({
    name: 'gateway_http_request_duration_seconds',
    help: 'From the head of a request to the end of its answer, by route. Streams and exports last as long as they are followed.',
    label: 'route',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registry,
  });
  new Counter({
    name: 'gateway_http_requests_total',
    help: 'HTTP requests by route and status; status 0: the client left before there was an answer.',
    labelNames: ['route', 'status'],
    registers,
    collect() {
      this.reset();
      for (const [route, { byStatus }] of routes) {
        for (const [status, count] of byStatus) this.inc({ route, status: String(status) }, count);
      }
    },
  });
  new Gauge({
    name: 'gateway_http_requests_in_flight',
    help: 'HTTP requests under way, by route.',
    labelNames: ['route'],
    registers,
    collect() {
      for (const [route, { underWay }] of routes) this.set({ route }, underWay);
    },
  });
  return {
    route(route) {
      const counts: Counts = routes.get(route) ?? { byStatus: new Map(), underWay: 0 };
      routes.set(route, counts);
      const duration = durations.series(route);
      return {
        began() {
          counts.underWay += 1;
        },
        ended(status, seconds) {
          counts.underWay -= 1;
          counts.byStatus.set(status, (counts.byStatus.get(status) ?? 0) + 1);
          duration.observe(seconds);
        },
      };
    },
  };
}
