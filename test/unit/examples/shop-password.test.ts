import { scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createShop } from '../../../examples/shop/index.js';
import { createOrderBook } from '../../../examples/shop/order-book.js';
import type { PasswordHash } from '../../../examples/shop/password.js';
import { createResolvers } from '../../../examples/shop/resolvers.js';
import type { Identity } from '../../../src/domain/identity.js';
import { asThemselves, guardedSchema, impersonating, nobody, run } from './shop-execution.js';

const CHANGE = 'mutation ($newPassword: String!) { changePassword(newPassword: $newPassword) }';
const cleo = asThemselves('user_cleo');

function shop() {
  const passwords = new Map<string, PasswordHash>();
  const resolvers = createResolvers({ orders: createOrderBook(), passwords });
  const schema = guardedSchema({ ...createShop(), resolvers });
  return {
    passwords,
    change: (identity: Identity, newPassword: string) => run(schema, identity, CHANGE, { newPassword }),
  };
}

function scryptOf(password: string, salt: Uint8Array): string {
  return scryptSync(password, salt, 32, { N: 2 ** 14, r: 8, p: 5 }).toString('hex');
}

describe('Mutation.changePassword', () => {
  it('keeps a salted scrypt hash under the id of the viewer, and nothing else', async () => {
    const { passwords, change } = shop();
    const { result, codes } = await change(cleo, 'correct horse');
    expect(codes).toEqual([]);
    expect(result.data).toEqual({ changePassword: true });
    expect([...passwords.keys()]).toEqual(['user_cleo']);
    const kept = passwords.get('user_cleo') as PasswordHash;
    expect(Object.keys(kept).sort()).toEqual(['hash', 'salt']);
    expect(kept.salt).toHaveLength(16);
    expect(Buffer.from(kept.hash).toString('hex')).toBe(scryptOf('correct horse', kept.salt));
  });

  it('hashes equal passwords differently', async () => {
    const { passwords, change } = shop();
    await change(cleo, 'correct horse');
    await change(asThemselves('user_carl'), 'correct horse');
    const [first, second] = [...passwords.values()].map(({ hash }) => Buffer.from(hash).toString('hex'));
    expect(passwords.size).toBe(2);
    expect(first).not.toBe(second);
  });

  it('takes both Unicode spellings of a letter for the same password', async () => {
    const { passwords, change } = shop();
    await change(cleo, 'cafe\u0301 cafe\u0301');
    const kept = passwords.get('user_cleo') as PasswordHash;
    expect(Buffer.from(kept.hash).toString('hex')).toBe(scryptOf('caf\u00e9 caf\u00e9', kept.salt));
  });

  it.each([
    ['8', 'x'.repeat(8)],
    ['8 that UTF-16 counts double', '🔑'.repeat(8)],
    ['256', 'x'.repeat(256)],
  ])('accepts %s characters', async (_what, password) => {
    expect((await shop().change(cleo, password)).codes).toEqual([]);
  });

  it.each([
    ['none', ''],
    ['7 characters', 'hunter2'],
    ['7 characters that UTF-16 counts double', '🔑'.repeat(7)],
    ['257 characters', 'y'.repeat(257)],
    ['a lone surrogate', 'password\ud83d'],
  ])('refuses %s, keeps the old password and repeats nothing of the new one', async (_what, password) => {
    const { passwords, change } = shop();
    await change(cleo, 'correct horse');
    const kept = passwords.get('user_cleo');
    const { result, codes } = await change(cleo, password);
    expect(codes).toEqual(['BAD_USER_INPUT']);
    expect(passwords.get('user_cleo')).toBe(kept);
    if (password !== '') expect(result.errors?.map((error) => error.message).join()).not.toContain(password);
  });

  it.each([
    ['under a full impersonation', impersonating('user_cleo', 'FULL'), 'BLOCKED_WHILE_IMPERSONATING'],
    ['under a read-only impersonation', impersonating('user_cleo', 'READ_ONLY'), 'BLOCKED_WHILE_IMPERSONATING'],
    ['to a caller who is not signed in', nobody, 'UNAUTHENTICATED'],
  ])('is refused %s', async (_when, identity, code) => {
    const { passwords, change } = shop();
    expect((await change(identity, 'correct horse')).codes).toEqual([code]);
    expect(passwords.size).toBe(0);
  });
});
