import { describe, expect, it } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import type { TailPosition } from '../../../src/audit/tail/position.js';
import type { PrunedRange, StoredEvent } from '../../../src/domain/audit-event.js';
import { follow, now, numbered, open, pass, standStill } from './feed-setting.js';

standStill();

type Setting = ReturnType<typeof open>;

/** Puts on record that these were taken out. */
function recordPruned({ record }: Setting, events: readonly StoredEvent[], before = Date.now()): void {
  const [first] = events;
  const last = events.at(-1);
  if (first === undefined || last === undefined) throw new Error('nothing is pruned');
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const range: PrunedRange = {
    chain: first.chain,
    from: first.sequence,
    to: last.sequence,
    previousHash: hex(first.previousHash),
    head: hex(last.hash),
  };
  const archive = { sha256: '00'.repeat(32), bytes: 1, events: events.length };
  const pruned = { before, throughSeal: 0, archive, ranges: [range] };
  record('there', now('record', { type: 'AUDIT_PRUNED', actor: null, session: null, pruned }));
}

function remove({ events }: Setting, gone: readonly StoredEvent[]): void {
  const ids = new Set(gone.map(({ id }) => id));
  for (let at = events.stored.length - 1; at >= 0; at -= 1) {
    if (ids.has(events.stored[at]?.id ?? '')) events.stored.splice(at, 1);
  }
}

/** A stream that has given the first of ten events, and where it stood. */
async function brokenOff(setting: Setting) {
  const stream = await setting.subscribe();
  const recorded = setting.record('here', ...numbered(10).map((id) => now(id)));
  const position: TailPosition | null = (await stream.next()).value?.position ?? null;
  await stream.return?.();
  await pass(120_000);
  return { recorded, position };
}

describe('following a trail that is pruned', () => {
  it('does not go on from a place behind which events were pruned: it says so', async () => {
    const setting = open();
    const { recorded, position } = await brokenOff(setting);
    const gone = recorded.slice(1, 6);
    recordPruned(setting, gone);
    // On record alone: all of it can still be given.
    const stream = await setting.subscribe({}, position);
    const seen = follow(stream);
    await pass(1_000);
    expect(seen.ids.slice(0, 9)).toEqual(numbered(9, 1));
    await stream.return?.();

    remove(setting, gone.slice(0, 2));
    await expect(setting.subscribe({}, position)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      extensions: { field: 'after' },
    });
    setting.feed.close();
  });

  it('goes on from a place in front of which everything was pruned', async () => {
    const setting = open();
    const { recorded, position } = await brokenOff(setting);
    remove(setting, recorded.slice(0, 1));
    recordPruned(setting, recorded.slice(0, 1));
    const seen = follow(await setting.subscribe({}, position));
    await pass(1_000);
    expect(seen.ids.slice(0, 9)).toEqual(numbered(9, 1));
    setting.feed.close();
  });

  it('does not go on where a chain that began after the place, and is named nowhere, was pruned whole', async () => {
    const setting = open();
    const { position } = await brokenOff(setting);
    const later = openChain({ instance: 'later', version: '1' }).extend([now('later')]);
    setting.events.write(later);
    await pass(120_000);
    recordPruned(setting, later);
    remove(setting, later);
    await expect(setting.subscribe({}, position)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    setting.feed.close();
  });

  it('goes on where such a chain had ended long before the place', async () => {
    const setting = open();
    const old = openChain({ instance: 'old', version: '1' }).extend([now('old')]);
    setting.events.write(old);
    await pass(3_600_000);
    const before = Date.now() - 600_000;
    const { position } = await brokenOff(setting);
    if (position === null) throw new Error('no position');
    // As if so many chains were younger that this one is named no more.
    const places = position.places.filter(([chain]) => chain !== old[0]?.chain);
    recordPruned(setting, old, before);
    remove(setting, old);
    for (const horizon of [null, before]) {
      const stream = await setting.subscribe({}, { horizon, places });
      const seen = follow(stream);
      await pass(1_000);
      expect(seen).toMatchObject({ end: 'open', ids: [...numbered(9, 1), 'record'] });
      await stream.return?.();
    }
    setting.feed.close();
  });

  it('ends, and says why, where what it had not given yet is pruned while it reads', async () => {
    const setting = open();
    const many = setting.record('here', ...numbered(300).map((id) => now(id)));
    await pass(1_000);
    const stream = await setting.subscribe({}, { horizon: null, places: [] });
    expect((await stream.next()).value?.event.requestId).toBe('0');
    const gone = many.slice(64, 200);
    recordPruned(setting, gone);
    remove(setting, gone);
    const seen = follow(stream);
    await pass(1_000);
    expect(seen.ids).toEqual(numbered(63, 1));
    expect(seen.end).toBe('UPSTREAM_UNAVAILABLE');
    setting.feed.close();
  });

  it('also where it is the end of a chain that is pruned', async () => {
    const setting = open();
    const many = setting.record('here', ...numbered(200).map((id) => now(id)));
    await pass(1_000);
    const stream = await setting.subscribe({}, { horizon: null, places: [] });
    await stream.next();
    recordPruned(setting, many.slice(64));
    remove(setting, many.slice(64));
    const seen = follow(stream);
    await pass(1_000);
    expect(seen.end).toBe('UPSTREAM_UNAVAILABLE');
    setting.feed.close();
  });

  it('is silenced neither by a deletion that nobody recorded nor by a record that cannot be read', async () => {
    const setting = open();
    const { recorded, position } = await brokenOff(setting);
    remove(setting, recorded.slice(1, 6));
    const [forged] = setting.record('there', now('record', { type: 'AUDIT_PRUNED', actor: null, session: null }));
    const at = setting.events.stored.findIndex(({ id }) => id === forged?.id);
    if (forged !== undefined) setting.events.stored[at] = { ...forged, body: '{"pruned":' };
    const seen = follow(await setting.subscribe({}, position));
    await pass(1_000);
    expect(seen).toMatchObject({ end: 'open', ids: expect.arrayContaining(numbered(4, 6)) });
    setting.feed.close();
  });
});
