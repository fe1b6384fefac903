import type { Person } from '../identity/identity.js';
import { ChevronIcon } from '../ui/icons.js';
import { Menu } from '../ui/menu.js';
import { initials } from './initials.js';
import { useSignOut } from './use-sign-out.js';

/** Who is really signed in, and the way out. */
export function PersonMenu({ person }: { readonly person: Person }) {
  const signOut = useSignOut();
  return (
    <Menu
      label={`${person.name}, signed in`}
      choices={[{ id: 'sign-out', label: 'Sign out', onChoose: signOut }]}
      buttonClassName="person"
    >
      <span className="person-initials" data-initials={initials(person.name)} />
      <span className="person-name">{person.name}</span>
      <ChevronIcon />
    </Menu>
  );
}
