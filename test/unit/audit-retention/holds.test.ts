import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import {
  holdsAbout,
  isHeld,
  isInForce,
  placeHold,
  readHolds,
  releaseHold,
} from '../../../src/audit/retention/holds.js';
import { createChainSigner } from '../../../src/audit/seal/chain-signer.js';
import { createGatewaySigner } from '../../../src/audit/seal/gateway-signer.js';
import { freshKeyring, type WritingGateway } from '../../tampering/written-trail.js';
import { openSetting, type RetentionSetting } from './setting.js';

let setting: RetentionSetting;
let writer: WritingGateway;

beforeEach(async () => {
  setting = await openSetting();
  writer = setting.writer();
});

afterEach(async () => {
  await writer.stop();
  await setting.close();
});

const NOTHING = { userId: null, sessionId: null, from: null, to: null, until: null };
const parts = () => {
  const { store, gateway, clock } = setting;
  return { events: store.events, gateway, trail: writer.trail, now: clock.now() };
};
const holds = () => readHolds(setting.store.events, setting.gateway);

describe('a legal hold', () => {
  it('is kept by the trail alone, with who it is about and why', async () => {
    const { id } = await placeHold({ ...NOTHING, userId: 'user_cleo' }, 'case 7', parts());
    expect(await holds()).toMatchObject([{ id, userId: 'user_cleo', reason: 'case 7', releasedAt: null }]);
    const [event] = (await setting.store.events.page({ subjectId: 'user_cleo' }, { limit: 9, direction: 'forward' }))
      .items;
    expect(event?.type).toBe('LEGAL_HOLD_PLACED');
    await writer.sealer.seal();
    expect((await setting.verdict()).verdict).toBe('HOLDS');
  });

  it('is in force until it is released, or its time is over', async () => {
    const { clock } = setting;
    const lasting = await placeHold({ ...NOTHING, userId: 'a' }, 'one', parts());
    const timed = await placeHold({ ...NOTHING, userId: 'a', until: clock.now() + 1_000 }, 'two', parts());
    const inForce = async (at: number) => (await holds()).filter((hold) => isInForce(hold, at)).map(({ id }) => id);
    expect(await inForce(clock.now() + 999)).toEqual([lasting.id, timed.id]);
    expect(await inForce(clock.now() + 1_000)).toEqual([lasting.id]);
    await releaseHold(lasting.id, 'closed', parts());
    expect(await inForce(clock.now() + 1_000)).toEqual([]);
    await expect(releaseHold(lasting.id, 'again', parts())).rejects.toThrow(/not in force/);
    await expect(releaseHold('nobody’s', 'again', parts())).rejects.toThrow(/There is no hold/);
  });

  it('is not released by a row that somebody else has written', async () => {
    const { id } = await placeHold({ ...NOTHING, userId: 'a' }, 'one', parts());
    const stranger = createChainSigner(createGatewaySigner(await freshKeyring()));
    for (const signer of [stranger, null]) {
      const chain = openChain({ instance: 'mallory', version: '0' }, signer);
      const draft = {
        ...setting.tell.read(),
        type: 'LEGAL_HOLD_RELEASED' as const,
        hold: { ...NOTHING, id, userId: 'a' },
      };
      await setting.store.events.append(chain.extend([draft]));
    }
    expect((await holds()).map((hold) => isInForce(hold, setting.clock.now()))).toEqual([true]);
  });

  it.each([
    ['says nothing', undefined],
    ['has no id', { ...NOTHING, id: null as unknown as string, userId: 'a' }],
    ['has a time that is none', { ...NOTHING, id: 'h', until: 'soon' as unknown as number }],
  ])('that cannot be read, since it %s, protects everything: nobody knows what it names', async (_what, hold) => {
    const chain = openChain({ instance: 'mallory', version: '0' });
    const [event] = chain.extend([{ ...setting.tell.read(), type: 'LEGAL_HOLD_PLACED' }]);
    if (event === undefined) throw new Error('no event');
    const body = JSON.stringify({ ...(JSON.parse(event.body) as object), hold });
    await setting.store.events.append([{ ...event, body }]);
    await expect(holds()).rejects.toThrow(/cannot be read/);
    await expect(holdsAbout('a', setting.store.events, setting.gateway, 0)).rejects.toThrow(/cannot be read/);
  });

  it('names what fits all that it says', async () => {
    const { tell, store, clock } = setting;
    const session = tell.session('session-1');
    await writer.record(tell.start(session));
    const [event] = (await store.events.page({ sessionId: 'session-1' }, { limit: 1, direction: 'forward' })).items;
    if (event === undefined) throw new Error('no event');
    const at = clock.now();
    const cases: [object, boolean][] = [
      [{ userId: 'user_ada' }, true],
      [{ userId: 'user_cleo' }, true],
      [{ userId: 'user_carl' }, false],
      [{ sessionId: 'session-1' }, true],
      [{ sessionId: 'session-2' }, false],
      [{ userId: 'user_ada', sessionId: 'session-2' }, false],
      [{ from: at }, true],
      [{ from: at + 1 }, false],
      [{ to: at }, false],
      [{ to: at + 1, from: at, userId: 'user_cleo' }, true],
    ];
    for (const [what, expected] of cases) {
      expect([what, isHeld({ ...NOTHING, id: 'h', ...what }, event)]).toEqual([what, expected]);
    }
  });

  it.each([
    ['of the person', { userId: 'user_cleo' }, true],
    ['of somebody who acted as the person', { userId: 'user_ada' }, true],
    ['of a session of the person', { sessionId: 'session-1' }, true],
    ['of a time in which something is recorded of the person', { from: 0 }, true],
    ['of a time before', { to: 5 }, false],
    ['of another session', { sessionId: 'session-2' }, false],
    ['of somebody else', { userId: 'user_carl' }, false],
    ['of the person in a session of theirs', { userId: 'user_cleo', sessionId: 'session-1' }, true],
    ['of the person in a session of others', { userId: 'user_cleo', sessionId: 'session-2' }, false],
    ['of the person up to a time before', { userId: 'user_cleo', to: 5 }, false],
    ['of the person up to a time after', { userId: 'user_cleo', to: Date.UTC(2027, 0, 1) }, true],
    ['of the person from a time after, since more may come', { userId: 'user_cleo', from: Date.UTC(2027, 0, 1) }, true],
    ['of all from a time after', { from: Date.UTC(2027, 0, 1) }, false],
    ['of somebody who acted as the person, in that session', { userId: 'user_ada', sessionId: 'session-1' }, true],
  ])('%s stands against erasing what is recorded about a person: %s %s', async (_what, what, expected) => {
    const { tell, store, gateway, clock } = setting;
    await writer.record(tell.start(tell.session('session-1')));
    await placeHold({ ...NOTHING, ...what }, 'case', parts());
    const found = await holdsAbout('user_cleo', store.events, gateway, clock.now());
    expect(found).toHaveLength(expected ? 1 : 0);
  });
});
