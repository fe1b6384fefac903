import type { IdentityState, Impersonation, OwnSession, Person } from './identity.js';
import type { StampedState } from './identity-store.js';

/** What tabs tell each other: one that opens asks `who`, the others are `here`; what has `changed`; and which is `gone`. */
export type TabMessage =
  | { readonly kind: 'who'; readonly tab: string }
  | { readonly kind: 'gone'; readonly tab: string }
  | { readonly kind: 'here'; readonly tab: string; readonly told: StampedState }
  | { readonly kind: 'changed'; readonly tab: string; readonly told: StampedState };

/**
 * The message, or null for anything else: after an upgrade tabs of two versions are open side by side, and what one of them means is not
 * for the other to guess. Nobody acts as somebody else without being signed in themselves.
 */
export function readTabMessage(data: unknown): TabMessage | null {
  if (!isRecord(data) || typeof data.tab !== 'string') return null;
  const { kind, tab, told } = data;
  if (kind === 'who' || kind === 'gone') return { kind, tab };
  return (kind === 'here' || kind === 'changed') && isStamped(told) ? { kind, tab, told } : null;
}

type Unknown = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Unknown {
  return typeof value === 'object' && value !== null;
}

function hasTexts(value: Unknown, ...names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string');
}

function isStamped(value: unknown): value is StampedState {
  if (!isRecord(value) || !isRecord(value.stamp)) return false;
  const { at, tab } = value.stamp;
  return Number.isSafeInteger(at) && typeof tab === 'string' && isState(value.state);
}

function isState(value: unknown): value is IdentityState {
  if (!isRecord(value)) return false;
  const { own, impersonation, notice } = value;
  const isNobody = own === null && impersonation === null;
  const isSomebody = isOwn(own) && (impersonation === null || isImpersonation(impersonation));
  return (isNobody || isSomebody) && (notice === null || isNotice(notice));
}

function isOwn(value: unknown): value is OwnSession {
  return isRecord(value) && hasTexts(value, 'key', 'token') && isPerson(value.person);
}

function isPerson(value: unknown): value is Person {
  if (!isRecord(value) || !hasTexts(value, 'id', 'name', 'email') || !Array.isArray(value.roles)) return false;
  return value.roles.every((role) => typeof role === 'string');
}

function isImpersonation(value: unknown): value is Impersonation {
  if (!isRecord(value) || !hasTexts(value, 'sessionId', 'actorToken', 'access', 'reason')) return false;
  const { ticket, startedAt, expiresAt, subject } = value;
  return (
    (ticket === null || typeof ticket === 'string') &&
    Number.isFinite(startedAt) &&
    Number.isFinite(expiresAt) &&
    isPerson(subject)
  );
}

function isNotice(value: unknown): boolean {
  if (!isRecord(value) || !hasTexts(value, 'kind', 'cause')) return false;
  if (value.kind === 'signed-out') return typeof value.impersonationStopped === 'boolean';
  return value.kind === 'impersonation-ended' && isImpersonation(value.impersonation);
}
