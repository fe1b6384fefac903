import type { EventType } from '../../domain/audit-event.js';

/**
 * What explains the rest of the trail: what was pruned and lost, and what is held. A chain with any of these stays whole. Commands
 * write them, each into a chain of its own, so little else stays with them.
 */
export const KEPT_FOR_GOOD: readonly EventType[] = [
  'AUDIT_PRUNED',
  'AUDIT_RESTORED',
  'LEGAL_HOLD_PLACED',
  'LEGAL_HOLD_RELEASED',
];
