import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gatewayYaml, NAMES, type Name } from '../../../examples/federation/addresses.js';
import type { Environment } from '../../../src/config/index.js';
import { type RunningGateway, startGateway } from '../running-gateway.js';
import { PUBLIC_URL, startWitnessedServices, type WitnessedService } from './services.js';

/** A gateway in this process with the example services behind it, each with a witness before it. */
export interface FederatedGateway {
  readonly gateway: RunningGateway;
  readonly services: Readonly<Record<Name, WitnessedService>>;
  /** The file that GATEWAY_CONFIG names. */
  readonly configFile: string;
  /** Its text as it was at start. */
  readonly configText: string;
  /** Everything that any service was sent since `forget`, as it stood on the wire. */
  sent(): string;
  /** How many calls each service got since `forget`. */
  calls(): Readonly<Record<Name, number>>;
  forget(): void;
  /** What must be seen by no client, in no log line and in no event: where services are, and what they were sent to be believed. */
  secrets(): readonly string[];
  stop(): Promise<void>;
}

export interface FederatedGatewayOptions {
  readonly environment?: Environment;
  /** Changes the configuration before the start. */
  readonly configure?: (yaml: string) => string;
  /** Puts further files beside it. */
  readonly prepare?: (directory: string) => Promise<void>;
}

export async function startFederatedGateway(options: FederatedGatewayOptions = {}): Promise<FederatedGateway> {
  const directory = await mkdtemp(path.join(tmpdir(), 'federated-gateway-'));
  let gateway: RunningGateway | null = null;
  const services = await startWitnessedServices(() => gateway?.url ?? 'http://127.0.0.1:1');
  const of = <T>(what: (service: WitnessedService) => T) =>
    Object.fromEntries(NAMES.map((name) => [name, what(services[name])])) as Record<Name, T>;
  const example = gatewayYaml(of(({ witness }) => witness.url));
  const configText = options.configure?.(example) ?? example;
  const configFile = path.join(directory, 'gateway.yaml');
  await writeFile(configFile, configText);
  await options.prepare?.(directory);
  const stopServices = () =>
    Promise.all(
      NAMES.map(async (name) => {
        await services[name].witness.stop();
        await services[name].service.stop();
      }),
    );
  try {
    gateway = await startGateway({
      environment: { GATEWAY_CONFIG: configFile, PUBLIC_URL, ...options.environment },
      hostModules: [],
    });
  } catch (error) {
    await stopServices();
    throw error;
  }
  const running = gateway;
  const forget = () => {
    for (const name of NAMES) {
      services[name].witness.calls.length = 0;
      services[name].asked.length = 0;
    }
  };
  forget();
  return {
    gateway: running,
    services,
    configFile,
    configText,
    sent: () => NAMES.flatMap((name) => services[name].witness.calls.map(({ everything }) => everything)).join('\n'),
    calls: () => of(({ witness }) => witness.calls.length),
    forget,
    secrets() {
      const ports = NAMES.flatMap((name) =>
        [services[name].witness.url, services[name].service.url].map((url) => new URL(url).port),
      );
      const assertions = NAMES.flatMap((name) =>
        services[name].witness.calls.flatMap(({ headers }) => headers.authorization?.replace('Bearer ', '') ?? []),
      );
      return [...ports.flatMap((port) => [`127.0.0.1:${port}`, `"port":${port}`]), ...new Set(assertions)];
    },
    async stop() {
      await running.stop();
      await stopServices();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
