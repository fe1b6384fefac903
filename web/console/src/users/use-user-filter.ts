import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { Role } from '../generated/graphql.js';

/** A search is asked when typing has rested this long, milliseconds. */
const REST_MS = 200;
const ROLES: readonly string[] = ['USER', 'SUPPORT', 'AUDITOR', 'ADMIN'] satisfies Role[];

export interface UserFilter {
  /** As typed. */
  readonly search: string;
  /** As asked: what the address has. */
  readonly asked: string | null;
  readonly role: Role | null;
  setSearch(search: string): void;
  setRole(role: Role | 'ANY'): void;
}

/** The filter of the list of users. It lives in the address, so that it is there again after a way back or in a link. */
export function useUserFilter(): UserFilter {
  const [params, setParams] = useSearchParams();
  const asked = params.get('search');
  const role = params.get('role');
  const [search, setSearch] = useState(asked ?? '');

  useEffect(() => {
    const wanted = search.trim();
    if (wanted === (asked ?? '')) return;
    const timer = setTimeout(() => setParams((now) => withParam(now, 'search', wanted), { replace: true }), REST_MS);
    return () => clearTimeout(timer);
  }, [search, asked, setParams]);

  return {
    search,
    asked,
    role: role !== null && ROLES.includes(role) ? (role as Role) : null,
    setSearch,
    setRole: (chosen) => setParams((now) => withParam(now, 'role', chosen === 'ANY' ? '' : chosen), { replace: true }),
  };
}

function withParam(params: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = new URLSearchParams(params);
  if (value === '') next.delete(name);
  else next.set(name, value);
  return next;
}
