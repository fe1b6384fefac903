import { describe, expect, it } from 'vitest';
import {
  type DemandedProof,
  type ProofFault,
  plainAddress,
  proofFault,
  proofStaleAt,
  type StatedProof,
} from '../../../src/policy/index.js';
import { NOW } from './people.js';

const SECOND = NOW / 1_000;
const PROOF: StatedProof = {
  key: 'key-1',
  method: 'POST',
  address: 'https://gateway.example/graphql',
  tokenHash: 'hash-1',
  issuedAt: SECOND,
  expiresAt: null,
  notBefore: null,
};
const DEMANDED: DemandedProof = {
  boundTo: 'key-1',
  tokenHash: 'hash-1',
  method: 'POST',
  path: '/graphql',
  addresses: ['https://gateway.example', 'http://gateway.internal:4000'],
  maxAgeMs: 60_000,
  now: NOW,
};
const faultOf = (proof: Partial<StatedProof>, demanded: Partial<DemandedProof> = {}) =>
  proofFault({ ...PROOF, ...proof }, { ...DEMANDED, ...demanded });

describe('a proof is as demanded', () => {
  it.each<[string, Partial<StatedProof>, Partial<DemandedProof>]>([
    ['for this request, by the key, just now', {}, {}],
    ['at the other address', { address: 'http://gateway.internal:4000/graphql' }, {}],
    ['with a query and a fragment, which do not count', { address: 'https://gateway.example/graphql?a=b#c' }, {}],
    ['with the scheme and the host in capitals', { address: 'HTTPS://Gateway.EXAMPLE/graphql' }, {}],
    ['with the default port', { address: 'https://gateway.example:443/graphql' }, {}],
    ['with dots in the path', { address: 'https://gateway.example/./a/../graphql' }, {}],
    [
      'below an address with a path',
      { address: 'https://x.example/gw/graphql' },
      { addresses: ['https://x.example/gw'] },
    ],
    ['as old as it may be, with the tolerance', { issuedAt: SECOND - 64.999 }, {}],
    ['as far ahead as a clock may be', { issuedAt: SECOND + 5 }, {}],
    ['with an end that is not past', { expiresAt: SECOND - 4.999 }, {}],
    ['with a beginning that a clock may be ahead of', { notBefore: SECOND + 5 }, {}],
    ['a second old where a second is allowed', { issuedAt: SECOND - 1 }, { maxAgeMs: 1_000 }],
  ])('%s', (_, proof, demanded) => {
    expect(faultOf(proof, demanded)).toBeNull();
  });
});

describe('a proof is not as demanded', () => {
  it.each<[string, ProofFault, Partial<StatedProof>, Partial<DemandedProof>]>([
    ['by another key', 'key', { key: 'key-2' }, {}],
    ['by no key', 'key', { key: '' }, {}],
    ['for another method', 'htm', { method: 'GET' }, {}],
    ['for the method in small letters', 'htm', { method: 'post' }, {}],
    ['for no method', 'htm', { method: '' }, {}],
    ['for another path', 'htu', { address: 'https://gateway.example/audit/export' }, {}],
    ['for a path below', 'htu', { address: 'https://gateway.example/graphql/stream' }, {}],
    ['for a path above', 'htu', { address: 'https://gateway.example/' }, {}],
    ['with a slash at the end', 'htu', { address: 'https://gateway.example/graphql/' }, {}],
    ['with the path in capitals', 'htu', { address: 'https://gateway.example/GraphQL' }, {}],
    ['for another host', 'htu', { address: 'https://evil.example/graphql' }, {}],
    ['for a host that begins alike', 'htu', { address: 'https://gateway.example.evil.example/graphql' }, {}],
    ['for a host below', 'htu', { address: 'https://a.gateway.example/graphql' }, {}],
    ['with the right host as user information', 'htu', { address: 'https://gateway.example@evil.example/graphql' }, {}],
    ['with user information', 'htu', { address: 'https://a@gateway.example/graphql' }, {}],
    ['by http in place of https', 'htu', { address: 'http://gateway.example/graphql' }, {}],
    ['by wss', 'htu', { address: 'wss://gateway.example/graphql' }, {}],
    ['for another port', 'htu', { address: 'https://gateway.example:8443/graphql' }, {}],
    ['for the path alone', 'htu', { address: '/graphql' }, {}],
    ['without slashes, which parsers forgive', 'htu', { address: 'https:gateway.example/graphql' }, {}],
    ['with backslashes, which parsers forgive', 'htu', { address: 'https:\\\\gateway.example\\graphql' }, {}],
    ['with three slashes, which parsers forgive', 'htu', { address: 'https:///gateway.example/graphql' }, {}],
    ['with a tab, which parsers drop', 'htu', { address: 'https://gateway.example/gra\tphql' }, {}],
    ['with a blank before it, which parsers drop', 'htu', { address: ' https://gateway.example/graphql' }, {}],
    ['with a line break after it, which parsers drop', 'htu', { address: 'https://gateway.example/graphql\n' }, {}],
    ['with a zero byte', 'htu', { address: 'https://gateway.example/graphql\0' }, {}],
    [
      'with an address that is too long',
      'htu',
      { address: `https://gateway.example/graphql?${'x'.repeat(2_048)}` },
      {},
    ],
    ['for no address', 'htu', { address: '' }, {}],
    ['where there is no address', 'htu', {}, { addresses: [] }],
    ['of another token', 'ath', { tokenHash: 'hash-2' }, {}],
    ['of no token', 'ath', { tokenHash: '' }, {}],
    ['too old', 'iat', { issuedAt: SECOND - 65 }, {}],
    ['of a year ago', 'iat', { issuedAt: SECOND - 31_536_000 }, {}],
    ['made for later', 'iat', { issuedAt: SECOND + 5.001 }, {}],
    ['with a time that is none', 'iat', { issuedAt: Number.NaN }, {}],
    ['with a time without an end', 'iat', { issuedAt: Number.POSITIVE_INFINITY }, {}],
    ['while the clock says nothing', 'iat', {}, { now: Number.NaN }],
    ['where no age was said', 'iat', {}, { maxAgeMs: Number.NaN }],
    ['past its own end', 'exp', { expiresAt: SECOND - 5 }, {}],
    ['with an end that is no time', 'exp', { expiresAt: Number.NaN }, {}],
    ['before its own beginning', 'nbf', { notBefore: SECOND + 5.001 }, {}],
    ['with a beginning that is no time', 'nbf', { notBefore: Number.NaN }, {}],
  ])('%s: %s', (_, fault, proof, demanded) => {
    expect(faultOf(proof, demanded)).toBe(fault);
  });
});

it('a proof is stale from the very moment in which it is refused for its age', () => {
  const staleAt = proofStaleAt(PROOF, 60_000);
  expect(faultOf({}, { now: staleAt - 1 })).toBeNull();
  expect(faultOf({}, { now: staleAt })).toBe('iat');
});

it.each([
  ['https://A.example', 'https://a.example/'],
  ['http://a.example:80/b/?c#d', 'http://a.example/b/'],
  ['http://[::1]:4000/graphql', 'http://[::1]:4000/graphql'],
  ['ftp://a.example/', null],
  ['a.example', null],
  ['https://', null],
])('the plain address of %s is %s', (text, plain) => {
  expect(plainAddress(text)).toBe(plain);
});
