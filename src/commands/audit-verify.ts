import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  anchorFile,
  exportFile,
  type GatewayKeys,
  gatewayKeysFile,
  joinedEvents,
  type ProgressOutput,
  PrunedMeanwhileError,
  readGatewayKeys,
  startProgress,
  type Verdict,
  type VerifiableStore,
  VerifyInputError,
  type VerifyOptions,
  verdictJson,
  verdictText,
  verifyStore,
  verifyTrail,
} from '../audit/verify/index.js';
import { parseDateTime } from '../domain/date-time.js';
import { StoreUnavailableError, StoreUnusableError } from '../errors/index.js';
import type { Clock } from '../platform/clock.js';
import type { Output } from './output.js';

export const AUDIT_VERIFY_USAGE = `Usage: impersonation-gateway audit verify [options]

  --file FILE                 an NDJSON export; without it, the configured store is verified
  --anchors FILE              seals kept outside the database; repeat it for each replica's file
  --archive FILE              events that were pruned, as \`audit prune\` archived them; repeat it for each archive
  --jwks FILE                 the gateway's public keys, as /.well-known/jwks.json serves them
  --now TIME                  when the export began (RFC 3339); what only later seals cover may be absent from it
  --max-unsealed-seconds N    how old an event may be that no seal covers (60)
  --max-seal-age-seconds N    how old the newest seal may be (any)
  --json                      the verdict as one JSON object

Exits 0 where everything that could be checked holds, 1 with faults, 2 where it could not be run.
`;

export interface AuditVerifyOptions {
  readonly file?: string;
  readonly anchors: readonly string[];
  readonly archives?: readonly string[];
  readonly jwks?: string;
  /** Milliseconds since the epoch. */
  readonly now?: number;
  readonly maxUnsealedSeconds?: number;
  readonly maxSealAgeSeconds?: number;
  readonly json: boolean;
}

/** What verification takes from the configured gateway; asked only where no `--file` is given. */
export interface AuditVerifyDeps {
  readonly clock: Clock;
  /** Opens the configured store. */
  readonly openStore: () => Promise<VerifiableStore & { close(): Promise<void> }>;
  /** The gateway's own JWKS, parsed, where `--jwks` is not given; null where there is none. */
  readonly ownJwks: () => Promise<unknown>;
  /** The gateway's own anchor files, where `--anchors` is not given. */
  readonly ownAnchors: readonly string[];
}

/** Where the verdict goes, and the progress where the other is a terminal. */
export interface AuditVerifyOutput extends Output {
  readonly stderr: ProgressOutput;
}

/** The options of a command line. @throws VerifyInputError with what is wrong and the usage */
export function readAuditVerifyOptions(argv: readonly string[]): AuditVerifyOptions {
  const { file, jwks, now, anchors = [], archive: archives, json = false, ...ages } = parsed(argv);
  return {
    anchors,
    json,
    ...(archives === undefined ? {} : { archives }),
    ...(file === undefined ? {} : { file }),
    ...(jwks === undefined ? {} : { jwks }),
    ...(now === undefined ? {} : { now: readTime(now) }),
    ...(ages['max-unsealed-seconds'] === undefined
      ? {}
      : { maxUnsealedSeconds: readSeconds('--max-unsealed-seconds', ages['max-unsealed-seconds']) }),
    ...(ages['max-seal-age-seconds'] === undefined
      ? {}
      : { maxSealAgeSeconds: readSeconds('--max-seal-age-seconds', ages['max-seal-age-seconds']) }),
  };
}

/**
 * `impersonation-gateway audit verify`: verifies an export, or the configured store, and prints the verdict. Nothing of the
 * configured gateway is used for an export: what is trusted then is what the options name.
 * @returns 0 where everything that could be checked holds, 1 with faults, 2 where an input cannot be read
 */
export async function auditVerify(
  options: AuditVerifyOptions,
  deps: AuditVerifyDeps,
  { stdout, stderr }: AuditVerifyOutput,
): Promise<0 | 1 | 2> {
  let verdict: Verdict;
  try {
    const { file } = options;
    verdict = await (file === undefined
      ? verifyConfigured(options, deps, stderr)
      : verifyExport(file, options, stderr));
  } catch (error) {
    if (!(error instanceof Error) || !UNREADABLE.some((kind) => error instanceof kind)) throw error;
    stderr.write(`${error.message}\n`);
    return 2;
  }
  stdout.write(options.json ? verdictJson(verdict) : verdictText(verdict));
  return verdict.total === 0 ? 0 : 1;
}

const UNREADABLE = [VerifyInputError, PrunedMeanwhileError, StoreUnavailableError, StoreUnusableError];

async function verifyExport(file: string, options: AuditVerifyOptions, stderr: ProgressOutput): Promise<Verdict> {
  const keys = options.jwks === undefined ? null : await gatewayKeysFile(options.jwks);
  const progress = startProgress(stderr);
  const events = exportFile(file, { onBytes: progress.bytes });
  const { now } = options;
  try {
    return await verifyTrail(
      { events: joinedEvents(events, archivesOf(options)), anchors: options.anchors.map(anchorFile), keys },
      { ...ages(options), ...(now === undefined ? {} : { now, asOf: now }), onEvents: progress.events },
    );
  } finally {
    progress.end();
  }
}

async function verifyConfigured(
  options: AuditVerifyOptions,
  deps: AuditVerifyDeps,
  stderr: ProgressOutput,
): Promise<Verdict> {
  // First of all: where there is no store, nothing else is looked at, nor made.
  const store = await deps.openStore();
  const progress = startProgress(stderr);
  try {
    const keys = await (options.jwks === undefined ? ownKeys(deps) : gatewayKeysFile(options.jwks));
    const anchors =
      options.anchors.length > 0 ? options.anchors : deps.ownAnchors.filter((path) => isThere(path, stderr));
    return await verifyStore(
      store,
      { keys, anchors: anchors.map(anchorFile), archives: archivesOf(options) },
      { ...ages(options), now: options.now ?? deps.clock.now(), onEvents: progress.events },
    );
  } finally {
    progress.end();
    await store.close();
  }
}

function archivesOf({ archives = [] }: AuditVerifyOptions) {
  return archives.map((path) => exportFile(path));
}

async function ownKeys({ ownJwks }: AuditVerifyDeps): Promise<GatewayKeys | null> {
  const jwks = await ownJwks();
  return jwks === null ? null : readGatewayKeys(jwks);
}

function isThere(path: string, stderr: ProgressOutput): boolean {
  if (existsSync(path)) return true;
  stderr.write(`The gateway's anchor file ${path} does not exist.\n`);
  return false;
}

function ages({ maxUnsealedSeconds, maxSealAgeSeconds }: AuditVerifyOptions): VerifyOptions {
  return {
    ...(maxUnsealedSeconds === undefined ? {} : { maxUnsealedMs: maxUnsealedSeconds * 1_000 }),
    ...(maxSealAgeSeconds === undefined ? {} : { maxSealAgeMs: maxSealAgeSeconds * 1_000 }),
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        file: { type: 'string' },
        anchors: { type: 'string', multiple: true },
        archive: { type: 'string', multiple: true },
        jwks: { type: 'string' },
        now: { type: 'string' },
        'max-unsealed-seconds': { type: 'string' },
        'max-seal-age-seconds': { type: 'string' },
        json: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : 'The options cannot be read.');
  }
}

function readTime(text: string): number {
  const time = parseDateTime(text);
  if (time === null) throw usageError('--now is not a time such as 2026-01-31T12:00:00Z.');
  return time;
}

function readSeconds(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw usageError(`${option} is not a whole number of seconds.`);
  return Number(text);
}

function usageError(why: string): VerifyInputError {
  return new VerifyInputError(`${why}\n\n${AUDIT_VERIFY_USAGE}`);
}
