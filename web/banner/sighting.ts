import type { ImpersonationAccess, StoppedDetail } from './types/impersonation-banner.js';

/** Whose shoes somebody stands in, as far as it is known. */
export interface Session {
  readonly id: string | null;
  readonly subject: string;
  readonly actor: string | null;
  /** null: not known, which is shown as such. */
  readonly access: ImpersonationAccess | null;
  /** By the gateway's clock, milliseconds; NaN: not known. */
  readonly expiresAt: number;
}

/** What one look found. Whatever is not understood is `unknown`, never an end and never a going on. */
export type Sighting =
  | { readonly kind: 'active'; readonly session: Session }
  /** `code`: the gateway's, or a word of our own where it gave none. `isNone`: there is no impersonation, whether or not there was. */
  | { readonly kind: 'ended'; readonly code: string; readonly isNone?: boolean }
  | { readonly kind: 'unknown'; readonly code: string | null };

/** An answer of the gateway: `body` null where it was not JSON. */
export interface Answer {
  readonly body: unknown;
  /** Its `Date` header, where it may be read. */
  readonly date: string | null;
}

/** Only these say that the token opens nothing any more; every other code may pass. */
const REFUSED: readonly (string | null)[] = [
  'IMPERSONATION_ENDED',
  'TOKEN_EXPIRED',
  'TOKEN_INVALID',
  'UNAUTHENTICATED',
];

/** JSON that nobody has checked: whatever is asked of it may be missing. */
type Loose = { readonly [key: string]: Loose } | null | undefined;

function text(value: unknown): string | null {
  return (typeof value === 'string' && value) || null;
}

/** The code of the first error of an answer; null where there is no error, '' where it has no code. */
export function errorCode({ body }: Answer): string | null {
  const error = (body as Loose)?.errors?.[0];
  return error == null ? null : (text(error.extensions?.code) ?? '');
}

/** What the answer to a stop says; undefined where it is none. */
export function readStop(answer: Answer): StoppedDetail | undefined {
  const stopped = fieldOf(answer, 'stopImpersonation');
  // Whether only the gateway that was asked knows of it: the database has not taken it yet.
  const endedHereOnly = !!(answer.body as Loose)?.extensions?.endedHereOnly;
  return stopped ? { ...(stopped as StoppedDetail), endedHereOnly } : undefined;
}

/** A field of the data of an answer; undefined where there is none. */
function fieldOf({ body }: Answer, name: string): unknown {
  return (body as Loose)?.data?.[name];
}

/** Whether a code says that the token opens nothing any more. */
export function isRefused(code: string | null): code is string {
  return REFUSED.includes(code);
}

/** Reads the answer to a look: `name` is the field that holds the session. */
export function readLook(answer: Answer, name: string): Sighting {
  const code = errorCode(answer);
  if (code !== null) return isRefused(code) ? { kind: 'ended', code } : { kind: 'unknown', code: code || null };
  const session = fieldOf(answer, name) as Loose;
  if (session === null) return { kind: 'ended', code: 'NOT_IMPERSONATING', isNone: true };
  const status = text(session?.status);
  const subject = text(session?.subject?.name) ?? text(session?.subjectId);
  if (status === null || subject === null) return { kind: 'unknown', code };
  if (status !== 'ACTIVE') return { kind: 'ended', code: status };
  return {
    kind: 'active',
    session: {
      id: text(session?.id),
      subject,
      actor: text(session?.actor?.name) ?? text(session?.actorId),
      access: readAccess(text(session?.access)),
      // Of null, too, it makes NaN.
      expiresAt: Date.parse(text(session?.expiresAt) as string),
    },
  };
}

/** `read_only`, `read-only`, `FULL`, …; null for anything else. */
export function readAccess(access: string | null): ImpersonationAccess | null {
  const name = access?.toUpperCase().replace('-', '_');
  return name === 'READ_ONLY' || name === 'FULL' ? name : null;
}
