import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { createShop } from '../../examples/shop/index.js';
import { createGateway, type Gateway } from '../../src/app.js';
import { type Environment, readConfig } from '../../src/config/index.js';
import { demoUsers } from '../../src/development/demo-users.js';
import type { HostModule } from '../../src/host-module.js';
import { createLogger, type Logger } from '../../src/platform/logger.js';
import type { Tracing } from '../../src/platform/tracing.js';
import { createEmbeddedStore } from '../../src/stores/embedded/index.js';
import type { Store } from '../../src/stores/index.js';
import { ChangeableDirectory } from './changeable-directory.js';
import { keepOutput, notePrivateKeysIn, noteSecret } from './record.js';
import { TestClock } from './test-clock.js';

export interface GraphQLAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly data: any;
  readonly errors: readonly { message: string; path?: (string | number)[]; extensions: Record<string, any> }[];
  /** `extensions.code` of each error. */
  readonly codes: readonly string[];
  readonly text: string;
}

export interface RunningGateway {
  readonly url: string;
  readonly gateway: Gateway;
  readonly store: Store;
  readonly people: ChangeableDirectory;
  readonly clock: TestClock;
  /** Everything the gateway has logged so far, as text. */
  logged(): string;
  /** A session token of the development issuer. */
  token(userId: string): Promise<string>;
  graphql(
    token: string | null,
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<GraphQLAnswer>;
  /** Starts an impersonation and gives the actor token; fails the test where it is refused. */
  impersonate(
    actorId: string,
    subjectId: string,
    input?: Record<string, unknown>,
  ): Promise<{ actorToken: string; sessionId: string }>;
  stop(): Promise<void>;
}

export interface RunningGatewayOptions {
  readonly environment?: Environment;
  readonly hostModules?: readonly HostModule[];
  /** Changes the store before the gateway gets it, e.g. to make it fail. */
  readonly wrapStore?: (store: Store) => Store;
  /** Kept where given: for restarts. */
  readonly directory?: string;
  /** Records what the gateway does. */
  readonly tracing?: (logger: Logger) => Promise<Tracing | null>;
  /** Where what browsers load was built; by default where the product looks. */
  readonly webFolder?: string;
}

/** What {@link RunningGateway.impersonate} sends. */
export const START_DOCUMENT = `mutation Start($input: StartImpersonationInput!) {
  startImpersonation(input: $input) { actorToken expiresAt session { id } viewer { id } }
}`;

/** A real gateway in this process: embedded store in a fresh folder, a free port, the shop, a directory and a clock to change. */
export async function startGateway(options: RunningGatewayOptions = {}): Promise<RunningGateway> {
  const directory = options.directory ?? (await mkdtemp(path.join(tmpdir(), 'gateway-test-')));
  try {
    return await startIn(directory, options);
  } catch (error) {
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(directory: string, options: RunningGatewayOptions): Promise<RunningGateway> {
  const config = readConfig({ PORT: '0', DATA_DIR: directory, LOG_LEVEL: 'debug', ...options.environment });
  const people = new ChangeableDirectory(demoUsers());
  const clock = new TestClock();
  const embedded = createEmbeddedStore({ directory });
  const base: Store = { ...embedded, users: people, seedUsers: async () => undefined };
  const store = options.wrapStore?.(base) ?? base;
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString('utf8'));
      done();
    },
  });
  const logger = createLogger({ level: config.logLevel, destination });
  const tracing = (await options.tracing?.(logger)) ?? null;
  const gateway = createGateway(config, {
    store,
    clock,
    logger,
    tracing,
    hostModules: options.hostModules ?? [createShop()],
    processMetrics: false,
    ...(options.webFolder === undefined ? {} : { webFolder: options.webFolder }),
  });
  const { url } = await gateway.start();

  async function graphql(
    token: string | null,
    query: string,
    variables?: Record<string, unknown>,
    headers: Record<string, string> = {},
  ): Promise<GraphQLAnswer> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    const body = JSON.parse(text);
    const errors = body.errors ?? [];
    return {
      status: response.status,
      headers: response.headers,
      data: body.data,
      errors,
      codes: errors.map((error: { extensions?: { code?: string } }) => String(error.extensions?.code)),
      text,
    };
  }

  async function token(userId: string): Promise<string> {
    const issuer = gateway.developmentIssuer();
    if (issuer === null) throw new Error('this gateway has no development issuer');
    const issued = await issuer.issue(userId);
    noteSecret('token', issued.token);
    return issued.token;
  }

  return {
    url,
    gateway,
    store,
    people,
    clock,
    logged: () => lines.join(''),
    token,
    graphql,
    async impersonate(actorId, subjectId, input = {}) {
      const answer = await graphql(await token(actorId), START_DOCUMENT, {
        input: { userId: subjectId, reason: 'a test', ...input },
      });
      if (answer.errors.length > 0) throw new Error(`the start was refused: ${answer.text}`);
      const { actorToken, session } = answer.data.startImpersonation;
      noteSecret('token', actorToken);
      return { actorToken, sessionId: session.id };
    },
    async stop() {
      await gateway.stop();
      await tracing?.close(5_000);
      keepOutput('in-process', lines.join(''));
      notePrivateKeysIn(directory);
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}
