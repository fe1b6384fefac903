import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kindsOf, verifyFiles } from './verifying.js';

/**
 * The vectors, checked from the words of docs/audit-format.md alone: nothing of the product is used up to the last group of
 * tests, so that a change of format.ts that changes what existing trails mean fails here.
 */
const file = (name: string): string => readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8');
const lines = file('export.ndjson').trimEnd().split('\n');
const anchors = file('anchors.ndjson').trimEnd().split('\n');
const jwks = JSON.parse(file('jwks.json'));
const expected = JSON.parse(file('expected.json'));
const privateKeys = JSON.parse(file('private-keys.json'));

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const base64url = (text: string): Buffer => Buffer.from(text, 'base64url');
const sha256 = (...parts: readonly Buffer[]): string => createHash('sha256').update(Buffer.concat(parts)).digest('hex');
const privateKey = (name: string) => createPrivateKey({ key: privateKeys[name], format: 'jwk' });

function isSigned(kid: string, algorithm: string, statement: Buffer, signature: string): boolean {
  const jwk = jwks.keys.find((key: { kid: string; alg: string }) => key.kid === kid && key.alg === algorithm);
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return verify(algorithm === 'RS256' ? 'sha256' : null, statement, key, base64url(signature));
}

describe('the test vectors: events', () => {
  it('begin at the hash that their chain begins at', () => {
    expect(sha256(utf8('impersonation-gateway/genesis/v1\n'), utf8(expected.chain))).toBe(expected.genesisHash);
    expect(JSON.parse(lines[0]!).previousHash).toBe(expected.genesisHash);
  });

  it.each(lines.map((line, at) => [at, JSON.parse(line)] as const))('%i is linked and hashed as told', (at, line) => {
    const wanted = expected.events[at];
    const previous = at === 0 ? expected.genesisHash : expected.events[at - 1].hash;
    expect(line.previousHash).toBe(previous);
    expect(utf8(line.body)).toHaveLength(wanted.bodyBytes);
    const hash = sha256(utf8('impersonation-gateway/event/v1\n'), hex(previous), utf8(line.body));
    expect({ hash, stated: line.hash }).toEqual({ hash: wanted.hash, stated: wanted.hash });
    expect(JSON.stringify(JSON.parse(line.body))).toBe(line.body);
    expect(JSON.stringify(line)).toBe(lines[at]);
    expect(JSON.parse(line.body)).toMatchObject({
      chain: expected.chain,
      sequence: at,
      detailsHash: wanted.detailsHash,
    });
  });

  it.each(lines.map((line, at) => [at, JSON.parse(line)] as const))('%i commits to its details as told', (at, line) => {
    expect(line.details === undefined).toBe(expected.events[at].erased);
    if (line.details === undefined) return;
    expect(base64url(line.details.salt)).toHaveLength(16);
    expect(sha256(base64url(line.details.salt), utf8(line.details.text))).toBe(expected.events[at].detailsHash);
  });

  it('carry the key of their chain in the first alone, and the gateway’s word for it', () => {
    const [first, ...others] = lines.map((line) => JSON.parse(JSON.parse(line).body));
    const { publicKey, kid, algorithm, signature } = first.chainKey;
    expect(Object.keys(first).at(-1)).toBe('chainKey');
    expect(others.some((body) => 'chainKey' in body)).toBe(false);
    expect(publicKey).toBe(expected.chainPublicKey);
    const statement = utf8(`impersonation-gateway/chain-key/v1\n${expected.chain}\n${publicKey}`);
    expect(statement.toString('hex')).toBe(expected.chainKeyStatement);
    expect(isSigned(kid, algorithm, statement, signature)).toBe(true);
    expect(sign(null, statement, privateKey('gateway')).toString('base64url')).toBe(signature);
  });

  it('are signed at the end of each commit as told', () => {
    const signed = lines.map((line) => JSON.parse(line)).filter(({ signature }) => signature !== undefined);
    expect(signed.map(({ sequence }) => sequence)).toEqual([0, 3, 5]);
    for (const { chain, sequence, hash, signature } of signed) {
      const { id, commit } = expected.events[sequence];
      expect(id).toBe(`${chain}:${String(sequence).padStart(12, '0')}`);
      const statement = Buffer.concat([utf8(`impersonation-gateway/commit/v1\n${id}\n`), hex(hash)]);
      expect({ statement: statement.toString('hex'), signature }).toEqual(commit);
      const x = expected.chainPublicKey;
      const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
      expect(verify(null, statement, key, base64url(signature))).toBe(true);
      expect(sign(null, statement, privateKey('chain')).toString('base64url')).toBe(signature);
    }
  });
});

describe('the test vectors: seals', () => {
  it('begin at the hash that all seals begin at', () => {
    expect(sha256(utf8('impersonation-gateway/seal-genesis/v1\n'))).toBe(expected.sealGenesisHash);
  });

  it.each(anchors.map((line, at) => [at, JSON.parse(line)] as const))(
    '%i is linked, hashed and signed as told',
    (at, line) => {
      const wanted = expected.seals[at];
      const previous = at === 0 ? expected.sealGenesisHash : expected.seals[at - 1].hash;
      const body = JSON.parse(line.body);
      expect(JSON.stringify(body)).toBe(line.body);
      expect(body).toMatchObject({ version: 1, index: at, previousSealHash: previous });
      expect(wanted.previousSealHash).toBe(previous);
      expect(sha256(utf8('impersonation-gateway/seal/v1\n'), utf8(line.body))).toBe(wanted.hash);
      const statement = Buffer.concat([utf8('impersonation-gateway/seal-signature/v1\n'), hex(wanted.hash)]);
      expect(statement.toString('hex')).toBe(wanted.statement);
      expect(line).toMatchObject({ hash: wanted.hash, kid: wanted.kid, algorithm: wanted.algorithm });
      expect(line.signature).toBe(wanted.signature);
      expect(isSigned(line.kid, line.algorithm, statement, line.signature)).toBe(true);
      for (const { to, head } of body.chains) expect(head).toBe(expected.events[to].hash);
    },
  );

  it('are signed by a key of each algorithm', () => {
    expect(anchors.map((line) => JSON.parse(line).algorithm)).toEqual(['EdDSA', 'RS256']);
  });
});

describe('the verifier, given the test vectors', () => {
  it('finds nothing wrong with them', async () => {
    const verdict = await verifyFiles({ lines, anchors: [anchors], jwks });
    expect(verdict).toMatchObject({
      verdict: 'HOLDS',
      limits: [],
      events: 6,
      seals: 2,
      erasedDetails: 1,
      commitSignatures: 3,
    });
  });

  const invalid: readonly { name: string; lines: (number | string)[]; faults: string[] }[] = JSON.parse(
    file('invalid-exports.json'),
  );
  it.each(invalid)('finds: $name', async ({ lines: spoiled, faults }) => {
    const whole = spoiled.map((line) => (typeof line === 'number' ? lines[line]! : line));
    expect(kindsOf(await verifyFiles({ lines: whole, anchors: [anchors], jwks }))).toEqual(faults);
  });
});
