import path from 'node:path';
import { anchorFile, gatewayKeysFile, type Verdict, verifyStore } from '../../src/audit/verify/index.js';
import { auditExport, readAuditExportOptions } from '../../src/commands/audit-export.js';
import { auditVerify } from '../../src/commands/audit-verify.js';
import { StoreUnavailableError } from '../../src/errors/index.js';
import type { Store } from '../../src/stores/index.js';
import type { WrittenTrail } from './written-trail.js';

type Kinds = readonly string[];

/** The kinds of fault in a verdict, each once, in the order of the alphabet. */
export function kindsIn({ counts }: Pick<Verdict, 'counts'>): Kinds {
  return Object.keys(counts).sort();
}

/** Verifies the store itself, with the public keys and, unless told otherwise, the anchors. */
export async function verdictOnline(store: Store, trail: WrittenTrail, withAnchors = true): Promise<Verdict> {
  const keys = await gatewayKeysFile(trail.jwks);
  const anchors = withAnchors ? [anchorFile(trail.anchors)] : [];
  return verifyStore(store, { keys, anchors }, { now: trail.now });
}

/** Exports the store and verifies the file as a stranger would, by the program's commands; null where it cannot be exported. */
export async function verdictOffline(store: Store, trail: WrittenTrail, folder: string): Promise<Verdict | null> {
  const out = path.join(folder, 'export.ndjson');
  const silent = { write: () => true };
  // An export leaves out what may still be a commit under way: some minutes later nothing is.
  const clock = { now: () => trail.now + 600_000 };
  try {
    await auditExport(store.events, readAuditExportOptions(['--out', out]), clock, { stdout: silent, stderr: silent });
  } catch (error) {
    if (error instanceof StoreUnavailableError) return null;
    throw error;
  }
  let printed = '';
  const stdout = { write: (text: string) => (printed += text) };
  const code = await auditVerify(
    { file: out, anchors: [trail.anchors], jwks: trail.jwks, json: true },
    { clock, openStore: noStore, ownJwks: async () => null, ownAnchors: [] },
    { stdout, stderr: silent },
  );
  const verdict = JSON.parse(printed) as Verdict;
  if ((code === 0) !== (verdict.total === 0)) throw new Error(`the command exits ${code} with ${verdict.total} faults`);
  return verdict;
}

async function noStore(): Promise<never> {
  throw new Error('an export is verified without a store');
}
