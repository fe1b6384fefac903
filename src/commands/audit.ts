import { openKeyring } from '../app/open-keys.js';
import { createStoreOfGateways } from '../app/open-store.js';
import type { Config } from '../config/index.js';
import { systemClock } from '../platform/clock.js';
import { AUDIT_BACKUP_USAGE, auditBackup } from './audit-backup.js';
import { AUDIT_ERASE_USAGE, auditErase } from './audit-erase.js';
import {
  AUDIT_EXPORT_USAGE,
  type AuditExportOutput,
  auditExportRecorded,
  readAuditExportOptions,
} from './audit-export.js';
import { AUDIT_HOLD_USAGE, auditHold } from './audit-hold.js';
import { AUDIT_PRUNE_USAGE, auditPrune } from './audit-prune.js';
import { AUDIT_RESTORED_USAGE, auditRestored } from './audit-restored.js';
import { AUDIT_VERIFY_USAGE, type AuditVerifyOutput, auditVerify, readAuditVerifyOptions } from './audit-verify.js';

/** What the commands need of the process. */
export type AuditOutput = AuditVerifyOutput & AuditExportOutput;

/** `impersonation-gateway audit verify|export|erase|prune|hold|backup|restored`. @returns the exit code */
export async function audit(argv: readonly string[], configure: () => Config, output: AuditOutput): Promise<number> {
  const [command, ...rest] = argv;
  if (command === 'verify') {
    const options = readAuditVerifyOptions(rest);
    // An export is verified with what the options name alone: no configuration, no store, no key of this machine.
    if (options.file !== undefined) return auditVerify(options, nothingConfigured, output);
    const config = configure();
    return auditVerify(
      options,
      {
        clock: systemClock,
        openStore: () => openStore(config),
        ownJwks: async () => (await openKeyring(config)).trailJwks,
        ownAnchors: [config.anchorFile],
      },
      output,
    );
  }
  if (command === 'export') {
    const options = readAuditExportOptions(rest);
    return auditExportRecorded(configure(), options, output);
  }
  if (command === 'prune') return auditPrune(rest, configure, output);
  if (command === 'hold') return auditHold(rest, configure, output);
  if (command === 'restored') return auditRestored(rest, configure, output);
  if (command === 'backup') return auditBackup(rest, configure, output);
  if (command === 'erase') return auditErase(rest, configure, output);
  output.stderr.write(
    `${AUDIT_VERIFY_USAGE}\n${AUDIT_ERASE_USAGE}\n${AUDIT_EXPORT_USAGE}\n${AUDIT_PRUNE_USAGE}\n${AUDIT_HOLD_USAGE}\n${AUDIT_BACKUP_USAGE}\n${AUDIT_RESTORED_USAGE}`,
  );
  return 2;
}

const nothingConfigured = {
  clock: systemClock,
  openStore: () => Promise.reject(new Error('an export is verified without a store')),
  ownJwks: () => Promise.resolve(null),
  ownAnchors: [],
};

async function openStore(config: Config) {
  const store = await createStoreOfGateways(config);
  await store.open();
  return store;
}
