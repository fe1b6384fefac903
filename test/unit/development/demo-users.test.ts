import { describe, expect, it } from 'vitest';
import { demoUsers } from '../../../src/development/demo-users.js';
import { BUILT_IN_ROLES } from '../../../src/domain/role.js';

const users = demoUsers();
const named = users.slice(0, 7);
const generated = users.slice(7);

describe('the demo users', () => {
  it('are the seven that the contract names, with their roles; one is disabled', () => {
    expect(named.map(({ id, roles, disabled }) => [id, roles, disabled])).toEqual([
      ['user_ada', ['ADMIN'], false],
      ['user_grace', ['ADMIN'], false],
      ['user_sam', ['SUPPORT'], false],
      ['user_audrey', ['AUDITOR'], false],
      ['user_cleo', ['USER'], false],
      ['user_carl', ['USER'], false],
      ['user_dora', ['USER'], true],
    ]);
    for (const { name } of named) expect(name).toMatch(/^\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+$/u);
  });

  it('are 500 customers besides, user_0001 to user_0500, none of them disabled', () => {
    const ids = Array.from({ length: 500 }, (_, index) => `user_${String(index + 1).padStart(4, '0')}`);
    expect(generated.map(({ id }) => id)).toEqual(ids);
    expect(generated.every(({ roles, disabled }) => roles.join() === 'USER' && !disabled)).toBe(true);
  });

  it('hold only roles that the gateway knows', () => {
    const known: readonly string[] = BUILT_IN_ROLES;
    expect(users.flatMap(({ roles }) => roles).filter((role) => !known.includes(role))).toEqual([]);
  });

  it('are the same at every call, and no caller can change what the next one gets', () => {
    for (const changed of demoUsers() as unknown as { name: string; roles: string[] }[]) {
      changed.name = 'Changed';
      changed.roles.push('ADMIN');
    }
    expect(demoUsers()).toEqual(users);
    expect(demoUsers()[7]?.roles).toEqual(['USER']);
  });

  it('have names of their own, trimmed, well-formed and in normal form C', () => {
    expect(new Set(users.map(({ name }) => name)).size).toBe(507);
    for (const { name } of users) {
      expect(name).toBe(name.trim().normalize('NFC'));
      expect(name.isWellFormed()).toBe(true);
      expect([...name].length).toBeGreaterThanOrEqual(2);
    }
  });

  it('have e-mail addresses of their own that nobody can receive mail at', () => {
    expect(new Set(users.map(({ email }) => email)).size).toBe(507);
    for (const { email } of users) expect(email).toMatch(/^[a-z]{2,}\.[a-z]{2,}@example\.(com|org)$/);
    expect(new Set(users.map(({ email }) => email.split('@')[1])).size).toBe(2);
  });

  it.each(['Cyrillic', 'Arabic', 'Han'])('have names in other scripts: %s', (script) => {
    const pattern = new RegExp(`^[\\p{Script=${script}} ]+$`, 'u');
    expect(generated.filter(({ name }) => pattern.test(name)).length).toBeGreaterThan(20);
  });

  it('have Latin names with and without letters beyond ASCII', () => {
    const latin = generated.map(({ name }) => name).filter((name) => /^[\p{Script=Latin}\p{M} '-]+$/u.test(name));
    const ascii = (name: string) => /^[\x20-\x7e]+$/.test(name);
    expect(latin.filter(ascii).length).toBeGreaterThan(50);
    expect(latin.filter((name) => !ascii(name)).length).toBeGreaterThan(100);
  });

  it('put no generated customer in the way of whoever looks for one of the seven by first name', () => {
    for (const { id, name } of named) {
      const prefix = (name.split(' ')[0] ?? '').toLowerCase();
      const found = users.filter((each) => [each.name, each.email].some((key) => key.toLowerCase().startsWith(prefix)));
      expect(found.map((each) => each.id)).toEqual([id]);
    }
  });
});
