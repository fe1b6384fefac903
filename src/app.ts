import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import { readSchemaCosts } from '../directives/schema-costs.js';
import { createCallerLogs } from './app/caller-logs.js';
import { type Core, createCore } from './app/core.js';
import { type DevelopmentIssuer, openDevelopmentIssuer } from './app/development.js';
import type { SchemaSupply } from './app/federation/schema-supply.js';
import { measuredCalls } from './app/measured-calls.js';
import { observedStore } from './app/observed-store.js';
import { createStore } from './app/open-store.js';
import { type OperationsListener, openOperationsListener } from './app/operations-listener.js';
import { buildOwnSchema } from './app/own-schema.js';
import { packageVersion } from './app/package-root.js';
import { refuseRolledBack } from './app/refuse-rolled-back.js';
import { type Served, serve } from './app/serve.js';
import { servesExample } from './app/serves-example.js';
import { createStartingEdge } from './app/starting-edge.js';
import { tracedCommands } from './app/telemetry/traced-commands.js';
import { tracedCalls } from './app/telemetry/traced-store.js';
import { readConsoleDocuments } from './app/trusted-documents/console-documents.js';
import { TrustedSupply } from './app/trusted-documents/trusted-supply.js';
import { openWatchedKeys, type WatchedKeys } from './app/watched-keys.js';
import { openWebRoutes, WEB_FOLDER } from './app/web-routes.js';
import { createGatewaySigner } from './audit/seal/gateway-signer.js';
import type { Config } from './config/index.js';
import { demoUsers } from './development/demo-users.js';
import type { HostModule } from './host-module.js';
import { createGeneration } from './http/graphql/create-generation.js';
import { Generations } from './http/graphql/generations.js';
import { OperationLimits } from './http/graphql/operation-limits.js';
import { guardServer, serverOptions } from './http/protection/guard-server.js';
import { refuseUpgrade } from './http/protection/refuse-upgrade.js';
import type { ReadinessCheck } from './http/routes/operations.js';
import { createCommonHeaders } from './http/steps/common-headers.js';
import { type Clock, systemClock } from './platform/clock.js';
import { createLogger, type Logger } from './platform/logger.js';
import { createMetrics } from './platform/metrics.js';
import type { Tracing } from './platform/tracing.js';
import type { Store } from './stores/index.js';

/** What a gateway is given from outside; everything has a default. */
export interface GatewayPorts {
  readonly store?: Store;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Schemas and resolvers of an application, run in this process under the same directives. */
  readonly hostModules?: readonly HostModule[];
  /** Where the files that browsers load are; by default where the build of this package puts them. */
  readonly webFolder?: string;
  /** Records traces; absent or null: nothing is hooked anywhere. */
  readonly tracing?: Tracing | null;
  /** Whether metrics of the Node.js process are collected too. Default true. */
  readonly processMetrics?: boolean;
}

export interface Gateway {
  /** What is served; before the start the gateway's own schema. */
  readonly schema: GraphQLSchema;
  /** For a server of one's own; answers 503 until started. */
  readonly handle: (req: IncomingMessage, res: ServerResponse) => void;
  /** Opens the store and the keys, listens. Resolves to the address, and that of the metrics, once requests are served. */
  start(): Promise<{ readonly url: string; readonly metricsUrl: string }>;
  /**
   * Reads the signing keys anew, and the file that `GATEWAY_CONFIG` names with all schemas. Resolves when they are in force or, where
   * something is wrong with them, the last good ones go on; the log says which.
   */
  reload(): Promise<void>;
  /** Finishes what is in flight, ends streams, writes what the trail still holds, closes. At most about 9 s. */
  stop(): Promise<void>;
  /** The development issuer while started in development; else null. */
  developmentIssuer(): DevelopmentIssuer | null;
}

/** Longer than the view is believed: a hiccup of the store must not take every replica out of the balancer. */
const REVOCATION_VIEW_LATE_MS = 5_000;
const IN_FLIGHT_MS = 4_000;
const IDLE_ROUND_MS = 50;
const FLUSH_MS = 3_000;
const SEAL_MS = 1_500;

/** Puts a gateway together. Reads nothing but its own schema files before `start`. */
export function createGateway(config: Config, ports: GatewayPorts = {}): Gateway {
  const clock = ports.clock ?? systemClock;
  const logger = ports.logger ?? createLogger({ level: config.logLevel });
  const metrics = createMetrics({
    processMetrics: ports.processMetrics ?? true,
    // Where metrics are served to whoever reaches the gateway, they do not tell what to look for in lists of flaws.
    version: config.metrics === null ? undefined : packageVersion(),
  });
  const tracing = ports.tracing ?? null;
  const callerLogs = createCallerLogs(config, logger, clock);
  const own = buildOwnSchema(ports.hostModules ?? [], config.durations.defaultSeconds);
  const limits = new OperationLimits({ ...config.operations, metrics: metrics.edge });
  const costs = readSchemaCosts(own.unguarded);
  const common = createCommonHeaders(config);
  const server = createServer(serverOptions(config.connections));
  let store: Store | null = null;
  let core: Core | null = null;
  let supply: SchemaSupply | null = null;
  let trusting: TrustedSupply | null = null;
  let keys: WatchedKeys | null = null;
  let generations: Generations | null = null;
  let served: Served | null = null;
  let developmentIssuer: DevelopmentIssuer | null = null;
  let operations: OperationsListener | null = null;
  let stopping: Promise<void> | null = null;

  const readiness: ReadinessCheck[] = [
    {
      name: 'store',
      check() {
        if (store === null) throw new Error('the store is not opened yet');
        return store.ping();
      },
    },
    {
      name: 'revocationView',
      check() {
        const age = core?.view.ageMs() ?? Number.POSITIVE_INFINITY;
        if (age > REVOCATION_VIEW_LATE_MS) throw new Error(`the revocation view is ${age} ms old`);
      },
    },
    {
      name: 'auditTrail',
      check() {
        const since = core?.trail.failingSince() ?? null;
        if (since !== null)
          throw new Error(`audit events have not been written since ${new Date(since).toISOString()}`);
      },
    },
    {
      name: 'schema',
      check() {
        if (served === null) throw new Error('the schema is not served yet');
      },
    },
    {
      name: 'running',
      check() {
        if (stopping !== null) throw new Error('the gateway is stopping');
      },
    },
  ];

  function handle(req: IncomingMessage, res: ServerResponse): void {
    // Else a busy connection would go on bringing requests until it is cut in the middle of one.
    if (stopping !== null) res.setHeader('Connection', 'close');
    (served?.handle ?? whileStarting)(req, res);
  }

  const whileStarting = createStartingEdge({
    readiness,
    common,
    trustedProxies: config.trustedProxies,
    logger,
    refusalLog: callerLogs.refusalLog,
    metrics,
  });

  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Nobody listens to the socket any more: an error of it, as where the client resets the connection, would end the process.
    socket.on('error', () => socket.destroy());
    const path = (req.url ?? '').split('?')[0];
    if (served !== null && stopping === null && path === '/graphql') served.sockets.upgrade(req, socket, head);
    else refuseUpgrade(socket, common);
  });
  guardServer(server, {
    limits: config.connections,
    bodyLimitBytes: config.bodyLimitBytes,
    common,
    handle,
    metrics: metrics.edge,
  });

  async function listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(config.port, config.host, () => {
        server.off('error', reject);
        // As where the system has no room for one more connection. Without a listener it would end the process, and all the others.
        server.on('error', (error) => logger.error({ err: error }, 'a connection could not be taken'));
        resolve();
      });
    });
    const { port } = server.address() as AddressInfo;
    return `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
  }

  async function watchedStore(): Promise<Store> {
    const bare =
      ports.store ??
      (await createStore(config, {
        onWaiting: (what) => logger.warn({ what }, 'the start waits for another process'),
        ...(tracing === null ? {} : { commands: tracedCommands(tracing) }),
      }));
    const measured = observedStore(bare, measuredCalls(metrics.store));
    return tracing === null ? measured : observedStore(measured, tracedCalls(tracing));
  }

  async function open(): Promise<{ url: string; store: Store }> {
    // What is wrong with it is told before anything is opened.
    if (config.gatewayConfigFile !== null) {
      const { readGatewayConfig } = await import('./app/federation/read-gateway-config.js');
      await readGatewayConfig(config.gatewayConfigFile);
    }
    const webFolder = ports.webFolder ?? WEB_FOLDER;
    trusting = await TrustedSupply.open({
      ...config.trustedDocuments,
      metrics,
      ofConsole: config.console === null ? new Map() : await readConsoleDocuments(webFolder, logger),
      logger,
    });
    const { trusted } = trusting;
    const serving = {
      introspection: !config.production,
      limits: config.limits,
      operationLimits: limits,
      trusted,
      logger,
      metrics,
      tracing,
    };
    const opened = await watchedStore();
    store = opened;
    await opened.open();
    for (const notice of opened.notices ?? []) logger.warn(notice);
    keys = await openWatchedKeys({ config, clock, logger, metrics: metrics.keys });
    const { keyring } = keys;
    await refuseRolledBack(opened, config.anchorFile, createGatewaySigner(keyring));
    if (!config.production) {
      if (config.trustedIssuers === null) developmentIssuer = await openDevelopmentIssuer(config.dataDir, clock);
      if (ownsUsers(config)) await opened.seedUsers(demoUsers());
    }
    const url = await listen();
    const publicUrl = config.publicUrl ?? url;
    core = createCore({
      config,
      store: opened,
      keyring,
      trustedIssuers: config.trustedIssuers ?? (developmentIssuer === null ? [] : [developmentIssuer.trusted]),
      publicUrl,
      clock,
      logger,
      ...callerLogs,
      metrics,
    });
    if (config.gatewayConfigFile !== null) {
      const { createSchemaSupply } = await import('./app/federation/create-schema-supply.js');
      supply = createSchemaSupply({ ...serving, file: config.gatewayConfigFile, own, keyring, publicUrl, clock });
      generations = await supply.open();
    } else {
      generations = new Generations(await createGeneration({ ...serving, costs, number: 1, schema: own.guarded }));
      metrics.schema.served(1, clock.now());
    }
    trusting.follow(generations);
    const webRoutes = await openWebRoutes({
      config,
      folder: webFolder,
      demo: developmentIssuer !== null && ownsUsers(config),
      example: servesExample(own.guarded),
      logger,
    });
    await core.view.start();
    core.impersonation.sweeper.start();
    core.sealer.start();
    core.recheck.start();
    served = serve({
      config,
      core,
      generations,
      limits,
      common,
      trusted,
      keyring,
      developmentIssuer,
      webRoutes,
      readiness,
      degraded: () => [
        ...(supply?.degraded === true ? ['schema'] : []),
        ...(trusting?.degraded === true ? ['trustedDocuments'] : []),
        ...(keys?.degraded === true ? ['signingKeys'] : []),
      ],
      logger,
      refusalLog: callerLogs.refusalLog,
      metrics,
      tracing,
    });
    if (config.metrics !== null && served.operations !== null) {
      operations = await openOperationsListener({
        address: config.metrics,
        limits: config.connections,
        common,
        handle: served.operations,
        metrics: metrics.edge,
      });
    }
    return { url, store: opened };
  }

  async function close(): Promise<void> {
    const recheckEnded = core?.recheck.stop();
    const verificationEnded = core?.verification.stop();
    const supplyEnded = supply?.close();
    trusting?.close();
    const inFlight = new Promise<void>((resolve) => {
      if (server.listening) server.close(() => resolve());
      else resolve();
    });
    server.closeIdleConnections();
    // A connection whose answer was in flight just now is kept alive by HTTP, and idle only then.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_ROUND_MS);
    await served?.sockets.close();
    await served?.subscriptions.close();
    await Promise.race([inFlight, delay(IN_FLIGHT_MS)]);
    clearInterval(idle);
    served?.exports.cut();
    server.closeAllConnections();
    await core?.impersonation.sweeper.stop();
    await core?.attempts.close();
    if (core !== null) {
      await core.trail.close(FLUSH_MS);
      // The last seal closes this process's chains: what would follow them later is nobody's.
      await Promise.race([core.sealer.stop(core.trail.chains()), delay(SEAL_MS)]);
    }
    core?.feed.close();
    core?.view.stop();
    core?.close();
    await recheckEnded;
    await verificationEnded;
    await supplyEnded;
    await keys?.close();
    await generations?.close();
    limits.close();
    callerLogs.refusalLog.close();
    callerLogs.signInLog.close();
    // Last: whoever watches the gateway sees it stop.
    await operations?.close();
    await store?.close();
  }

  return {
    get schema() {
      return generations?.current.schema ?? own.guarded;
    },
    handle,
    developmentIssuer: () => developmentIssuer,
    async start() {
      try {
        const { url, store: opened } = await open();
        logger.info(
          { url, metrics: operations?.url ?? url, store: opened.kind, production: config.production },
          'listening',
        );
        return { url, metricsUrl: `${operations?.url ?? url}/metrics` };
      } catch (error) {
        await close().catch(() => undefined);
        throw error;
      }
    },
    async reload() {
      await Promise.all([keys?.reload(), supply?.reload()]);
    },
    stop() {
      stopping ??= close();
      return stopping;
    },
  };
}

/** Demo people are never written into a collection that may be another application's. */
function ownsUsers({ store }: Config): boolean {
  return (
    store.kind === 'embedded' || (store.usersCollection === 'users' && Object.keys(store.usersFields).length === 0)
  );
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
