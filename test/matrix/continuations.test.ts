import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createShop } from '../../examples/shop/index.js';
import { SESSION_END_TYPES } from '../../src/domain/audit-event.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';
import { CHANGES, DURATION_SECONDS, type Scene, type World, without } from './changes.js';
import { CONTINUATIONS } from './continuations.js';
import { createHeartbeats } from './heartbeats.js';
import { bearer, POST } from './transports.js';
import { WAYS } from './ways.js';
import { WITHOUT_LIMITS } from './who.js';

const heartbeats = createHeartbeats();
const absent = new Set<string>();
let gateway: RunningGateway;
let world: World;
let pairs = 0;

beforeAll(async () => {
  gateway = await startGateway({
    environment: WITHOUT_LIMITS,
    hostModules: [createShop(), heartbeats.module],
    wrapStore: (store) => ({ ...store, users: without(absent, store.users) }),
  });
  world = { gateway, absent, others: new Map() };
});

afterAll(() => gateway.stop());

/** An impersonation by somebody, of somebody, who are in no other scene. */
async function newScene(durationSeconds: number): Promise<Scene> {
  pairs += 1;
  const actorId = `user_${String(pairs).padStart(4, '0')}`;
  const subjectId = `user_${String(pairs + 250).padStart(4, '0')}`;
  gateway.people.change(actorId, { roles: ['ADMIN'] });
  const { actorToken, sessionId } = await gateway.impersonate(actorId, subjectId, {
    access: 'FULL',
    durationSeconds,
  });
  return { actorId, subjectId, actorToken, sessionId };
}

/** People are remembered for a second. */
function forgetPeople(): void {
  gateway.clock.advance(1_100);
}

it('every row has its change, and every change its row', () => {
  expect(Object.keys(CHANGES)).toEqual(CONTINUATIONS.map(({ name }) => name));
});

describe.each(CONTINUATIONS)('while a session runs, $name', ({ name, cells }) => {
  const change = CHANGES[name];
  /** Each way has a session to itself, so that none finds it ended by what another one met. */
  const met: Record<string, string> = {};
  let scenes: readonly Scene[];

  beforeAll(async () => {
    if (change === undefined) throw new Error(`no change is written for "${name}"`);
    scenes = await Promise.all(WAYS.map(() => newScene(change.lasts ?? DURATION_SECONDS)));
    for (const scene of scenes) await change.before?.(world, scene);
    const begun = await Promise.all(
      WAYS.map(({ begin }, index) => begin(gateway.url, scenes[index]?.actorToken ?? '', heartbeats)),
    );
    await Promise.all(scenes.map((scene) => change.make(world, scene)));
    gateway.clock.advance(change.passes ?? 0);
    forgetPeople();
    await Promise.all(
      begun.map(async (goOn, index) => {
        const { name: way = '', column = 'next request' } = WAYS[index] ?? {};
        met[way] = await goOn(cells[column]);
      }),
    );
  });

  it.each(WAYS.map(({ name: way, column }) => [way, cells[column]]))('%s: %s', (way, expected) => {
    expect(met[way]).toBe(expected);
  });

  it(`its record says ${cells.session}, ended by ${cells['ended by']}`, async () => {
    for (const { sessionId, actorId } of scenes) {
      const record = () => gateway.store.sessions.get(sessionId);
      await vi.waitUntil(async () => (await record())?.status === cells.session, { timeout: 15_000 });
      const endedBy = cells['ended by'];
      expect((await record())?.endedById).toBe(
        endedBy === 'nobody' ? null : endedBy === 'the actor' ? actorId : endedBy,
      );
    }
  });

  it(`its end event: ${cells['end event']}, code ${cells['its code']}, exactly once`, async () => {
    const wanted = cells['end event'] === 'none' ? [] : [[cells['end event'], cells['its code']]];
    for (const { sessionId } of scenes) {
      const found = async () => {
        const filter = { sessionId, types: SESSION_END_TYPES };
        const { items } = await gateway.store.events.page(filter, { limit: 10, direction: 'forward' });
        return items.map(({ type, body }) => [type, JSON.parse(body).code ?? 'none']);
      };
      await expect.poll(found).toEqual(wanted);
    }
  });

  if (change?.undo === undefined) return;

  it('and undoing it does not bring the session back', async () => {
    await Promise.all(scenes.map((scene) => change.undo?.(world, scene)));
    gateway.clock.advance(-(change.passes ?? 0));
    forgetPeople();
    for (const { actorToken, actorId } of scenes) {
      const asked = { url: gateway.url, document: '{ viewer { id } }' };
      const own = await POST.send({ ...asked, authorization: bearer(await gateway.token(actorId)) });
      expect([own.codes, own.data]).toEqual([[], { viewer: { id: actorId } }]);
      const outcome = await POST.send({ ...asked, authorization: bearer(actorToken) });
      expect([outcome.status, outcome.codes, outcome.data]).toEqual([401, [cells['next request']], null]);
    }
  });
});
