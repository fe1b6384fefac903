import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gatewayYaml, NAMES, type Name } from '../../../examples/federation/addresses.js';
import { type ServiceProcess, startServiceProcess } from '../federation/service-process.js';
import { PUBLIC_URL, startWitnessedServices, type WitnessedService } from '../federation/services.js';
import {
  type GatewayProcess,
  runGateway,
  type Settings,
  startGatewayProcess,
  temporaryFolder,
} from '../gateway-process.js';
import type { IdentityProvider } from '../identity-provider.js';
import { prepareProduction } from '../production-setting.js';
import type { TestIssuer } from '../test-issuer.js';
import { type Inspector, openInspector } from './inspector.js';

/** A gateway in production as it is built, with services behind it, and everything that can go wrong around it. */
export interface SoakSetting {
  readonly gateway: GatewayProcess;
  readonly settings: Settings;
  readonly metricsUrl: string;
  readonly inspector: Inspector;
  readonly issuer: TestIssuer;
  /** An identity provider whose keys are fetched by URL; null where there is none. */
  readonly provider: IdentityProvider | null;
  /** The services, each with a witness that can misbehave in its place. */
  readonly services: Readonly<Record<Name, WitnessedService>>;
  /** A service in a process of its own, killed and started anew at the same address; null where there is none. */
  readonly mortal: { kill(): Promise<void>; revive(): Promise<void> } | null;
  /** Writes the configuration of the services anew, changed, and has it read. */
  reconfigure(change: (yaml: string) => string): Promise<void>;
  rotateKeys(): Promise<void>;
  /** Forgets what the witnesses have written down, which would fill this process. */
  forget(): void;
  /** Ends what is around the gateway, and removes the folder. The gateway is stopped by whoever judges how it stops. */
  remove(): Promise<void>;
}

/** What a soak can change of how operators would run it: so that what is waited for comes soon, and the load is let in. */
const SOAK_SETTINGS: Settings = {
  PUBLIC_URL,
  METRICS_PORT: '0',
  // Everybody comes from an address of their own.
  TRUSTED_PROXIES: '1',
  IMPERSONATION_STARTS_PER_MINUTE: '10000',
  OPERATION_TIMEOUT_SECONDS: '2',
  HEADERS_TIMEOUT_SECONDS: '3',
  REQUEST_TIMEOUT_SECONDS: '10',
  KEEP_ALIVE_SECONDS: '2',
  STALLED_CLIENT_SECONDS: '3',
  // As much as a small container has: where memory is plenty it is collected so late that its level tells nothing.
  NODE_OPTIONS: '--inspect=127.0.0.1:0 --max-old-space-size=192',
};

/** @param whole with an identity provider, and one service in a process of its own */
export async function prepareSoak({ whole }: { readonly whole: boolean }): Promise<SoakSetting> {
  const folder = await temporaryFolder();
  const undo: (() => unknown)[] = [() => folder.remove()];
  const remove = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await prepare(folder.path, whole, undo, remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

async function prepare(
  directory: string,
  whole: boolean,
  undo: (() => unknown)[],
  remove: () => Promise<void>,
): Promise<SoakSetting> {
  let gateway: GatewayProcess | null = null;
  const { settings: production, issuer } = await prepareProduction(directory, 'EdDSA');
  // Loaded where it is wanted: it takes seconds.
  const provider = whole ? await (await import('../identity-provider.js')).startIdentityProvider() : null;
  if (provider !== null) undo.push(() => provider.stop());
  const services = await startWitnessedServices(() => gateway?.url ?? 'http://127.0.0.1:1');
  undo.push(() => Promise.all(NAMES.flatMap((name) => [services[name].witness.stop(), services[name].service.stop()])));
  const mortal = whole ? await startMortal(() => gateway?.url ?? 'http://127.0.0.1:1', undo) : null;

  const urls = Object.fromEntries(NAMES.map((name) => [name, services[name].witness.url])) as Record<Name, string>;
  if (mortal !== null) urls.reviews = mortal.url;
  // A short run has its schemas read when it says so alone: polling keeps connections open now and then.
  const poll = `pollSeconds: ${whole ? 15 : 0}\n`;
  const yaml = gatewayYaml(urls)
    // One service runs into its own time-out, the other into that of the operation.
    .replace(/(name: orders[^\n]*\n)/, '$1    timeoutMs: 700\n')
    .replace(/(name: \w+[^\n]*\n)/g, '$1    breaker: { failures: 5, cooldownMs: 500 }\n');
  const configFile = path.join(directory, 'gateway.yaml');
  await writeFile(configFile, `${poll}${yaml}`);

  const trusted = [issuer.trusted, ...(provider === null ? [] : [provider.trusted])].flatMap((text) =>
    JSON.parse(text),
  );
  const settings: Settings = {
    ...production,
    ...SOAK_SETTINGS,
    GATEWAY_CONFIG: configFile,
    TRUSTED_ISSUERS: JSON.stringify(trusted),
  };
  const started = await startGatewayProcess(directory, settings);
  gateway = started;
  undo.push(() => started.kill());
  const metricsUrl = await started.said('stdout', /"metrics":"([^"]+)"/);
  const inspector = await openInspector(
    await started.said('stderr', /Debugger listening on (ws:\/\/127\.0\.0\.1:\d+\/\S+)\s/),
  );
  undo.push(() => inspector.close());

  return {
    gateway: started,
    settings,
    metricsUrl,
    inspector,
    issuer,
    provider,
    services,
    mortal,
    async reconfigure(change) {
      await writeFile(configFile, change(`${poll}${yaml}`));
      process.kill(started.pid, 'SIGHUP');
    },
    async rotateKeys() {
      const { code, stderr: why } = await runGateway([
        ...['keys', 'rotate', '--publish-seconds', '6', '--file', settings.SIGNING_KEY_FILE ?? ''],
      ]);
      if (code !== 0) throw new Error(`the keys were not rotated: ${why}`);
    },
    forget() {
      for (const { witness, asked } of Object.values(services)) {
        witness.calls.length = 0;
        asked.length = 0;
      }
    },
    remove,
  };
}

/** Reviews, in a process of its own. Where the gateway's keys are is told it before the gateway has an address. */
async function startMortal(gatewayUrl: () => string, undo: (() => unknown)[]) {
  const keys = createServer(async (_req, res) => {
    try {
      const answer = await fetch(`${gatewayUrl()}/.well-known/jwks.json`);
      res.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    } catch {
      res.writeHead(503).end();
    }
  }).listen(0, '127.0.0.1');
  await once(keys, 'listening');
  undo.push(() => {
    keys.closeAllConnections();
    keys.close();
  });
  const trust = { issuer: PUBLIC_URL, jwks: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/` };
  let running: ServiceProcess = await startServiceProcess('reviews', trust);
  const { url } = running;
  undo.push(() => running.kill());
  return {
    url,
    kill: () => running.kill(),
    async revive() {
      running = await startServiceProcess('reviews', trust, Number(new URL(url).port));
    },
  };
}
