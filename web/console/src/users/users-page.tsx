import { useState } from 'react';
import { graphql } from '../generated/gql.js';
import type { Role, UsersQuery } from '../generated/graphql.js';
import { usePages } from '../graphql/use-pages.js';
import { useIdentity } from '../identity/identity-context.js';
import { setReturnFocus } from '../impersonation/return-focus.js';
import { StartDialog } from '../impersonation/start-dialog.js';
import { Badge } from '../ui/badge.js';
import { MoreIcon } from '../ui/icons.js';
import { Menu } from '../ui/menu.js';
import { Page } from '../ui/page.js';
import { PagesView } from '../ui/pages.js';
import { Roles } from '../ui/roles.js';
import { Search } from '../ui/search.js';
import { Select } from '../ui/select.js';
import { type Column, Table } from '../ui/table.js';
import { useUserFilter } from './use-user-filter.js';

const Users = graphql(`
  query Users($search: String, $role: Role, $first: Int!, $after: String) {
    users(search: $search, role: $role, first: $first, after: $after) {
      nodes {
        id
        name
        email
        roles
        disabled
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

type User = UsersQuery['users']['nodes'][number];

const MAY_IMPERSONATE = 'Find the person, then act as them for a reason and a limited time.';
const MAY_LOOK = 'Everybody in the directory. Acting as somebody takes the role ADMIN.';
const PAGE_SIZE = 50;
const ROLES = [
  { value: 'ANY', label: 'Any role' },
  { value: 'USER', label: 'USER' },
  { value: 'SUPPORT', label: 'SUPPORT' },
  { value: 'AUDITOR', label: 'AUDITOR' },
  { value: 'ADMIN', label: 'ADMIN' },
] as const satisfies readonly { value: Role | 'ANY'; label: string }[];

/** Everybody, to be searched and filtered; where an impersonation begins. */
export default function UsersPage() {
  const { own } = useIdentity();
  const filter = useUserFilter();
  const [subject, setSubject] = useState<User | null>(null);
  const pages = usePages(Users, { search: filter.asked, role: filter.role, first: PAGE_SIZE }, connection);
  const mayImpersonate = own?.person.roles.includes('ADMIN') ?? false;

  return (
    <Page title="Users" lead={mayImpersonate ? MAY_IMPERSONATE : MAY_LOOK}>
      <search className="filters" aria-label="Users">
        <Search
          label="Search"
          placeholder="Name or e-mail begins with…"
          value={filter.search}
          onChange={filter.setSearch}
        />
        <Select label="Role" value={filter.role ?? 'ANY'} choices={ROLES} onChange={filter.setRole} />
      </search>
      <PagesView
        pages={pages}
        what="users"
        empty={{
          title: 'Nobody matches.',
          hint: 'The search looks at how names and e-mail addresses begin. Try fewer letters, or another role.',
        }}
      >
        {(users) => (
          <Table
            label="Users"
            rows={users}
            rowId={({ id }) => id}
            columns={mayImpersonate ? [...COLUMNS, actions(setSubject)] : COLUMNS}
          />
        )}
      </PagesView>
      {subject === null ? null : (
        <StartDialog
          subject={subject}
          onClose={() => setSubject(null)}
          onStarted={() => setReturnFocus(actionsId(subject))}
        />
      )}
    </Page>
  );
}

function connection({ users }: UsersQuery) {
  return users;
}

function actionsId({ id }: User): string {
  return `actions-${id}`;
}

const COLUMNS: readonly Column<User>[] = [
  {
    id: 'name',
    heading: 'Name',
    isRowHeading: true,
    cell: ({ name, email, disabled }) => (
      <>
        <span className="strong">{name}</span> {disabled ? <Badge tone="danger">Disabled</Badge> : null}
        <span className="cell-note">{email}</span>
      </>
    ),
  },
  { id: 'roles', heading: 'Roles', cell: ({ roles }) => <Roles roles={roles} /> },
  { id: 'id', heading: 'Id', cell: ({ id }) => <code>{id}</code> },
];

function actions(onImpersonate: (user: User) => void): Column<User> {
  return {
    id: 'actions',
    heading: 'Actions',
    isHeadingHidden: true,
    cell: (user) => (
      <Menu
        id={actionsId(user)}
        label={`Actions for ${user.name}`}
        choices={[{ id: 'impersonate', label: 'Impersonate…', onChoose: () => onImpersonate(user) }]}
      >
        <MoreIcon />
      </Menu>
    ),
  };
}
