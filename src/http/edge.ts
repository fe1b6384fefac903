import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError, StoreUnavailableError } from '../errors/index.js';
import type { CallerLog } from '../platform/caller-log.js';
import type { RouteMetrics } from '../platform/http-metrics.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { Tracing } from '../platform/tracing.js';
import { countedAddress } from '../policy/index.js';
import { refusedWhileReading } from '../tokens/index.js';
import type { Exchange, Refuse } from './exchange.js';
import { setCommonHeaders } from './steps/common-headers.js';
import { type CrossOrigin, concernsOrigins } from './steps/cross-origin.js';
import { readRequestFacts } from './steps/request-facts.js';
import { sendJson, sendRefusal } from './steps/send.js';
import { beginTracedRequest, endTracedRequest } from './steps/traced-request.js';

/** @param refuse for what goes wrong where nobody waits; what is thrown or rejected ends the same way */
export type Handler = (exchange: Exchange, refuse: Refuse) => Promise<void> | void;

/** What is served where. */
export interface Route {
  /** Exactly this; or, where it ends in `/*`, everything below, unless another route names it exactly. */
  readonly path: string;
  readonly methods: readonly string[];
  /** Whether it sends the common headers itself, where there are no others; else they are set before. */
  readonly sendsCommonHeaders?: true;
  /** What asks again and again, and belongs into no trace. */
  readonly isForProbes?: true;
  readonly handle: Handler;
}

export interface EdgeOptions {
  readonly routes: readonly Route[];
  readonly crossOrigin: CrossOrigin;
  /** What every answer carries besides the id of its request: header names and values in turn. */
  readonly common: readonly string[];
  readonly trustedProxies: number;
  readonly logger: Logger;
  /** Where it is said which requests were refused as a whole. */
  readonly refusalLog: CallerLog;
  readonly metrics: Metrics;
  /** Absent: nothing is traced. */
  readonly tracing?: Tracing | null;
}

/** So many headers are nobody's; what more costs is paid by everybody who looks one up. */
const MAX_HEADERS = 200;
/** A client may make one up of all that headers may have. */
const MOST_OF_A_PATH = 256;
const TOO_MANY_HEADERS = {
  message: `The request has more than ${MAX_HEADERS} headers.`,
  extensions: { limit: { name: 'headers', allowed: MAX_HEADERS } },
};

/**
 * The way of every request: facts (its id) → cross-origin → route → the route's own steps. Whatever goes wrong on the way ends
 * here, as a coded refusal.
 */
export function createEdge(options: EdgeOptions): (req: IncomingMessage, res: ServerResponse) => void {
  const { routes, crossOrigin, common, trustedProxies, logger, refusalLog, metrics, tracing = null } = options;
  const table = new Map(routes.map((route) => [route.path, route]));
  const below = routes
    .filter(({ path }) => path.endsWith('/*'))
    .map((route) => ({ start: route.path.slice(0, -1), route }));
  const counts = new Map(routes.map((route) => [route, metrics.http.route(route.path)]));
  const nowhere = metrics.http.route('none');

  function refuse(exchange: Exchange, error: unknown): void {
    const refusal = asRefusal(error);
    const { req, res, path, facts } = exchange;
    const about = { requestId: facts.id, method: req.method, path, code: refusal.code };
    if (refusal.code === 'INTERNAL_SERVER_ERROR') logger.error({ ...about, err: refusal.cause }, 'unexpected error');
    else {
      const { ipAddress } = facts;
      const told = { ...about, path: path.slice(0, MOST_OF_A_PATH), ipAddress, err: refusal.cause };
      refusalLog.info(countedAddress(ipAddress), told, 'refused');
    }
    const unread = refusedWhileReading(refusal);
    if (unread !== null) metrics.edge.proofRefused(unread);
    if (refusal.status === 401 || refusal.status === 503) metrics.refusedCredentials.inc({ code: refusal.code });
    if (res.headersSent || res.destroyed) res.destroy();
    else sendRefusal(exchange, refusal);
  }

  function answer(exchange: Exchange, route: Route | undefined): void {
    const { req, res, path, facts } = exchange;
    const sendsCommonHeaders = route?.sendsCommonHeaders === true && route.methods.includes(req.method ?? '');
    if (!sendsCommonHeaders || concernsOrigins(req)) {
      setCommonHeaders(exchange);
      if (crossOrigin(req, res)) return;
    }
    if (req.rawHeaders.length > 2 * MAX_HEADERS) {
      refuse(exchange, new GatewayError('PAYLOAD_TOO_LARGE', TOO_MANY_HEADERS));
      return;
    }
    if (route === undefined) {
      sendJson(res, 404, { error: 'There is nothing here.' });
      return;
    }
    if (!route.methods.includes(req.method ?? '')) {
      res.setHeader('Allow', route.methods.join(', '));
      sendJson(res, 405, { error: 'This method is not served here.' });
      return;
    }
    logger.debug({ requestId: facts.id, method: req.method, path }, 'request');
    try {
      const answered = route.handle(exchange, refuse);
      if (answered instanceof Promise) answered.catch((error: unknown) => refuse(exchange, error));
    } catch (error) {
      refuse(exchange, error);
    }
  }

  return (req, res) => {
    const url = req.url ?? '/';
    const query = url.indexOf('?');
    const path = query === -1 ? url : url.slice(0, query);
    const search = query === -1 ? '' : url.slice(query);
    const route = table.get(path) ?? below.find(({ start }) => path.startsWith(start))?.route;
    const received = readRequestFacts(req, trustedProxies);
    count(res, (route === undefined ? undefined : counts.get(route)) ?? nowhere);
    if (tracing === null || route?.isForProbes === true) {
      answer({ req, res, path, search, facts: received, common }, route);
      return;
    }
    const { facts, span } = beginTracedRequest(tracing, req, received, route?.path ?? 'none');
    res.on('close', () => endTracedRequest(span, res.headersSent ? res.statusCode : 0));
    span.within(() => answer({ req, res, path, search, facts, common }, route));
  };
}

/** Each answer is closed once, whether it was whole or the client had gone. */
function count(res: ServerResponse, route: RouteMetrics): void {
  const began = performance.now();
  route.began();
  res.on('close', () => route.ended(res.headersSent ? res.statusCode : 0, (performance.now() - began) / 1_000));
}

function asRefusal(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = error instanceof StoreUnavailableError ? 'UPSTREAM_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR';
  return new GatewayError(code, { cause: error });
}
