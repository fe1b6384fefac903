import type { EventIntegrityResolvers } from '../src/generated/resolvers-types.js';

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

export const EventIntegrity: EventIntegrityResolvers = {
  chain: ({ stored }) => stored.chain,
  sequence: ({ stored }) => stored.sequence,
  hash: ({ stored }) => hex(stored.hash),
  previousHash: ({ stored }) => hex(stored.previousHash),
  status: (event, _args, { services }) => services.judgeIntegrity(event),
};
