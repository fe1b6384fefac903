import { hostname } from 'node:os';
import { createShop } from '../../examples/shop/index.js';
import { packageVersion } from '../app/package-root.js';
import { openTracing } from '../app/telemetry/open-tracing.js';
import { createGateway } from '../app.js';
import type { Config } from '../config/index.js';
import { createLogger, type Logger } from '../platform/logger.js';
import type { Output } from './output.js';
import { welcome } from './welcome.js';

const STOP_WITHIN_MS = 10_000;
/** For what is left of the traces: they may be lost, and a stop must not wait for a collector. */
const TRACES_MS = 500;

/** `impersonation-gateway` or `impersonation-gateway serve`: runs until SIGINT or SIGTERM. @returns the exit code */
export async function serve(config: Config, { stdout }: Output): Promise<number> {
  const logger = createLogger({ level: config.logLevel });
  tellWhatNobodyCaught(logger);
  // Services bring what a shop has themselves; the example would only stand in their way.
  const withExample = !config.production && config.gatewayConfigFile === null;
  const about = { version: packageVersion(), instance: config.instance ?? hostname() };
  const tracing = await openTracing(config.tracing, about, logger);
  const gateway = createGateway(config, { logger, tracing, hostModules: withExample ? [createShop()] : [] });
  const stopped = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });
  // A change of the files is seen without it; this one is for whoever does not want to wait.
  process.on('SIGHUP', () => void gateway.reload());
  const { url } = await gateway.start();
  const issuer = gateway.developmentIssuer();
  if (issuer === null) stdout.write(`Impersonation Gateway is listening on ${url}/graphql\n`);
  else stdout.write(`${welcome(url, (await issuer.issue('user_ada')).token, config.console !== null)}\n`);

  const signal = await stopped;
  logger.info({ signal }, 'stopping');
  // A stop that hangs is worse than one that leaves something behind: what is unwritten is told by the log.
  const late = setTimeout(() => {
    logger.fatal('the gateway did not stop in time');
    process.exit(1);
  }, STOP_WITHIN_MS);
  await gateway.stop();
  await tracing?.close(TRACES_MS);
  clearTimeout(late);
  logger.info('stopped');
  return 0;
}

/**
 * A line of the log for an error that nobody caught, before the process ends by it: nobody knows in what state it has left things, and
 * whoever watches the log does not read the standard error. Credentials are swept out of it as of every line.
 */
function tellWhatNobodyCaught(logger: Logger): void {
  const told = (event: string) => (err: unknown) => {
    logger.fatal({ err, event }, 'an error that nobody caught ends the gateway');
  };
  process.prependListener('uncaughtException', told('uncaughtException'));
  process.prependListener('unhandledRejection', told('unhandledRejection'));
}
