import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import {
  chainKeyStatement,
  encodeSealBody,
  eventHash,
  genesisHash,
  sealHash,
  sealStatement,
} from '../../../src/audit/format.js';
import { type ChainSigner, createChainSigner } from '../../../src/audit/seal/chain-signer.js';
import { createGatewaySigner, type GatewaySigner } from '../../../src/audit/seal/gateway-signer.js';
import {
  type ChainPosition,
  type Inspection,
  inspectNext,
  type StretchFault,
} from '../../../src/audit/seal/inspect-stretch.js';
import { findRollBack, newestAnchored } from '../../../src/audit/seal/roll-back.js';
import { lostSeals, openSeal, SealFaultError } from '../../../src/audit/seal/seal-state.js';
import type { StoredEvent } from '../../../src/domain/audit-event.js';
import type { StoredSeal } from '../../../src/domain/audit-seal.js';
import { generateSigningKeys, loadKeyring } from '../../../src/tokens/index.js';
import { draft } from '../audit/drafts.js';
import { anchoredLine } from '../audit-verify/writer.js';

const STAMP = { instance: 'test', version: '0' };
const NOT_OWN = { wrote: () => false };
const OWN = { wrote: () => true };

let gateway: GatewaySigner;
let signer: ChainSigner;
let stranger: GatewaySigner;
beforeAll(async () => {
  const keyring = async () => loadKeyring(await generateSigningKeys('EdDSA'), { algorithm: 'EdDSA' });
  gateway = createGatewaySigner(await keyring());
  stranger = createGatewaySigner(await keyring());
  signer = createChainSigner(gateway);
});

const operation = {
  name: 'Orders',
  type: 'QUERY',
  fields: ['Query.orders'],
  documentHash: 'ab'.repeat(32),
  errorCodes: [],
  durationMs: 1,
} as const;

/** A chain of two events, each signed for, and where the sealer stands before them. */
function chained(by: ChainSigner = signer): { begin: ChainPosition; first: StoredEvent; second: StoredEvent } {
  const chain = openChain(STAMP, by);
  const [first, second] = chain.extend([draft('one', { operation }), draft('two', { operation })], true);
  const begin = { chain: chain.id, sequence: -1, head: genesisHash(chain.id), key: null };
  return { begin, first: first!, second: second! };
}

/** What is said of the second event, once the first was looked at. */
function second(edit: (event: StoredEvent) => Partial<StoredEvent>, own = NOT_OWN): Inspection {
  const { begin, first, second: next } = chained();
  const before = inspectNext(begin, first, gateway, NOT_OWN);
  if (before.fault !== null) throw new Error(`the first event has a fault: ${before.fault}`);
  return inspectNext(before.position, { ...next, ...edit(next) }, gateway, own);
}

/** The body changed, and hashed as it should be. */
const rewritten =
  (edit: (body: string) => string) =>
  ({ body, previousHash }: StoredEvent): Partial<StoredEvent> => {
    const other = edit(body);
    if (other === body) throw new Error('the edit changes nothing');
    return { body: other, hash: eventHash(previousHash, other) };
  };

describe('the sealer looks at an event before it signs, and', () => {
  it('goes on from it where all is as a gateway wrote it, its details erased or not', () => {
    const { begin, first, second: next } = chained();
    const one = inspectNext(begin, first, gateway, NOT_OWN);
    expect(one).toMatchObject({ fault: null, signed: true, position: { chain: begin.chain, sequence: 0 } });
    if (one.fault !== null) return;
    expect(Buffer.compare(one.position.head, first.hash)).toBe(0);
    expect(inspectNext(one.position, { ...next, details: null }, gateway, NOT_OWN)).toMatchObject({
      fault: null,
      signed: true,
      position: { sequence: 1, key: one.position.key },
    });
    expect(inspectNext(one.position, { ...next, signature: null }, gateway, NOT_OWN)).toMatchObject({
      fault: null,
      signed: false,
    });
  });

  const faults: readonly [what: string, edit: (event: StoredEvent) => Partial<StoredEvent>, fault: StretchFault][] = [
    ['another sequence', () => ({ sequence: 2 }), 'SEQUENCE'],
    ['another id', ({ id }) => ({ id: `${id}0` }), 'SEQUENCE'],
    ['another history', () => ({ previousHash: Buffer.alloc(32) }), 'LINK'],
    ['another hash', () => ({ hash: Buffer.alloc(32) }), 'CONTENT'],
    ['another body', ({ body }) => ({ body: body.replace('user_cleo', 'user_carl') }), 'CONTENT'],
    ['a body that is no JSON', rewritten((body) => `${body}}`), 'BODY'],
    ['a body that is no object', rewritten(() => '7'), 'BODY'],
    ['a body that is nothing', rewritten(() => 'null'), 'BODY'],
    ['a body with white space', rewritten((body) => body.replace('"code":', '"code": ')), 'BODY'],
    ['a body with a member twice', rewritten((body) => body.replace('"code":', '"code":1,"code":')), 'BODY'],
    ['another chain in its body', rewritten((body) => body.replace(/"chain":"./, '"chain":"x')), 'PROJECTION'],
    ['another sequence in its body', rewritten((body) => body.replace('"sequence":1', '"sequence":2')), 'PROJECTION'],
    ['another time', ({ occurredAt }) => ({ occurredAt: occurredAt + 1 }), 'PROJECTION'],
    ['another type', () => ({ type: 'AUDIT_READ' }), 'PROJECTION'],
    ['another outcome', () => ({ outcome: 'FAILURE' }), 'PROJECTION'],
    ['another actor', () => ({ actorId: 'user_grace' }), 'PROJECTION'],
    ['no subject', () => ({ subjectId: null }), 'PROJECTION'],
    ['another session', () => ({ sessionId: 'session-2' }), 'PROJECTION'],
    ['another request', () => ({ requestId: 'three' }), 'PROJECTION'],
    ['another operation', () => ({ operationName: 'Other' }), 'PROJECTION'],
    [
      'an actor that its body has not',
      rewritten((body) => body.replace(/"actor":\{.*?\}/, '"actor":null')),
      'PROJECTION',
    ],
    ['other details', ({ details }) => ({ details: { ...details!, text: '[]' } }), 'DETAILS'],
    ['another salt', ({ details }) => ({ details: { ...details!, salt: Buffer.alloc(16) } }), 'DETAILS'],
    ['the signature of nobody', () => ({ signature: Buffer.alloc(64) }), 'SIGNATURE'],
    [
      'another body, hashed, and the signature of before',
      rewritten((body) => body.replace('"count":1', '"count":2')),
      'SIGNATURE',
    ],
  ];

  it.each(faults)('names the fault of one with %s', (_, edit, fault) => {
    expect(second(edit)).toEqual({ fault });
  });

  it('spares the signature of what this very process wrote, and nothing else', () => {
    expect(second(() => ({ signature: Buffer.alloc(64) }), OWN)).toMatchObject({ fault: null, signed: true });
    expect(second(() => ({ actorId: 'user_grace' }), OWN)).toEqual({ fault: 'PROJECTION' });
    expect(
      second(
        rewritten(() => '7'),
        OWN,
      ),
    ).toEqual({ fault: 'BODY' });
    expect(second(() => ({ hash: Buffer.alloc(32) }), OWN)).toEqual({ fault: 'CONTENT' });
  });

  describe('takes the key of a chain from its first event alone, and only', () => {
    /** What is said of a first event whose key was handed over like this. */
    function handedOver(edit: (chainKey: Record<string, unknown>, chain: string) => unknown): StretchFault | null {
      const { begin, first } = chained();
      const { chainKey, ...rest } = JSON.parse(first.body);
      const other = edit(chainKey, begin.chain);
      const body = JSON.stringify({ ...rest, ...(other === undefined ? {} : { chainKey: other }) });
      const hash = eventHash(first.previousHash, body);
      const signature = signer.signCommit(begin.chain, 0, hash);
      return inspectNext(begin, { ...first, body, hash, signature }, gateway, NOT_OWN).fault;
    }

    it('where the gateway vouches for it', () => {
      expect(handedOver((chainKey) => chainKey)).toBeNull();
    });

    const wrong: Readonly<Record<string, (chainKey: Record<string, unknown>, chain: string) => unknown>> = {
      'there is one': () => undefined,
      'it is an object': () => 'key',
      'it is not nothing': () => null,
      'it has its member publicKey': ({ publicKey: _, ...others }) => others,
      'it has its member kid': ({ kid: _, ...others }) => others,
      'it has its member algorithm': ({ algorithm: _, ...others }) => others,
      'it has its member signature': ({ signature: _, ...others }) => others,
      'its members are texts': (chainKey) => ({ ...chainKey, kid: 7 }),
      'the key is known': (chainKey) => ({ ...chainKey, kid: 'unknown' }),
      'the algorithm is that of the key': (chainKey) => ({ ...chainKey, algorithm: 'RS256' }),
      'the signature is right': (chainKey) => ({ ...chainKey, signature: Buffer.alloc(64).toString('base64url') }),
      'the word is for this chain': (chainKey) => ({ ...chainKey, signature: signer.chainKey('another').signature }),
      'the word is by this gateway': (chainKey, chain) => {
        const statement = chainKeyStatement(chain, String(chainKey.publicKey));
        return { ...chainKey, signature: stranger.sign(statement).toString('base64url') };
      },
      'it is a key': (chainKey, chain) => {
        const signature = gateway.sign(chainKeyStatement(chain, 'AAAA')).toString('base64url');
        return { ...chainKey, publicKey: 'AAAA', signature };
      },
    };
    it.each(Object.keys(wrong))('where %s', (name) => {
      expect(handedOver(wrong[name]!)).toBe('KEY');
    });

    it('never from a later one, and it vouches for nothing without', () => {
      const { begin, second: next } = chained();
      const position = { ...begin, sequence: 0, head: next.previousHash };
      expect(inspectNext(position, next, gateway, NOT_OWN)).toEqual({ fault: 'KEY' });
    });
  });
});

/** A seal by the gateway. */
function sealed(index: number, more: Partial<Parameters<typeof encodeSealBody>[0]> = {}, by = gateway): StoredSeal {
  const content = { index, sealedAt: 0, previousSealHash: Buffer.alloc(32), chains: [], ...more };
  const body = encodeSealBody(content);
  const hash = sealHash(body);
  return {
    index,
    body,
    hash,
    previousHash: content.previousSealHash,
    sealedAt: content.sealedAt,
    chains: [],
    kid: by.kid,
    algorithm: by.algorithm,
    signature: by.sign(sealStatement(hash)),
  };
}

describe('a seal is built upon', () => {
  it('where the gateway made it', () => {
    expect(openSeal(sealed(3), gateway)).toEqual([]);
    expect(lostSeals(sealed(3), gateway)).toBeNull();
  });

  it.each([
    ['its hash', () => ({ ...sealed(3), hash: Buffer.alloc(32) })],
    ['its body', () => ({ ...sealed(3), body: sealed(4).body })],
    ['its signature', () => ({ ...sealed(3), signature: sealed(4).signature })],
    ['its key', () => sealed(3, {}, stranger)],
    ['the name of its key', () => ({ ...sealed(3), kid: 'unknown' })],
    ['its algorithm', () => ({ ...sealed(3), algorithm: 'RS256' })],
    ['its index', () => ({ ...sealed(3), index: 4 })],
  ])('and not where %s is another', (_, other) => {
    expect(() => openSeal(other(), gateway)).toThrow(SealFaultError);
    expect(() => lostSeals(other(), gateway)).toThrow(SealFaultError);
  });
});

describe('a store is an earlier copy of what its anchor tells of', () => {
  const lost = { from: 2, to: 5, head: '00'.repeat(32) };
  const cases: readonly [what: string, anchored: number, stored: () => readonly StoredSeal[], kind: string | null][] = [
    ['where it has no seal as new', 3, () => [], 'EARLIER'],
    ['and not where it has the very seal', 3, () => [sealed(3)], null],
    ['and is another where it has another one of that index', 3, () => [sealed(3, { sealedAt: 1 })], 'OTHER'],
    ['and not where a seal states that it is lost: the first', 2, () => [sealed(6, { lost })], null],
    ['and not where a seal states that it is lost: the last', 5, () => [sealed(6, { lost })], null],
    ['and is another where a seal states others as lost: later ones', 1, () => [sealed(6, { lost })], 'OTHER'],
    ['and is another where a later seal states nothing', 3, () => [sealed(6)], 'OTHER'],
    ['and is another where somebody else states that it is lost', 3, () => [sealed(6, { lost }, stranger)], 'OTHER'],
  ];
  it.each(cases)('%s', async (_, index, stored, kind) => {
    const seals = { from: async () => stored(), latest: async () => stored()[0] ?? null };
    const found = await findRollBack(sealed(index), seals, gateway);
    expect(found?.kind ?? null).toBe(kind);
    if (found !== null) expect(found.newest).toEqual(stored()[0] ?? null);
  });

  it('and not where there is no anchor', async () => {
    const seals = { from: async () => [], latest: async () => null };
    expect(await findRollBack(null, seals, gateway)).toBeNull();
  });
});

describe('the newest seal that an anchor file holds', () => {
  async function newestIn(...lines: readonly string[]): Promise<number | null> {
    const folder = await mkdtemp(path.join(tmpdir(), 'anchored-test-'));
    try {
      const file = path.join(folder, 'anchors.log');
      await writeFile(file, lines.map((line) => `${line}\n`).join(''));
      return (await newestAnchored(file, gateway))?.index ?? null;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const line = (index: number, more: Partial<StoredSeal> = {}, by = gateway) =>
    anchoredLine({ ...sealed(index, {}, by), ...more });

  it('is the one with the highest index, wherever it stands', async () => {
    expect(await newestIn(line(1), line(2), line(3))).toBe(3);
    expect(await newestIn(line(1), line(3), line(2))).toBe(3);
    expect(await newestIn()).toBeNull();
  });

  it('is none that the gateway did not sign, or that is no seal at all: nobody stops gateways by a line', async () => {
    expect(await newestIn(line(1), line(9, {}, stranger))).toBe(1);
    expect(await newestIn(line(1), line(9, { hash: Buffer.alloc(32) }))).toBe(1);
    expect(await newestIn(line(1), line(9, { body: sealed(8).body }))).toBe(1);
    expect(await newestIn(line(1), line(9, { signature: sealed(1).signature }))).toBe(1);
    expect(await newestIn(line(1), 'a line', line(9, {}, stranger))).toBe(1);
    expect(await newestIn(line(9, {}, stranger))).toBeNull();
  });
});
