#!/usr/bin/env node
import { DirectiveError } from '../directives/index.js';
import { ManifestError } from './app/trusted-documents/manifest-error.js';
import { RetentionError } from './audit/retention/retention-error.js';
import { PrunedMeanwhileError, VerifyInputError } from './audit/verify/index.js';
import { type Config, ConfigError, readConfig } from './config/index.js';
import { GatewayError, StoreUnavailableError, StoreUnusableError } from './errors/index.js';
import { systemClock } from './platform/clock.js';
import { redactText } from './platform/logger.js';
import { KeyFileError, TrustedIssuerError } from './tokens/index.js';
import { CompositionError } from './upstreams/composition/composition-error.js';
import { GatewayConfigError } from './upstreams/config/gateway-config-error.js';

const USAGE = `Usage: impersonation-gateway [command]

  serve                                   run the gateway (the default)
  token <userId>                          print a development session token
  audit verify [--file F] [--anchors F] [--jwks F] [--json]
                                          check every event, link, seal and anchor
  audit erase --user ID [--reason TEXT] --yes
                                          destroy the personal details about one person
  audit prune --before TIME --export FILE [--reason TEXT --yes]
                                          archive the oldest events and take them out of the store
  audit hold --add|--release|--list       legal holds: what is neither pruned nor erased
  audit backup --out DIR                  copy the embedded store, anchors and public keys
  audit restored --reason TEXT --yes      go on after the store was restored from an earlier copy
  sessions end-all --reason TEXT --yes    end every active session
  audit export [--out FILE] [--format ndjson|csv|ecs] [filter]
                                          the trail, or a part of it, to take away
  store prepare                           make the collections and indexes that the store lacks
  demo                                    play the whole story against a fresh store
  keys generate [--out FILE] [--algorithm EdDSA|RS256]
                                          make a JWKS with a private key for SIGNING_KEY_FILE
  keys rotate --file F                    put a new key in front, published before it signs
  keys retire --file F --kid KID          take the private half of an old key out
  config check [--connect]                what is wrong with the configuration, and every setting
  help                                    print this

Settings are environment variables; docs/configuration.md lists them.
`;

/** Only what the command itself needs is loaded: a server brings much that a short command would wait for. */
async function run(argv: readonly string[], configure: () => Config): Promise<number> {
  const [command = 'serve', ...rest] = argv;
  switch (command) {
    case 'serve':
      return (await import('./commands/serve.js')).serve(configure(), process);
    case 'token':
      return (await import('./commands/token.js')).printToken(configure(), rest[0], process);
    case 'audit':
      return (await import('./commands/audit.js')).audit(rest, configure, process);
    case 'sessions':
      return (await import('./commands/sessions.js')).sessions(rest, configure, process);
    case 'store':
      return (await import('./commands/store-prepare.js')).storePrepare(rest, configure, process);
    case 'demo':
      return (await import('./commands/demo.js')).demo(process);
    case 'keys':
      return (await import('./commands/keys.js')).keys(rest, systemClock.now(), process);
    case 'config':
      return (await import('./commands/config-check.js')).config(rest, process.env, process);
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
    error instanceof ManifestError ||
    error instanceof CompositionError ||
    error instanceof VerifyInputError ||
    error instanceof PrunedMeanwhileError ||
    error instanceof RetentionError ||
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
