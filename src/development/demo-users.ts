import type { Role } from '../domain/role.js';
import type { User } from '../domain/user.js';
import { NAME_GROUPS } from './demo-names.js';

const GENERATED = 500;

/**
 * The people of the development directory: seven that examples and checks name, and 500 customers `user_0001` to
 * `user_0500`. The same at every call, in new objects. Names and e-mail addresses are unique; the addresses are in domains
 * that RFC 2606 reserves, so nobody can receive anything.
 */
export function demoUsers(): readonly User[] {
  return [...namedPeople(), ...Array.from({ length: GENERATED }, (_, index) => customer(index))];
}

/** Those of the demo people who are offered for signing in: each that examples name, unless disabled. */
export function demoCast(): readonly Pick<User, 'id' | 'name' | 'roles'>[] {
  return namedPeople()
    .filter(({ disabled }) => !disabled)
    .map(({ id, name, roles }) => ({ id, name, roles }));
}

function namedPeople(): readonly User[] {
  return [
    person('user_ada', 'Ada Whitfield', 'ada.whitfield@example.com', 'ADMIN'),
    person('user_grace', 'Grace Achterberg', 'grace.achterberg@example.com', 'ADMIN'),
    person('user_sam', 'Sam Oduya', 'sam.oduya@example.com', 'SUPPORT'),
    person('user_audrey', 'Audrey Lambert', 'audrey.lambert@example.com', 'AUDITOR'),
    person('user_cleo', 'Cleo Marchetti', 'cleo.marchetti@example.org', 'USER'),
    person('user_carl', 'Carl Nyström', 'carl.nystrom@example.org', 'USER'),
    { ...person('user_dora', 'Dora Szabó', 'dora.szabo@example.org', 'USER'), disabled: true },
  ];
}

/** The groups take turns; within one, the pairs of given and family name do not repeat for its first hundred customers. */
function customer(index: number): User {
  const { given, family, order } = at(NAME_GROUPS, index);
  const round = Math.floor(index / NAME_GROUPS.length);
  const first = spellings(at(given, round));
  const last = spellings(at(family, 3 * round + Math.floor(round / given.length)));
  const domain = index % 3 === 0 ? 'example.com' : 'example.org';
  const name = {
    'given-first': `${first.native} ${last.native}`,
    'family-first': `${last.native} ${first.native}`,
    'family-joined': `${last.native}${first.native}`,
  }[order];
  const id = `user_${String(index + 1).padStart(4, '0')}`;
  return person(id, name, `${mailbox(first.latin)}.${mailbox(last.latin)}@${domain}`, 'USER');
}

function person(id: string, name: string, email: string, role: Role): User {
  return { id, name, email, roles: [role], disabled: false, avatarUrl: null };
}

function at<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}

function spellings(entry: string): { readonly native: string; readonly latin: string } {
  const [native = entry, latin = native] = entry.split('/');
  return { native, latin };
}

/** The letters alone, in lower case, without their accents. */
function mailbox(latin: string): string {
  return latin
    .normalize('NFD')
    .replace(/[^a-z]/gi, '')
    .toLowerCase();
}
