#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { DirectiveError } from '../directives/index.js';
import { VerifyInputError } from './audit/verify/index.js';
import { audit } from './commands/audit.js';
import { demo } from './commands/demo.js';
import { keysGenerate } from './commands/keys-generate.js';
import { serve } from './commands/serve.js';
import { storePrepare } from './commands/store-prepare.js';
import { printToken } from './commands/token.js';
import { type Config, ConfigError, readConfig } from './config/index.js';
import { GatewayError, StoreUnavailableError, StoreUnusableError } from './errors/index.js';
import { redactText } from './platform/logger.js';
import { KeyFileError, SIGNING_ALGORITHMS, TrustedIssuerError } from './tokens/index.js';
import { CompositionError } from './upstreams/composition/composition-error.js';
import { GatewayConfigError } from './upstreams/config/gateway-config-error.js';

const USAGE = `Usage: impersonation-gateway [command]

  serve                                   run the gateway (the default)
  token <userId>                          print a development session token
  audit verify [--file F] [--anchors F] [--jwks F] [--json]
                                          check every event, link, seal and anchor
  audit erase --user ID [--reason TEXT] --yes
                                          destroy the personal details about one person
  audit export [--out FILE] [--format ndjson|csv|ecs] [filter]
                                          the trail, or a part of it, to take away
  store prepare                           make the collections and indexes that the store lacks
  demo                                    play the whole story against a fresh store
  keys generate [--out FILE] [--algorithm EdDSA|RS256]
                                          make a JWKS with a private key for SIGNING_KEY_FILE
  help                                    print this

Settings are environment variables; docs/configuration.md lists them.
`;

async function run(argv: readonly string[], configure: () => Config): Promise<number> {
  const [command = 'serve', ...rest] = argv;
  switch (command) {
    case 'serve':
      return serve(configure(), process);
    case 'token':
      return printToken(configure(), rest[0], process);
    case 'audit':
      return audit(rest, configure, process);
    case 'store':
      return storePrepare(rest, configure, process);
    case 'demo':
      return demo(process);
    case 'keys':
      return keys(rest);
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(USAGE);
      return 0;
    default:
      process.stderr.write(`There is no command ${JSON.stringify(command)}.\n\n${USAGE}`);
      return 1;
  }
}

async function keys(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { out: { type: 'string' }, algorithm: { type: 'string', default: 'EdDSA' } },
  });
  const algorithm = SIGNING_ALGORITHMS.find((known) => known === values.algorithm);
  if (positionals[0] !== 'generate' || algorithm === undefined) {
    process.stderr.write(USAGE);
    return 1;
  }
  await keysGenerate({ algorithm, ...(values.out === undefined ? {} : { out: values.out }) }, process);
  return 0;
}

/** Errors that are an operator's to mend are shown as a sentence, without a stack. */
function isForTheOperator(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return (
    error instanceof ConfigError ||
    error instanceof GatewayError ||
    error instanceof StoreUnusableError ||
    error instanceof StoreUnavailableError ||
    error instanceof KeyFileError ||
    error instanceof TrustedIssuerError ||
    error instanceof DirectiveError ||
    error instanceof GatewayConfigError ||
    error instanceof CompositionError ||
    error instanceof VerifyInputError ||
    code === 'EEXIST' ||
    code === 'ENOENT' ||
    code === 'EADDRINUSE' ||
    code === 'EADDRNOTAVAIL' ||
    code === 'EACCES' ||
    code === 'ENOTFOUND' ||
    code === 'EAI_AGAIN' ||
    code.startsWith('ERR_PARSE_ARGS')
  );
}

function fail(error: unknown): never {
  const text = isForTheOperator(error)
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
  process.stderr.write(`${redactText(text)}\n`);
  // Not "faults were found": verification could not be run.
  process.exit(error instanceof VerifyInputError ? 2 : 1);
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
run(process.argv.slice(2), () => readConfig(process.env)).then((code) => {
  process.exitCode = code;
}, fail);
