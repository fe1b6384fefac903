import { type Attack, cut, edited, forge, MALLORY, MALLORYS_CHAIN_KEY, resign } from './attack.js';
import { change, GATEWAY, MIDNIGHT, placeOf, rewrite } from './story.js';
import { delegation, keyOf } from './writer.js';

export const AGAINST_EVENTS: readonly Attack[] = [
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
  { name: 'delete in two places', attack: (trail) => cut(trail, 'A1', 'A4'), faults: ['EVENT_MISSING'] },
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
    name: 'have an event say that it is of another chain, with the stolen key of its own',
    attack(trail) {
      rewrite(trail, 'A6', (body) => body.replace('"chain":"chain-a"', '"chain":"chain-b"'));
      resign(trail, 'A6', keyOf('chain chain-a'));
    },
    faults: ['PROJECTION'],
  },
  {
    name: 'write bodies that are none where nothing is sealed',
    attack(trail) {
      rewrite(trail, 'A5', () => '{}', true);
      rewrite(trail, 'A6', () => '{}', true);
      resign(trail, 'A6', keyOf('chain chain-a'));
    },
    faults: ['BODY'],
    options: { now: MIDNIGHT + 3_600_000 },
  },
  {
    name: 'forge an event with a key of their own',
    attack: (trail) => forge(trail, edited, MALLORYS_CHAIN_KEY),
    faults: ['COMMIT_SIGNATURE'],
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

export const AGAINST_KEYS: readonly Attack[] = [
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
    name: 'spell the word of the gateway for a key in another way',
    attack(trail) {
      const chainKey = ownDelegation('gateway-1') as { readonly signature: string };
      // The last character of 64 bytes stands for four bits that are not there.
      const last = String.fromCharCode(chainKey.signature.charCodeAt(85) + 1);
      const signature = `${chainKey.signature.slice(0, 85)}${last}`;
      rewrite(trail, 'A0', withChainKey({ ...chainKey, signature }));
    },
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

export const AGAINST_BODIES: readonly Attack[] = Object.entries(bodyEdits).map(([name, edit]) => ({
  name: `${name}, and hash the body`,
  attack: (trail) => rewrite(trail, 'A1', edit),
  faults: ['BODY'],
}));
