import { describe, expect, it } from 'vitest';
import { ndjsonLine } from '../../../src/audit/export/ndjson.js';
import { operationEvent } from './events.js';

describe('a line of an NDJSON export', () => {
  it('has all that the hash of the event and of its details is worked out from, and the signature', () => {
    const event = { ...operationEvent({ reason: 'a case' }), signature: new Uint8Array([1, 2, 255]) };
    expect(JSON.parse(ndjsonLine(event))).toEqual({
      chain: 'chain-a',
      sequence: 0,
      previousHash: Buffer.from(event.previousHash).toString('hex'),
      hash: Buffer.from(event.hash).toString('hex'),
      body: event.body,
      signature: 'AQL_',
      details: { salt: Buffer.from(event.details?.salt ?? []).toString('base64url'), text: '{"reason":"a case"}' },
    });
  });

  it('has neither a signature where there is none nor details that were erased', () => {
    const line = ndjsonLine({ ...operationEvent({ reason: 'a case' }), signature: null, details: null });
    expect(Object.keys(JSON.parse(line))).toEqual(['chain', 'sequence', 'previousHash', 'hash', 'body']);
    expect(line).not.toContain('a case');
  });
});
