import {
  type ImpersonationSession,
  INACTIVITY,
  type SessionEnding,
} from '../../../src/domain/impersonation-session.js';
import { StoreUnavailableError } from '../../../src/errors/index.js';
import {
  type EndClaim,
  ERASED_TEXT,
  type PageRequest,
  type SessionFilter,
  type SessionStore,
  type Slice,
  type UnrecordedEnd,
} from '../../../src/stores/index.js';

/** How a call goes: carried out; refused; carried out with its answer lost; without any answer; a mistake in the store. */
export type CallBehaviour = 'ok' | 'refuse' | 'lose-answer' | 'hang' | 'bug';
type Method = keyof SessionStore;

/** A session store in memory that a test can make fail in every way a real one does. */
export class MemorySessions implements SessionStore {
  readonly sessions = new Map<string, ImpersonationSession>();
  /** When somebody took it upon themselves to record an end; absent once that is confirmed. */
  readonly claims = new Map<string, EndClaim>();
  readonly voided = new Set<string>();
  settledUpTo: number | null = null;
  readonly calls: { method: Method; ids: readonly string[] }[] = [];
  /** How all calls go for which nothing else is said. */
  behaviour: CallBehaviour = 'ok';
  readonly behaviours: Partial<Record<Method, CallBehaviour>> = {};
  /** How the next calls of a method go, one each. */
  readonly scripts: Partial<Record<Method, CallBehaviour[]>> = {};
  readonly #gates = new Map<Method, { readonly opened: Promise<void>; readonly open: () => void }>();

  /** From now on the method works out its answer and keeps it back until `release`. */
  hold(method: Method): void {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#gates.set(method, { opened, open });
  }

  release(method: Method): void {
    this.#gates.get(method)?.open();
    this.#gates.delete(method);
  }

  count(method: Method): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  insert(session: ImpersonationSession, activeLimit: number) {
    return this.#call('insert', [session.id], () => {
      if (this.sessions.has(session.id) || this.voided.has(session.id)) return 'duplicate' as const;
      const held = [...this.sessions.values()].filter(
        ({ actorId, status }) => actorId === session.actorId && status === 'ACTIVE',
      );
      if (held.length >= activeLimit) return 'limit' as const;
      this.sessions.set(session.id, session);
      return 'stored' as const;
    });
  }

  get(id: string) {
    return this.#call('get', [id], () => this.sessions.get(id) ?? null);
  }

  getMany(ids: readonly string[]) {
    return this.#call('getMany', ids, () => ids.flatMap((id) => this.sessions.get(id) ?? []));
  }

  end(id: string, ending: SessionEnding, claim: EndClaim) {
    return this.#call('end', [id], () => {
      const session = this.sessions.get(id);
      if (session === undefined || session.status !== 'ACTIVE') return null;
      if (!isInTime(session, ending)) return null;
      const ended = { ...session, ...ending };
      this.sessions.set(id, ended);
      this.claims.set(id, claim);
      return ended;
    });
  }

  prolong(id: string, at: number, until: number) {
    return this.#call('prolong', [id], () => {
      const session = this.sessions.get(id);
      if (session?.status !== 'ACTIVE' || session.inactivity === undefined) return null;
      if (session.expiresAt <= at || session.inactivity.endsAt <= at) return null;
      const endsAt = Math.max(session.inactivity.endsAt, until);
      const prolonged = { ...session, inactivity: { ...session.inactivity, endsAt } };
      this.sessions.set(id, prolonged);
      return prolonged;
    });
  }

  renewEndClaim(id: string, claim: EndClaim) {
    return this.#call('renewEndClaim', [id], () => {
      if (this.claims.get(id)?.by !== claim.by) return false;
      this.claims.set(id, claim);
      return true;
    });
  }

  confirmEndRecorded(id: string) {
    return this.#call('confirmEndRecorded', [id], () => void this.claims.delete(id));
  }

  claimUnrecordedEnd(claim: EndClaim, leaseMs: number) {
    return this.#call('claimUnrecordedEnd', [], (): UnrecordedEnd | null => {
      const [id] = [...this.claims].find(([, { at }]) => at < claim.at - leaseMs) ?? [];
      if (id === undefined) return null;
      this.claims.set(id, claim);
      const session = this.sessions.get(id);
      return session === undefined ? { kind: 'void', id } : { kind: 'ended', session };
    });
  }

  dueForExpiry(now: number, limit: number) {
    return this.#call('dueForExpiry', [], () =>
      [...this.sessions.values()]
        .filter((session) => session.status === 'ACTIVE' && dueAt(session) <= now)
        .sort((a, b) => dueAt(a) - dueAt(b))
        .slice(0, limit),
    );
  }

  countActive(actorId: string, now: number) {
    return this.#call(
      'countActive',
      [],
      () => this.#of(actorId).filter((session) => session.status === 'ACTIVE' && dueAt(session) > now).length,
    );
  }

  countStartedSince(actorId: string, since: number) {
    return this.#call(
      'countStartedSince',
      [],
      () => this.#of(actorId).filter(({ startedAt }) => startedAt >= since).length,
    );
  }

  page(filter: SessionFilter, page: PageRequest) {
    return this.#call('page', [], (): Slice<ImpersonationSession> => {
      const items = [...this.sessions.values()].filter((session) =>
        Object.entries(filter).every(([name, value]) => session[name as keyof ImpersonationSession] === value),
      );
      return { items: items.slice(0, page.limit), hasMore: items.length > page.limit };
    });
  }

  voidStart(id: string, claim: EndClaim) {
    return this.#call('voidStart', [id], () => {
      if (this.sessions.has(id) || this.voided.has(id)) return false;
      this.voided.add(id);
      this.claims.set(id, claim);
      return true;
    });
  }

  startsSettledUpTo() {
    return this.#call('startsSettledUpTo', [], () => this.settledUpTo);
  }

  setStartsSettledUpTo(at: number) {
    return this.#call('setStartsSettledUpTo', [], () => {
      this.settledUpTo = at;
    });
  }

  eraseDetails(personId: string) {
    return this.#call('eraseDetails', [personId], () => {
      let changed = 0;
      for (const session of this.sessions.values()) {
        if (session.actorId !== personId && session.subjectId !== personId) continue;
        const endReason = session.endReason === null ? null : ERASED_TEXT;
        if (session.reason === ERASED_TEXT && session.ticket === null && session.endReason === endReason) continue;
        this.sessions.set(session.id, { ...session, reason: ERASED_TEXT, ticket: null, endReason });
        changed += 1;
      }
      return changed;
    });
  }

  #of(actor: string): ImpersonationSession[] {
    return [...this.sessions.values()].filter(({ actorId }) => actorId === actor);
  }

  async #call<T>(method: Method, ids: readonly string[], work: () => T): Promise<T> {
    this.calls.push({ method, ids });
    const behaviour = this.scripts[method]?.shift() ?? this.behaviours[method] ?? this.behaviour;
    if (behaviour === 'hang') return new Promise(() => {});
    if (behaviour === 'refuse') throw new StoreUnavailableError(`${method} was not answered`);
    if (behaviour === 'bug') throw new TypeError('a mistake in the store');
    const answer = work();
    await this.#gates.get(method)?.opened;
    if (behaviour === 'lose-answer') throw new StoreUnavailableError(`the answer to ${method} was lost`);
    return answer;
  }
}

function dueAt({ expiresAt, inactivity }: ImpersonationSession): number {
  return Math.min(expiresAt, inactivity?.endsAt ?? expiresAt);
}

function isInTime(
  { expiresAt, inactivity }: ImpersonationSession,
  { status, endedAt, endReason }: SessionEnding,
): boolean {
  if (status !== 'EXPIRED') return endedAt < expiresAt;
  if (endReason !== INACTIVITY) return expiresAt <= endedAt;
  return inactivity !== undefined && inactivity.endsAt <= endedAt && endedAt < expiresAt;
}
