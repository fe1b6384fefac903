import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gatewayYaml, NAMES, type Name } from '../../../examples/federation/addresses.js';
import type { Environment } from '../../../src/config/index.js';
import { type RunningGateway, type RunningGatewayOptions, startGateway } from '../running-gateway.js';
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
  /** @throws Error where an answer, or the log, had something in it of where services are or what they were sent to be believed. */
  stop(): Promise<void>;
}

export interface FederatedGatewayOptions {
  readonly environment?: Environment;
  readonly tracing?: RunningGatewayOptions['tracing'];
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
  const configured = options.configure?.(example) ?? example;
  // Services are asked for their schemas by nobody meanwhile, or that would be among what they were asked, now and then.
  const configText = /^pollSeconds:/m.test(configured) ? configured : `${configured}\npollSeconds: 0\n`;
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
      ...(options.tracing === undefined ? {} : { tracing: options.tracing }),
    });
  } catch (error) {
    await stopServices();
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  const started = gateway;
  const answers: string[] = [];
  const running: RunningGateway = {
    ...started,
    async graphql(...request) {
      const answer = await started.graphql(...request);
      answers.push(answer.text);
      return answer;
    },
  };
  const assertions = new Set<string>();
  const ports = NAMES.flatMap((name) =>
    [services[name].witness.url, services[name].service.url].map((url) => new URL(url).port),
  );
  const places = ports.flatMap((port) => [`127.0.0.1:${port}`, `"port":${port}`]);
  const noteAssertions = () => {
    for (const name of NAMES) {
      for (const { headers } of services[name].witness.calls) {
        if (headers.authorization !== undefined) assertions.add(headers.authorization.replace('Bearer ', ''));
      }
    }
  };
  const forget = () => {
    noteAssertions();
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
      noteAssertions();
      return [...places, ...assertions];
    },
    async stop() {
      await running.stop();
      await stopServices();
      await rm(directory, { recursive: true, force: true });
      noteAssertions();
      for (const text of [...answers, running.logged()]) {
        const leaked = leak(text, places, assertions);
        if (leaked !== null) throw new Error(`a client or the log was told ${leaked}:\n${text.slice(0, 2_000)}`);
      }
    },
  };
}

function leak(text: string, places: readonly string[], assertions: ReadonlySet<string>): string | null {
  const place = places.find((each) => text.includes(each));
  if (place !== undefined) return place;
  return text.match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g)?.find((token) => assertions.has(token)) ?? null;
}
