import { StoreUnusableError } from '../../errors/index.js';

/** Our name of a field of a person → the (dotted) path of that field in the `users` documents. */
export interface UserFields {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: string;
  readonly disabled: string;
  readonly avatarUrl: string;
}

const OWN_FIELDS: UserFields = {
  id: '_id',
  name: 'name',
  email: 'email',
  roles: 'roles',
  disabled: 'disabled',
  avatarUrl: 'avatarUrl',
};

/**
 * @param theirs our name → their path; what is absent keeps our name (`id`: `_id`).
 * @throws StoreUnusableError where a name is not ours or a path cannot be one: a mapping that is silently not applied could
 *   leave out who is disabled.
 */
export function userFields(theirs: Partial<Record<keyof UserFields, string>> = {}): UserFields {
  for (const [ours, path] of Object.entries(theirs)) {
    if (!Object.hasOwn(OWN_FIELDS, ours))
      throw new StoreUnusableError(`USERS_FIELDS: ${ours} is not a field of a user.`);
    if (!isFieldPath(path)) throw new StoreUnusableError(`USERS_FIELDS: ${ours} is mapped to what cannot be a field.`);
  }
  const fields = { ...OWN_FIELDS, ...theirs };
  const paths = Object.values(fields);
  // MongoDB answers no query that asks for a field and for a part of it.
  const within = paths.find((path) => paths.some((other) => path.startsWith(`${other}.`)));
  if (within !== undefined) throw new StoreUnusableError(`USERS_FIELDS: ${within} lies within another mapped field.`);
  return fields;
}

/** What a document holds at a dotted path; own properties only. */
export function valueAt(document: unknown, path: string): unknown {
  let value = document;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

function isFieldPath(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    path.split('.').every((name) => /^[^$\0][^\0]*$/.test(name)) &&
    !path.includes('__proto__')
  );
}
