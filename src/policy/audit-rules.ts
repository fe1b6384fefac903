import { type FieldRule, OPEN_RULE } from './field-rule.js';

/** Who may take the audit trail away as a whole: exactly who may read it by `Query.impersonationEvents` (a test holds them equal). */
export const EXPORT_RULE: FieldRule = Object.freeze({
  ...OPEN_RULE,
  requires: Object.freeze([Object.freeze({ role: Object.freeze(['AUDITOR', 'ADMIN']), of: 'VIEWER' })]),
});
