import { generateKeyPairSync, sign } from 'node:crypto';
import { commitStatement } from '../../../src/audit/format.js';
import type { FaultKind, VerifyOptions } from '../../../src/audit/verify/index.js';
import { change, GATEWAY, MIDNIGHT, placeOf, reseal, rewrite, SESSION, type Trail } from './story.js';
import { delegation, gatewayKey, jwksOf, keyOf, TestChain } from './writer.js';

/** Something done to a trail by somebody with full access to the database, and what a verification must call it. */
export interface Attack {
  readonly name: string;
  readonly attack: (trail: Trail) => void;
  /** Each of these kinds must be among the faults; none: the verification must hold. */
  readonly faults: readonly FaultKind[];
  /** Which verifications can see it; both by default. */
  readonly by?: 'export' | 'store';
  readonly options?: VerifyOptions;
}

/** An attacker's own keys. */
const MALLORY = gatewayKey('gateway-1-of-mallory');
const MALLORYS_CHAIN_KEY = keyOf('mallory');

const edited = (body: string): string => body.replace('user_cleo', 'user_carl');
const cut = (trail: Trail, ...names: readonly string[]): void => {
  for (const name of names) trail.events.splice(placeOf(trail, name), 1);
};

/** Signs the commits of a chain anew, from a given event on. */
function resign(trail: Trail, from: string, key = MALLORYS_CHAIN_KEY): void {
  const first = placeOf(trail, from);
  for (const [at, event] of trail.events.entries()) {
    if (at < first || event.chain !== trail.events[first]!.chain || event.signature === null) continue;
    const signature = sign(null, commitStatement(event.chain, event.sequence, event.hash), key);
    trail.events[at] = { ...event, signature };
  }
}

/** Appends an event to chain A that nobody wrote, hashed as it should be. */
function forge(trail: Trail, edit: (body: string) => string, key: ReturnType<typeof keyOf> | null): void {
  const at = placeOf(trail, 'A6');
  const last = trail.events[at]!;
  const forged = {
    ...last,
    sequence: 7,
    id: last.id.replace('000006', '000007'),
    previousHash: last.hash,
    signature: null,
  };
  trail.events.splice(at + 1, 0, forged);
  rewrite(trail, 'A7', (body) => edit(body.replace('"sequence":6', '"sequence":7')));
  if (key === null) return;
  change(trail, 'A7', ({ hash }) => ({ signature: sign(null, commitStatement('chain-a', 7, hash), key) }));
}

const AGAINST_EVENTS: readonly Attack[] = [
  {
    name: 'edit a body',
    attack: (trail) => change(trail, 'A1', ({ body }) => ({ body: edited(body) })),
    faults: ['CONTENT'],
  },
  { name: 'edit a body and hash it', attack: (trail) => rewrite(trail, 'A1', edited), faults: ['LINK'] },
  {
    name: 'edit and re-chain',
    attack: (trail) => rewrite(trail, 'A1', edited, true),
    faults: ['SEAL_HEAD', 'COMMIT_SIGNATURE'],
  },
  {
    name: 'edit, re-chain and re-sign with a key of their own',
    attack(trail) {
      rewrite(trail, 'A1', edited, true);
      resign(trail, 'A1');
    },
    faults: ['SEAL_HEAD', 'COMMIT_SIGNATURE'],
  },
  {
    name: 'replace a whole chain, its key vouched for by a gateway key of their own',
    attack(trail) {
      const chainKey = JSON.stringify(delegation('chain-a', MALLORYS_CHAIN_KEY, { ...MALLORY, kid: 'gateway-1' }));
      rewrite(trail, 'A0', (body) => edited(body).replace(/"chainKey":\{.*?\}/, `"chainKey":${chainKey}`), true);
      resign(trail, 'A0');
    },
    faults: ['CHAIN_KEY', 'SEAL_HEAD'],
  },
  { name: 'delete in the middle', attack: (trail) => cut(trail, 'A1'), faults: ['EVENT_MISSING'] },
  { name: 'delete the first event of a chain', attack: (trail) => cut(trail, 'A0'), faults: ['EVENT_MISSING'] },
  {
    name: 'duplicate',
    attack: (trail) => trail.events.splice(placeOf(trail, 'A1'), 0, trail.events[placeOf(trail, 'A1')]!),
    faults: ['EVENT_REPEATED'],
  },
  {
    name: 'reorder the lines of an export',
    attack: (trail) => trail.events.splice(1, 2, trail.events[2]!, trail.events[1]!),
    faults: ['EVENT_MISSING', 'EVENT_ORDER'],
    by: 'export',
  },
  {
    name: 'reorder the chains of an export',
    attack: (trail) => trail.events.reverse().sort((one, other) => one.sequence - other.sequence),
    faults: ['CHAIN_ORDER'],
    by: 'export',
  },
  {
    name: 'give an event the place of another',
    attack(trail) {
      const first = placeOf(trail, 'A1');
      const [one, other] = trail.events.slice(first, first + 2);
      trail.events[first] = { ...other!, sequence: one!.sequence, id: one!.id };
      trail.events[first + 1] = { ...one!, sequence: other!.sequence, id: other!.id };
    },
    faults: ['PROJECTION', 'LINK'],
  },
  {
    name: 'forge an event with a key of their own',
    attack: (trail) => forge(trail, edited, MALLORYS_CHAIN_KEY),
    faults: ['COMMIT_SIGNATURE', 'UNSIGNED'],
  },
  { name: 'forge an event without a signature', attack: (trail) => forge(trail, edited, null), faults: ['UNSIGNED'] },
  {
    name: 'move a signature to another event',
    attack: (trail) => change(trail, 'A1', () => ({ signature: trail.events[placeOf(trail, 'A3')]!.signature })),
    faults: ['COMMIT_SIGNATURE'],
  },
  {
    name: 'take the signature from the end of a sealed stretch',
    attack: (trail) => change(trail, 'A3', () => ({ signature: null })),
    faults: ['UNSIGNED'],
  },
  {
    name: 'set the time back',
    attack: (trail) => forge(trail, (body) => body.replace('T00:00:22', 'T00:00:20'), keyOf('chain chain-a')),
    faults: ['TIME'],
  },
  {
    name: 'edit details',
    attack: (trail) =>
      change(trail, 'A0', ({ details }) => ({ details: { salt: details!.salt, text: '{"reason":"none"}' } })),
    faults: ['DETAILS'],
  },
  {
    name: 'give details another salt',
    attack: (trail) =>
      change(trail, 'A0', ({ details }) => ({ details: { salt: Buffer.alloc(16), text: details!.text } })),
    faults: ['DETAILS'],
  },
  {
    name: 'erase details, as the gateway itself may',
    attack: (trail) => change(trail, 'A0', () => ({ details: null })),
    faults: [],
  },
];

const withChainKey = (chainKey: object | null) => (body: string) =>
  body.replace(/,"chainKey":\{.*?\}/, chainKey === null ? '' : `,"chainKey":${JSON.stringify(chainKey)}`);
const ownDelegation = (kid: string) => delegation('chain-a', keyOf('chain chain-a'), { ...GATEWAY, kid });

const AGAINST_KEYS: readonly Attack[] = [
  {
    name: 'leave the key of a chain out',
    attack: (trail) => rewrite(trail, 'A0', withChainKey(null)),
    faults: ['CHAIN_KEY'],
  },
  {
    name: 'take the key of another chain',
    attack: (trail) => rewrite(trail, 'A0', withChainKey(delegation('chain-b', keyOf('chain chain-b'), GATEWAY))),
    faults: ['CHAIN_KEY'],
  },
  {
    name: 'name a key nobody knows',
    attack: (trail) => rewrite(trail, 'A0', withChainKey(ownDelegation('unknown'))),
    faults: ['CHAIN_KEY'],
  },
  {
    name: 'name another algorithm for the gateway key',
    attack: (trail) => rewrite(trail, 'A0', withChainKey({ ...ownDelegation('gateway-1'), algorithm: 'RS256' })),
    faults: ['CHAIN_KEY'],
  },
  {
    name: 'hand over a key that is none',
    attack: (trail) => rewrite(trail, 'A0', withChainKey({ ...ownDelegation('gateway-1'), publicKey: 'AAAA' })),
    faults: ['CHAIN_KEY'],
  },
  {
    name: 'hand over another key in a later event',
    attack: (trail) =>
      rewrite(trail, 'A1', (body) => body.replace(/\}$/, `,"chainKey":${JSON.stringify(ownDelegation('gateway-1'))}}`)),
    faults: ['CHAIN_KEY'],
  },
];

const bodyEdits: Readonly<Record<string, (body: string) => string>> = {
  'name a member twice': (body) => body.replace('"code":null', '"code":null,"code":null'),
  'add a member': (body) => body.replace(/\}$/, ',"note":1}'),
  'add a member to the actor': (body) => body.replace('"amr":["pwd"]', '"amr":["pwd"],"role":"ADMIN"'),
  'leave a member out': (body) => body.replace('"code":null,', ''),
  'swap two members': (body) => body.replace('"code":null,"count":1', '"count":1,"code":null'),
  'add white space': (body) => body.replace('"code":null', '"code": null'),
  'spell a character in another way': (body) => body.replace('user_ada', 'user\\u005fada'),
  'give a member another type': (body) => body.replace('"count":1', '"count":"1"'),
  'name an unknown type': (body) => body.replace('OPERATION_COMPLETED', 'OPERATION_FORGOTTEN'),
  'name an unknown version': (body) => body.replace('"version":1', '"version":2'),
  'name a day that does not exist': (body) => body.replace('2026-01-01T00:00:02', '2026-02-30T00:00:02'),
  'name an hour that does not exist': (body) => body.replace('T00:00:02', 'T24:00:02'),
  'leave the milliseconds out': (body) => body.replace('T00:00:02.000Z', 'T00:00:02Z'),
  'write something else altogether': () => '[]',
  'write a body that is no JSON': () => '{}}',
};

const AGAINST_BODIES: readonly Attack[] = Object.entries(bodyEdits).map(([name, edit]) => ({
  name: `${name}, and hash the body`,
  attack: (trail) => rewrite(trail, 'A1', edit),
  faults: ['BODY'],
}));

const HOUR_LATER = MIDNIGHT + 3_600_000;

const AGAINST_SEALS: readonly Attack[] = [
  { name: 'cut a sealed tail', attack: (trail) => cut(trail, 'A4', 'A5', 'A6'), faults: ['SEALED_MISSING'] },
  { name: 'drop a whole chain', attack: (trail) => cut(trail, 'B0', 'B1', 'B2'), faults: ['CHAIN_MISSING'] },
  {
    name: 'drop a seal',
    attack(trail) {
      trail.seals.splice(1, 1);
      trail.anchors = [[...trail.seals]];
    },
    faults: ['SEAL_INDEX'],
  },
  {
    name: 'write a seal twice',
    attack: (trail) => trail.seals.splice(1, 0, trail.seals[0]!),
    faults: ['SEAL_INDEX'],
    by: 'store',
  },
  {
    name: 'edit the body of a seal',
    attack: (trail) => editSeal(trail, 1, ({ body }) => ({ body: body.replace('"closed":false', '"closed":true') })),
    faults: ['SEAL_HASH', 'SEAL_SIGNATURE'],
  },
  {
    name: 'edit the hash of a seal',
    attack: (trail) => editSeal(trail, 1, () => ({ hash: Buffer.alloc(32) })),
    faults: ['SEAL_HASH'],
  },
  {
    name: 'sign a seal with a key of their own',
    attack(trail) {
      reseal(trail, 2, { ...MALLORY, kid: 'gateway-1' });
      trail.anchors = [[...trail.seals]];
    },
    faults: ['SEAL_SIGNATURE'],
  },
  {
    name: 'write a seal that is none',
    attack: (trail) => editSeal(trail, 1, () => ({ body: '{}' })),
    faults: ['SEAL_BODY'],
  },
  ...(['index', 'sealedAt', 'previousHash', 'chains'] as const).map(
    (projection): Attack => ({
      name: `edit the ${projection} of a seal beside its body`,
      attack(trail) {
        const wrong = { index: 3, sealedAt: 0, previousHash: Buffer.alloc(32), chains: ['chain-a'] }[projection];
        trail.seals[2] = { ...trail.seals[2]!, [projection]: wrong };
      },
      faults: ['SEAL_BODY'],
      by: 'store',
    }),
  ),
  ...sealedWrongly('break the link of seals', 'SEAL_LINK', { previousSealHash: Buffer.alloc(32) }),
  ...sealedWrongly('date a seal back', 'SEAL_TIME', { sealedAt: MIDNIGHT }),
  ...sealedWrongly('seal a stretch again', 'SEAL_STRETCH', {
    chains: [{ ...stretch('chain-a', 3, 4), closed: false }],
  }),
  ...sealedWrongly('leave a stretch out', 'SEAL_STRETCH', { chains: [{ ...stretch('chain-a', 6, 6), closed: false }] }),
  ...sealedWrongly('seal nothing of a chain', 'SEAL_STRETCH', {
    chains: [{ ...stretch('chain-a', 5, 4), closed: false }],
  }),
  {
    name: 'seal chains out of order',
    attack(trail) {
      reseal(trail, 1, GATEWAY, (content) => ({ ...content, chains: [...content.chains].reverse() }));
      trail.anchors = [[...trail.seals]];
    },
    faults: ['SEAL_STRETCH'],
  },
  {
    name: 'write on in a chain that was closed',
    attack(trail) {
      const chain = new TestChain('chain-b', GATEWAY);
      chain.events.push(...trail.events.splice(placeOf(trail, 'B0'), 3));
      chain.append({ type: 'AUDIT_READ', at: MIDNIGHT + 16_000 });
      chain.commit();
      trail.events.push(...chain.events);
    },
    faults: ['AFTER_CLOSE'],
  },
  {
    name: 'keep the sealer from sealing',
    attack: () => undefined,
    faults: ['UNSEALED', 'SEAL_STALE'],
    options: { now: HOUR_LATER, maxSealAgeMs: 60_000 },
  },
  {
    name: 'delete every seal',
    attack: (trail) => trail.seals.splice(0),
    faults: ['UNSEALED', 'ROLLED_BACK'],
    by: 'store',
    options: { now: HOUR_LATER },
  },
];

function stretch(chain: string, from: number, to: number) {
  return { chain, from, to, head: '00'.repeat(32) };
}

function sealedWrongly(name: string, fault: FaultKind, edit: object): readonly Attack[] {
  const attack = (trail: Trail): void => {
    reseal(trail, 2, GATEWAY, (content) => ({ ...content, ...edit }));
    trail.anchors = [[...trail.seals]];
  };
  return [{ name, attack, faults: [fault] }];
}

function editSeal(
  trail: Trail,
  index: number,
  edit: (seal: Trail['seals'][number]) => Partial<Trail['seals'][number]>,
): void {
  trail.seals[index] = { ...trail.seals[index]!, ...edit(trail.seals[index]!) };
  trail.anchors = [[...trail.seals]];
}

const AGAINST_EVERYTHING: readonly Attack[] = [
  {
    name: 'roll the whole database back',
    attack(trail) {
      trail.seals.splice(1);
      cut(trail, 'A4', 'A5', 'A6', 'B0', 'B1', 'B2');
    },
    faults: ['ROLLED_BACK'],
    by: 'store',
  },
  {
    name: 'export a database that was rolled back',
    attack: (trail) => cut(trail, 'A4', 'A5', 'A6', 'B0', 'B1', 'B2'),
    faults: ['SEALED_MISSING', 'CHAIN_MISSING'],
    by: 'export',
  },
  {
    name: 'wipe the database',
    attack(trail) {
      trail.seals = [];
      trail.events = [];
    },
    faults: ['ROLLED_BACK'],
    by: 'store',
  },
  {
    name: 'export a wiped database',
    attack: (trail) => trail.events.splice(0),
    faults: ['CHAIN_MISSING'],
    by: 'export',
  },
  {
    name: 'edit, re-chain, re-sign and re-seal with the stolen signing keys',
    attack(trail) {
      rewrite(trail, 'A1', edited, true);
      resign(trail, 'A0', keyOf('chain chain-a'));
      reseal(trail, 0);
    },
    faults: ['ANCHOR_MISMATCH'],
    by: 'store',
  },
  {
    name: 'export what was re-sealed with the stolen signing keys',
    attack(trail) {
      rewrite(trail, 'A1', edited, true);
      resign(trail, 'A0', keyOf('chain chain-a'));
    },
    faults: ['SEAL_HEAD'],
    by: 'export',
  },
  {
    name: 'hand every auditor other seals',
    attack(trail) {
      const before = [...trail.seals];
      rewrite(trail, 'A1', edited, true);
      resign(trail, 'A0', keyOf('chain chain-a'));
      reseal(trail, 0);
      trail.anchors = [before, [...trail.seals]];
    },
    faults: ['ANCHOR_CONFLICT'],
  },
];

const anotherSession = { ...SESSION, id: 'session-3' };
const anOperation = { name: 'Orders', type: 'QUERY', durationMs: 5 } as const;

/** What a gateway gone wrong would write: everything about it is authentic. */
function written(name: string, faults: readonly FaultKind[], write: (chain: TestChain) => void): Attack {
  return {
    name,
    attack(trail) {
      const chain = new TestChain('chain-c', GATEWAY);
      write(chain);
      chain.commit();
      trail.events.push(...chain.events);
      trail.events.sort((one, other) =>
        one.chain < other.chain ? -1 : one.chain > other.chain ? 1 : one.sequence - other.sequence,
      );
    },
    faults,
    options: { maxUnsealedMs: Number.POSITIVE_INFINITY, now: MIDNIGHT },
  };
}

const seconds = (count: number): number => MIDNIGHT + count * 1_000;

const MEANING: readonly Attack[] = [
  written('an operation of a session that was never started', ['SESSION_NOT_STARTED'], (chain) => {
    chain.append({ type: 'OPERATION_COMPLETED', at: seconds(2), session: anotherSession, operation: anOperation });
  }),
  written('an end of a session that was never started', ['SESSION_NOT_STARTED'], (chain) => {
    chain.append({ type: 'IMPERSONATION_EXPIRED', at: seconds(601), session: anotherSession });
  }),
  written('an operation long before its session was started', ['OPERATION_BEFORE_START'], (chain) => {
    chain.append({ type: 'OPERATION_ATTEMPTED', at: seconds(-30), session: SESSION });
  }),
  written('an operation before its session was started, in one chain', ['OPERATION_BEFORE_START'], (chain) => {
    chain.append({ type: 'OPERATION_ATTEMPTED', at: seconds(1), session: anotherSession });
    chain.append({ type: 'IMPERSONATION_STARTED', at: seconds(1), session: anotherSession });
  }),
  written('a session that is started twice', ['SESSION_STARTED_TWICE'], (chain) => {
    chain.append({ type: 'IMPERSONATION_STARTED', at: seconds(1), session: SESSION });
  }),
  written('a session that ends twice', ['SESSION_ENDED_TWICE'], (chain) => {
    chain.append({ type: 'IMPERSONATION_REVOKED', at: seconds(9), session: SESSION });
  }),
  written('a session that ends and is voided', ['SESSION_ENDED_TWICE'], (chain) => {
    chain.append({ type: 'IMPERSONATION_VOIDED', at: seconds(9), session: SESSION });
  }),
  written('a session that never ends, while gateways go on', ['SESSION_NOT_ENDED'], (chain) => {
    chain.append({ type: 'IMPERSONATION_STARTED', at: seconds(1), session: anotherSession });
    chain.append({ type: 'AUDIT_READ', at: seconds(700) });
    chain.append({ type: 'AUDIT_READ', at: seconds(900) });
  }),
  written('a mutation attempted after the end of its session', ['OPERATION_AFTER_END'], (chain) => {
    chain.append({ type: 'OPERATION_ATTEMPTED', at: seconds(30), session: SESSION });
  }),
  written('a query begun after the end of its session', ['OPERATION_AFTER_END'], (chain) => {
    chain.append({ type: 'OPERATION_COMPLETED', at: seconds(30), session: SESSION, operation: anOperation });
  }),
  written('an operation begun after the expiry of a session that nobody ended', ['OPERATION_AFTER_END'], (chain) => {
    chain.append({ type: 'IMPERSONATION_STARTED', at: seconds(1), session: anotherSession });
    chain.append({ type: 'OPERATION_ATTEMPTED', at: seconds(650), session: anotherSession });
  }),
  written('a query that began before the end of its session and took long', [], (chain) => {
    const slow = { ...anOperation, durationMs: 25_000 };
    chain.append({ type: 'OPERATION_COMPLETED', at: seconds(30), session: SESSION, operation: slow });
  }),
  written('a mutation under way at the end of its session', [], (chain) => {
    const mutation = { name: 'Note', type: 'MUTATION', durationMs: 5 } as const;
    chain.append({ type: 'OPERATION_COMPLETED', at: seconds(60), session: SESSION, operation: mutation });
  }),
  written('refusals long after the end of a session', [], (chain) => {
    chain.append({ type: 'OPERATION_DENIED', at: seconds(9_000), session: SESSION, code: 'TOKEN_EXPIRED', count: 900 });
  }),
  written('an operation on a replica whose clock is a little ahead', [], (chain) => {
    chain.append({ type: 'OPERATION_ATTEMPTED', at: seconds(12), session: SESSION });
  }),
  written('a session that nobody ended because no gateway was running', [], (chain) => {
    chain.append({ type: 'IMPERSONATION_STARTED', at: seconds(1), session: anotherSession });
    chain.append({ type: 'AUDIT_READ', at: seconds(900) });
  }),
];

export const ATTACKS: readonly Attack[] = [
  ...AGAINST_EVENTS,
  ...AGAINST_KEYS,
  ...AGAINST_BODIES,
  ...AGAINST_SEALS,
  ...AGAINST_EVERYTHING,
  ...MEANING,
];

/** A JWKS with a key more than the gateway's. */
export function rotatedKeys() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const next = { kid: 'gateway-2', algorithm: 'RS256', key: privateKey } as const;
  return { next, jwks: jwksOf(GATEWAY, next) };
}
