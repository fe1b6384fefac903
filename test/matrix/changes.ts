import type { UserDirectory } from '../../src/stores/index.js';
import type { RunningGateway } from '../support/running-gateway.js';

/** One running impersonation, by two people who take part in no other. */
export interface Scene {
  readonly actorId: string;
  readonly subjectId: string;
  readonly sessionId: string;
  readonly actorToken: string;
}

/** A change that is made to each of the scenes, and how it is undone. */
export interface Change {
  /** Something that each scene needs beforehand. */
  readonly before?: (world: World, scene: Scene) => Promise<void>;
  readonly make: (world: World, scene: Scene) => Promise<void> | void;
  /** Restores what was, or does what comes nearest to it. Absent where nothing has ended. */
  readonly undo?: (world: World, scene: Scene) => Promise<void> | void;
  /** How long the sessions last, seconds, where not as long as all others. */
  readonly lasts?: number;
  /** The time that passes for all scenes at once, milliseconds; it is set back for `undo`. */
  readonly passes?: number;
}

export interface World {
  readonly gateway: RunningGateway;
  /** The ids of people whom the directory does not have for the time being. */
  readonly absent: Set<string>;
  /** Other sessions, by the scene they belong to. */
  readonly others: Map<Scene, { readonly actorToken: string; readonly sessionId: string }>;
}

/** How long the sessions of the scenes last, seconds. */
export const DURATION_SECONDS = 600;

const STOP = 'mutation ($sessionId: ID) { stopImpersonation(sessionId: $sessionId) { session { status } } }';
const REVOKE = `mutation ($input: RevokeImpersonationInput!) {
  revokeImpersonation(input: $input) { session { status } }
}`;

async function mutate({ gateway }: World, token: string, document: string, variables = {}): Promise<void> {
  const { text, codes } = await gateway.graphql(token, document, variables);
  if (codes.length > 0) throw new Error(`the change was refused: ${text}`);
}

const revoke = async (world: World, actorId: string, sessionId: string) =>
  mutate(world, await world.gateway.token(actorId), REVOKE, { input: { sessionId, reason: 'the matrix' } });

/** A new session of the same two, which must not bring back the one that ended. */
const startAnew = async ({ gateway }: World, { actorId, subjectId }: Scene) => {
  await gateway.impersonate(actorId, subjectId);
};

const actorIs = (change: Parameters<RunningGateway['people']['change']>[1]): Change => ({
  make: ({ gateway }, { actorId }) => gateway.people.change(actorId, change),
  undo: ({ gateway }, { actorId }) => gateway.people.change(actorId, { roles: ['ADMIN'], disabled: false }),
});
const subjectIs = (change: Parameters<RunningGateway['people']['change']>[1]): Change => ({
  make: ({ gateway }, { subjectId }) => gateway.people.change(subjectId, change),
  undo: ({ gateway }, { subjectId }) => gateway.people.change(subjectId, { roles: ['USER'], disabled: false }),
});
const isRemoved = (who: 'actorId' | 'subjectId'): Change => ({
  make: ({ absent }, scene) => void absent.add(scene[who]),
  undo: ({ absent }, scene) => void absent.delete(scene[who]),
});

/** By the rows of the continuation matrix. */
export const CHANGES: Readonly<Record<string, Change>> = {
  'the actor loses the role': actorIs({ roles: [] }),
  'the actor has another role instead': actorIs({ roles: ['USER', 'SUPPORT', 'AUDITOR'] }),
  'the actor is disabled': actorIs({ disabled: true }),
  'the actor is removed': isRemoved('actorId'),
  'the subject becomes ADMIN': subjectIs({ roles: ['ADMIN'] }),
  'the subject becomes AUDITOR too': subjectIs({ roles: ['USER', 'AUDITOR'] }),
  'the subject is disabled': subjectIs({ disabled: true }),
  'the subject is removed': isRemoved('subjectId'),
  'it is stopped by its own token': {
    make: (world, { actorToken }) => mutate(world, actorToken, STOP),
    undo: startAnew,
  },
  "it is stopped from the actor's own token": {
    make: async (world, { actorId, sessionId }) =>
      mutate(world, await world.gateway.token(actorId), STOP, { sessionId }),
    undo: startAnew,
  },
  'it is revoked by another ADMIN': {
    make: (world, { sessionId }) => revoke(world, 'user_grace', sessionId),
    undo: startAnew,
  },
  'it is revoked by the actor': {
    make: (world, { actorId, sessionId }) => revoke(world, actorId, sessionId),
    undo: startAnew,
  },
  'its time runs out': { make: () => undefined, undo: () => undefined, passes: (DURATION_SECONDS + 6) * 1_000 },
  // By default after ten minutes; a tenth more at most.
  'nobody uses it': { make: () => undefined, undo: () => undefined, lasts: 3_600, passes: 661_000 },
  'the actor gains another role': { make: actorIs({ roles: ['SUPPORT', 'ADMIN'] }).make },
  'the subject becomes SUPPORT too': { make: subjectIs({ roles: ['USER', 'SUPPORT'] }).make },
  'the subject loses every role': { make: subjectIs({ roles: [] }).make },
  'the subject is renamed': { make: subjectIs({ name: 'Somebody Else', email: 'else@example.com' }).make },
  'another session of the actor is stopped': {
    before: async ({ gateway, others }, scene) =>
      void others.set(scene, await gateway.impersonate(scene.actorId, 'user_carl')),
    make: (world, scene) => mutate(world, world.others.get(scene)?.actorToken ?? '', STOP),
  },
  'another session on the subject is revoked': {
    before: async ({ gateway, others }, scene) =>
      void others.set(scene, await gateway.impersonate('user_ada', scene.subjectId)),
    make: (world, scene) => revoke(world, 'user_grace', world.others.get(scene)?.sessionId ?? ''),
  },
  'half of its time passes': { make: () => undefined, passes: (DURATION_SECONDS / 2) * 1_000 },
};

/** The directory without those who are absent. */
export function without(absent: ReadonlySet<string>, directory: UserDirectory): UserDirectory {
  return {
    findByIds: (ids) => directory.findByIds(ids.filter((id) => !absent.has(id))),
    search: (search) => directory.search(search),
  };
}
