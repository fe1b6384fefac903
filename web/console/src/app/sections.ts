import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Role } from '../generated/graphql.js';
import { ClockIcon, EyeIcon, HistoryIcon, ListIcon, PeopleIcon } from '../ui/icons.js';

/** One entry of the navigation, and the page behind it. A page is loaded when somebody goes there. */
export interface Section {
  readonly path: string;
  readonly label: string;
  readonly icon: ComponentType;
  /** The effective user needs one of these roles; null: any signed-in person. The gateway decides; this only spares the way. */
  readonly roles: readonly Role[] | null;
  readonly page: LazyExoticComponent<ComponentType>;
  /** Paths of the same section that have pages of their own. */
  readonly inside?: readonly { readonly path: string; readonly page: LazyExoticComponent<ComponentType> }[];
}

export const SECTIONS: readonly Section[] = [
  {
    path: '/users',
    label: 'Users',
    icon: PeopleIcon,
    roles: ['SUPPORT', 'AUDITOR', 'ADMIN'],
    page: lazy(() => import('../users/users-page.js')),
  },
  {
    path: '/view-as',
    label: 'View as',
    icon: EyeIcon,
    roles: null,
    page: lazy(() => import('../view-as/view-as-page.js')),
  },
  {
    path: '/sessions',
    label: 'Sessions',
    icon: ClockIcon,
    roles: ['AUDITOR', 'ADMIN'],
    page: lazy(() => import('../sessions/sessions-page.js')),
    inside: [{ path: '/sessions/:id', page: lazy(() => import('../sessions/session-page.js')) }],
  },
  {
    path: '/audit',
    label: 'Audit',
    icon: ListIcon,
    roles: ['AUDITOR', 'ADMIN'],
    page: lazy(() => import('../audit/audit-page.js')),
    inside: [{ path: '/audit/events/:id', page: lazy(() => import('../audit/detail/event-page.js')) }],
  },
  {
    path: '/access-history',
    label: 'My access history',
    icon: HistoryIcon,
    roles: null,
    page: lazy(() => import('../access-history/access-history-page.js')),
  },
];

/** Whether somebody with these roles gets anything to see there. */
export function mayOpen({ roles: needed }: Section, roles: readonly Role[]): boolean {
  return needed === null || needed.some((role) => roles.includes(role));
}
