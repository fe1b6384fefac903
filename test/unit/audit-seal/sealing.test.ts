import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import { draftEvent } from '../../../src/audit/describe.js';
import { encodeSealBody, eventHash, eventId, sealHash, sealStatement } from '../../../src/audit/format.js';
import { RecordedEvent } from '../../../src/audit/recorded-event.js';
import { createFileAnchor } from '../../../src/audit/seal/anchor.js';
import { createChainSigner } from '../../../src/audit/seal/chain-signer.js';
import { createGatewaySigner, type GatewaySigner } from '../../../src/audit/seal/gateway-signer.js';
import { createJudgeIntegrity } from '../../../src/audit/seal/integrity.js';
import { OwnEvents } from '../../../src/audit/seal/own-events.js';
import { createSealState, SealFaultError } from '../../../src/audit/seal/seal-state.js';
import { createSealer } from '../../../src/audit/seal/sealer.js';
import type { StoredEvent } from '../../../src/domain/audit-event.js';
import { createEmbeddedStore } from '../../../src/stores/embedded/index.js';
import type { Store } from '../../../src/stores/index.js';
import { generateSigningKeys, loadKeyring } from '../../../src/tokens/index.js';
import { TestClock } from '../../support/test-clock.js';

const STAMP = { instance: 'test', version: '0' };
const NO_METRICS = { sealed() {}, anchorFailed() {}, faultFound() {} };

let folder: string;
let store: Store;
let gateway: GatewaySigner;
let clock: TestClock;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealing-test-'));
  store = createEmbeddedStore({ directory: folder });
  await store.open();
  gateway = createGatewaySigner(await loadKeyring(await generateSigningKeys('EdDSA'), { algorithm: 'EdDSA' }));
  clock = new TestClock();
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

function draft(type: 'AUDIT_READ' | 'IMPERSONATION_DENIED' = 'AUDIT_READ') {
  return draftEvent({
    type,
    outcome: 'SUCCESS',
    occurredAt: clock.now(),
    request: { id: 'request', ipAddress: '192.0.2.1', userAgent: null, traceparent: null },
  });
}

/** A process that writes its own chain, in groups. */
function writer(signer = createChainSigner(gateway)) {
  const chain = openChain(STAMP, signer);
  return {
    chain,
    async write(count: number): Promise<StoredEvent[]> {
      const events = chain.extend(Array.from({ length: count }, () => draft()));
      await store.events.append(events);
      chain.advance(events);
      return events;
    },
  };
}

/** A replica's sealer; `see` changes what it reads of a chain, as somebody with the database could. */
function replica(
  options: {
    anchorFile?: string;
    see?: (events: readonly StoredEvent[]) => readonly StoredEvent[];
    /** What this very process has written. */
    written?: readonly StoredEvent[];
    /** The same, group by group, where the store can give imprints. */
    groups?: readonly (readonly StoredEvent[])[];
  } = {},
) {
  let looked = 0;
  const events = {
    chain: async (chain: string, from: number, limit: number) => {
      looked += 1;
      const found = await store.events.chain(chain, from, limit);
      return options.see?.(found) ?? found;
    },
    chains: store.events.chains.bind(store.events),
    chainsSince: store.events.chainsSince.bind(store.events),
    openedSince: store.events.openedSince.bind(store.events),
  };
  const state = createSealState(events, store.seals, gateway);
  const own = new OwnEvents(options.groups && store.events.imprints);
  for (const group of options.groups ?? [options.written ?? []]) own.note(group);
  const sealer = createSealer({
    events,
    seals: store.seals,
    state,
    gateway,
    own,
    anchor: createFileAnchor(options.anchorFile ?? path.join(folder, 'anchors.log')),
    clock,
    logger: pino({ level: 'silent' }),
    metrics: NO_METRICS,
  });
  return { sealer, state, looked: () => looked, judge: createJudgeIntegrity(state, sealer.faults, () => false) };
}

async function stretches(index: number) {
  const [seal] = await store.seals.from(index, 1);
  return JSON.parse(seal!.body).chains;
}

describe('sealing', () => {
  it('compares what this process wrote with what the store holds, group by group, and reads the rest event by event', async () => {
    const { write, chain } = writer();
    const groups = [await write(1)];
    for (let group = 0; group < 400; group++) groups.push(await write(3));
    const { sealer, looked } = replica({ groups });
    expect(await sealer.seal()).toBe(true);
    expect(await stretches(0)).toEqual([
      expect.objectContaining({
        chain: chain.id,
        from: 0,
        to: 1_200,
        head: Buffer.from(groups.at(-1)!.at(-1)!.hash).toString('hex'),
      }),
    ]);
    // The first event with the chain's key, and whether anything follows.
    expect(looked()).toBeLessThan(5);
  });

  it('looks closer where the details of an own event were erased, and seals it', async () => {
    const { write, chain } = writer();
    const groups = [await write(1), await write(3), await write(2)];
    const { sealer } = replica({ groups });
    const file = new Database(path.join(folder, 'gateway.db'));
    file.exec('UPDATE impersonationEvents SET detailsSalt = NULL, detailsText = NULL WHERE sequence IN (2, 3)');
    file.close();
    expect(await sealer.seal()).toBe(true);
    expect(sealer.faults().size).toBe(0);
    expect(await stretches(0)).toEqual([expect.objectContaining({ chain: chain.id, from: 0, to: 5 })]);
  });

  it('covers every event once, from the first on, and the next seal goes on where the last one ended', async () => {
    const one = writer();
    const other = writer();
    const { sealer } = replica();
    await one.write(3);
    await other.write(1);
    expect(await sealer.seal()).toBe(true);
    await one.write(2);
    expect(await sealer.seal()).toBe(true);
    const first = await stretches(0);
    expect(first).toHaveLength(2);
    expect(first.find((each: { chain: string }) => each.chain === one.chain.id)).toMatchObject({ from: 0, to: 2 });
    expect(await stretches(1)).toEqual([
      expect.objectContaining({ chain: one.chain.id, from: 3, to: 4, closed: false }),
    ]);
    expect(await sealer.seal()).toBe(false);
  });

  it('signs each seal with the gateway’s key, over the hash of the exact body, linked to the one before', async () => {
    const { write } = writer();
    const { sealer } = replica();
    for (let round = 0; round < 3; round += 1) {
      await write(1);
      await sealer.seal();
    }
    const seals = await store.seals.from(0, 10);
    expect(seals).toHaveLength(3);
    for (const [index, seal] of seals.entries()) {
      expect(Buffer.from(seal.hash)).toEqual(sealHash(seal.body));
      expect(gateway.verify(seal.kid, seal.algorithm, sealStatement(seal.hash), seal.signature)).toBe(true);
      if (index > 0)
        expect(JSON.parse(seal.body).previousSealHash).toBe(Buffer.from(seals[index - 1]!.hash).toString('hex'));
    }
  });

  it('seals an idle trail anew, so that a fresh newest seal tells that nothing was cut off', async () => {
    await writer().write(1);
    const { sealer } = replica();
    await sealer.seal();
    clock.advance(11 * 60_000);
    expect(await sealer.seal()).toBe(true);
    expect(await stretches(1)).toEqual([]);
  });

  it('goes on after a restart without sealing anything twice or leaving anything out', async () => {
    const { write, chain } = writer();
    await write(2);
    await replica().sealer.seal();
    await write(2);
    await replica().sealer.seal();
    expect(await stretches(1)).toEqual([expect.objectContaining({ chain: chain.id, from: 2, to: 3 })]);
  });

  it('goes on after a restart in each of several chains where that one ended', async () => {
    const writers = [writer(), writer(), writer()];
    for (const [at, { write }] of writers.entries()) await write(at + 1);
    await replica().sealer.seal();
    for (const { write } of writers) await write(2);
    await replica().sealer.seal();
    const sealed = await stretches(1);
    for (const [at, { chain }] of writers.entries()) {
      expect(sealed).toContainEqual(expect.objectContaining({ chain: chain.id, from: at + 1, to: at + 2 }));
    }
  });

  it('of replicas that seal at once, one wins each index, and together they cover everything', async () => {
    const writers = [writer(), writer(), writer()];
    const replicas = Array.from({ length: 5 }, (_, index) =>
      replica({ anchorFile: path.join(folder, `anchors-${index}.log`) }),
    );
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(writers.map(({ write }) => write(2)));
      await Promise.all(replicas.map(({ sealer }) => sealer.seal()));
    }
    await replicas[0]!.sealer.seal();
    const seals = await store.seals.from(0, 100);
    expect(seals.map(({ index }) => index)).toEqual(seals.map((_, index) => index));
    for (const { chain } of writers) {
      const parts = seals.flatMap(({ body }) => JSON.parse(body).chains).filter((each) => each.chain === chain.id);
      let next = 0;
      for (const part of parts) {
        expect(part.from).toBe(next);
        next = part.to + 1;
      }
      expect(next).toBe(8);
    }
  });

  it('closes a chain when its process stops, even where nothing was left to seal', async () => {
    const { write, chain } = writer();
    await write(1);
    const { sealer } = replica();
    await sealer.seal();
    await sealer.stop(new Set([chain.id]));
    expect(await stretches(1)).toEqual([expect.objectContaining({ chain: chain.id, from: 1, to: 0, closed: true })]);
  });
});

describe('a process that stops', () => {
  it('has its chain closed with the last of what it wrote', async () => {
    const { write, chain } = writer();
    await write(2);
    await replica().sealer.stop(new Set([chain.id]));
    expect(await stretches(0)).toEqual([expect.objectContaining({ chain: chain.id, from: 0, to: 1, closed: true })]);
  });

  it('has its chain closed with all of it, too, where all replicas stop at once', async () => {
    const ends = Array.from({ length: 5 }, (_, index) => ({
      ...writer(),
      ...replica({ anchorFile: path.join(folder, `anchors-${index}.log`) }),
    }));
    for (const { write } of ends) await write(2);
    await Promise.all(ends.map(({ sealer, chain }) => sealer.stop(new Set([chain.id]))));
    const seals = await store.seals.from(0, 100);
    const parts = seals.flatMap(({ body }) => JSON.parse(body).chains);
    for (const { chain } of ends) {
      const last = parts.findLast((part) => part.chain === chain.id);
      expect(last).toMatchObject({ to: 1, closed: true });
    }
  });

  it('has it not closed where it did not come to sign for its end', async () => {
    const { write, chain } = writer();
    await write(1);
    const [unsigned] = chain.extend([draft(), draft()]);
    await store.events.append([unsigned!]);
    await replica().sealer.stop(new Set([chain.id]));
    expect(await stretches(0)).toEqual([expect.objectContaining({ chain: chain.id, from: 0, to: 0, closed: false })]);
  });
});

describe('the sealer never blesses what the gateway did not write', () => {
  it('nor builds upon a seal of the gateway that does not follow the one before it', async () => {
    const { write } = writer();
    await write(1);
    const { sealer } = replica();
    await sealer.seal();
    const previousHash = Buffer.alloc(32, 1);
    const body = encodeSealBody({ index: 1, sealedAt: clock.now(), previousSealHash: previousHash, chains: [] });
    const hash = sealHash(body);
    const { kid, algorithm } = gateway;
    const signature = gateway.sign(sealStatement(hash));
    const sealedAt = clock.now();
    await store.seals.insert({ index: 1, body, hash, previousHash, sealedAt, chains: [], kid, algorithm, signature });
    await write(1);
    await expect(sealer.seal()).rejects.toThrow(SealFaultError);
    expect(await store.seals.from(2, 1)).toEqual([]);
  });

  const forgeries: Record<string, (event: StoredEvent) => StoredEvent> = {
    'an edited body': (event) => ({ ...event, body: event.body.replace('AUDIT_READ', 'AUDIT_GAP') }),
    'an edited projection': (event) => ({ ...event, actorId: 'somebody' }),
    'edited details': (event) => ({ ...event, details: { salt: event.details!.salt, text: '{}' } }),
    'a signature of another event': (event) => ({ ...event, signature: Buffer.alloc(64, 1) }),
    'an event written anew with a hash that fits, and somebody’s signature': (event) => {
      const body = event.body.replace('AUDIT_READ', 'AUDIT_GAP');
      return { ...event, body, type: 'AUDIT_GAP', hash: eventHash(event.previousHash, body) };
    },
  };
  for (const [name, forge] of Object.entries(forgeries)) {
    it.each([
      ['another process', false],
      ['this very process', true],
    ])(`${name} of %s: sealed up to the event before, failed from there on`, async (_, isOwn) => {
      const { write, chain } = writer();
      const [first] = await write(1);
      const [second] = await write(1);
      const [third] = await write(1);
      const { sealer, judge } = replica({
        written: isOwn ? [first!, second!, third!] : [],
        see: (events) => events.map((event) => (event.sequence === 1 ? forge(event) : event)),
      });
      await sealer.seal();
      expect(await stretches(0)).toEqual([expect.objectContaining({ chain: chain.id, from: 0, to: 0 })]);
      expect(sealer.faults().get(chain.id)).toMatchObject({ sequence: 1 });
      expect(await judge(new RecordedEvent(second!))).toBe('FAILED');
    });
  }

  /** What the process that wrote an event finds in the file, where it compares whole groups with what it wrote. */
  const EDITS: Record<string, string> = {
    'its body': `UPDATE impersonationEvents SET body = replace(body, 'AUDIT_READ', 'AUDIT_GAP') WHERE sequence = 3`,
    'a projection': `UPDATE impersonationEvents SET actorId = 'somebody' WHERE sequence = 3`,
    'its time': `UPDATE impersonationEvents SET occurredAt = occurredAt + 1 WHERE sequence = 3`,
    'its hash': `UPDATE impersonationEvents SET hash = zeroblob(32) WHERE sequence = 3`,
    'its details': `UPDATE impersonationEvents SET detailsText = '{}' WHERE sequence = 3`,
    'its salt': `UPDATE impersonationEvents SET detailsSalt = zeroblob(16) WHERE sequence = 3`,
    'its signature': `UPDATE impersonationEvents SET signature = zeroblob(64) WHERE sequence = 3`,
    'its id': `UPDATE impersonationEvents SET id = 'other' WHERE sequence = 3`,
    'its place': `UPDATE impersonationEvents SET sequence = 77 WHERE sequence = 3`,
    'nothing of it, but another was put beside it': `INSERT INTO impersonationEvents SELECT 'other', chain, sequence, '{}', previousHash, hash, signature, detailsSalt, detailsText, occurredAt, type, outcome, actorId, subjectId, sessionId, requestId, operationName FROM impersonationEvents WHERE sequence = 3`,
  };
  for (const [name, sql] of Object.entries(EDITS)) {
    it(`an own event in the store's file of which was changed: ${name}`, async () => {
      const { write, chain } = writer();
      const groups = [await write(1), await write(2), await write(1), await write(2)];
      const { sealer } = replica({ groups });
      const file = new Database(path.join(folder, 'gateway.db'));
      expect(file.prepare(sql).run([]).changes).toBe(1);
      file.close();
      await sealer.seal();
      const at = sql.includes("'other', chain") ? 4 : 3;
      expect(sealer.faults().get(chain.id)).toMatchObject({ sequence: at });
      expect(await stretches(0)).toEqual([expect.objectContaining({ chain: chain.id, from: 0, to: at - 1 })]);
    });
  }

  it('an own event that is there twice, wherever in what was written together', async () => {
    for (const sequence of [0, 1, 2, 3]) {
      const { write, chain } = writer();
      const groups = [await write(1), await write(2), await write(2), await write(1)];
      const { sealer } = replica({ groups });
      const file = new Database(path.join(folder, 'gateway.db'));
      const columns = Object.values(
        file.prepare('SELECT name FROM pragma_table_info(?)').raw().all(['impersonationEvents']) as string[][],
      ).flat();
      const others = columns.slice(1).join(', ');
      file
        .prepare(
          `INSERT INTO impersonationEvents SELECT ?, ${others} FROM impersonationEvents WHERE chain = ? AND sequence = ?`,
        )
        .run([`again-${chain.id}`, chain.id, sequence]);
      file.close();
      await sealer.seal();
      expect(sealer.faults().get(chain.id)).toMatchObject({ sequence: sequence + 1, fault: 'SEQUENCE' });
    }
  });

  it('an event that is missing in the middle', async () => {
    const { write, chain } = writer();
    await write(1);
    await write(1);
    await write(1);
    const { sealer } = replica({ see: (events) => events.filter(({ sequence }) => sequence !== 1) });
    await sealer.seal();
    expect(sealer.faults().get(chain.id)).toMatchObject({ sequence: 1, fault: 'SEQUENCE' });
  });

  it('a whole chain with a key that the gateway never vouched for', async () => {
    const stranger = createGatewaySigner(await loadKeyring(await generateSigningKeys('EdDSA'), { algorithm: 'EdDSA' }));
    const { write, chain } = writer(createChainSigner(stranger));
    await write(2);
    const { sealer } = replica();
    expect(await sealer.seal()).toBe(false);
    expect(sealer.faults().get(chain.id)).toMatchObject({ sequence: 0, fault: 'KEY' });
  });

  it('events appended to a chain without its key: they carry no signature, and stay unsealed', async () => {
    const { write, chain } = writer();
    await write(1);
    const forged = chain.extend([draft()]).map((event) => ({ ...event, signature: null }));
    await store.events.append(forged);
    const { sealer, judge } = replica();
    await sealer.seal();
    expect(await stretches(0)).toEqual([expect.objectContaining({ to: 0 })]);
    expect(await judge(new RecordedEvent(forged[0]!))).toBe('PENDING');
  });

  const ELSEWHERE: Record<string, (event: StoredEvent) => Partial<StoredEvent>> = {
    'before the first of its chain': ({ chain, body }) => ({
      id: eventId(chain, -1),
      sequence: -1,
      body: body.replace('"sequence":1,', '"sequence":-1,'),
    }),
    'under an id that is not its place': ({ id }) => ({ id: `${id}x` }),
  };
  for (const [where, place] of Object.entries(ELSEWHERE)) {
    it(`an event put ${where} by somebody who knows the formats never counts as sealed`, async () => {
      const { write } = writer();
      await write(1);
      const [event] = await write(1);
      const { sealer, judge } = replica();
      await sealer.seal();
      const moved = { ...event!, signature: null, ...place(event!) };
      const forged = { ...moved, hash: eventHash(moved.previousHash, moved.body) };
      await store.events.append([forged]);
      expect(await judge(new RecordedEvent((await store.events.get(forged.id))!))).toBe('FAILED');
      expect(await judge(new RecordedEvent(event!))).toBe('SEALED');
    });
  }

  describe('once a replica has sealed under a clock that was a day ahead', () => {
    const DAY = 86_400_000;

    /** A replica that had begun before, and whether a chain is sealed. */
    async function sealedAhead() {
      const before = replica().sealer;
      await writer().write(1);
      await before.seal();
      clock.advance(DAY);
      await writer().write(1);
      await replica().sealer.seal();
      clock.advance(-DAY);
      const isSealed = async (chain: string) => (await store.seals.covering(chain)) !== null;
      return { before, isSealed };
    }

    it('chains that are opened later are sealed all the same, by replicas that run already', async () => {
      const { before, isSealed } = await sealedAhead();
      await before.seal();
      const { write, chain } = writer();
      await write(1);
      await before.seal();
      expect(await isSealed(chain.id)).toBe(true);
    });

    it('and by those that start, though no replica ran for a while', async () => {
      const { isSealed } = await sealedAhead();
      const { write, chain } = writer();
      await write(1);
      clock.advance(3_600_000);
      await replica().sealer.seal();
      expect(await isSealed(chain.id)).toBe(true);
    });
  });

  it('a seal that was changed: nothing is sealed upon it', async () => {
    const { write } = writer();
    await write(1);
    await replica().sealer.seal();
    const [seal] = await store.seals.from(0, 1);
    const changed = { ...seal!, body: seal!.body.replace('"to":0', '"to":9') };
    const { sealer } = replica();
    store = { ...store, seals: { ...store.seals, latest: async () => changed } };
    await write(1);
    await expect(replica().sealer.seal()).rejects.toThrow(/seal 0/);
    expect(sealer.faults().size).toBe(0);
  });
});

describe('the anchor', () => {
  it('that cannot be written is tried again with the next seal, and has then all of them, in their order', async () => {
    const place = path.join(folder, 'elsewhere');
    await writeFile(place, 'a file where the folder should be');
    const { write } = writer();
    const { sealer } = replica({ anchorFile: path.join(place, 'anchors.log') });
    for (let index = 0; index < 2; index += 1) {
      await write(1);
      expect(await sealer.seal()).toBe(true);
      expect(sealer.standing().unanchored).toBe(index + 1);
    }
    await rm(place);
    await write(1);
    expect(await sealer.seal()).toBe(true);
    const lines = (await readFile(path.join(place, 'anchors.log'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { index: number }).index)).toEqual([0, 1, 2]);
    expect(sealer.standing().unanchored).toBe(0);
  });

  it('holds every seal, and one that a crash kept from it is added at the next start', async () => {
    const file = path.join(folder, 'anchors.log');
    const { write } = writer();
    await write(1);
    await replica().sealer.seal();
    await write(1);
    await replica({ anchorFile: path.join(folder, 'elsewhere.log') }).sealer.seal();
    await write(1);
    await replica().sealer.seal();
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).index)).toEqual([0, 1, 2]);
  });

  it('gets no seal before that is on disk in the store, whoever stored it', async () => {
    const file = path.join(folder, 'anchors.log');
    await writer().write(1);
    let isSettled = (): void => undefined;
    const settling = new Promise<void>((resolve) => {
      isSettled = resolve;
    });
    const { seals } = store;
    const asked = new Promise<void>((resolve) => {
      vi.spyOn(seals, 'settle').mockImplementation(() => {
        resolve();
        return settling;
      });
    });
    const sealing = replica().sealer.seal();
    await asked;
    expect(await readFile(file, 'utf8').catch(() => '')).toBe('');
    isSettled();
    expect(await sealing).toBe(true);
    expect((await readFile(file, 'utf8')).trimEnd().split('\n')).toHaveLength(1);
  });

  it('keeps its lines whole where a crash left half of one', async () => {
    const file = path.join(folder, 'anchors.log');
    await writeFile(file, '{"index":0,"bo');
    await writer().write(1);
    await replica().sealer.seal();
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1)!).index).toBe(0);
  });
});
