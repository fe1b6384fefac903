import { type Document, ObjectId } from 'mongodb';
import type { User } from '../../domain/user.js';
import { type UserFields, valueAt } from './user-fields.js';

/** A `users` document of this gateway's own (development data). */
export interface UserDocument {
  _id: string;
  name: string;
  email: string;
  roles: string[];
  disabled: boolean;
  avatarUrl: string | null;
}

export function userDocument({ id, roles, ...rest }: User): UserDocument {
  return { _id: id, ...rest, roles: [...roles] };
}

/**
 * The person a document of any application describes. Whatever cannot be understood takes rights away, never gives any:
 * `disabled` must be absent, null or false for a person to be enabled; `roles` that are not a list of strings leave the
 * strings among them and disable the person, because a role that protects them may be among what was not understood.
 * @returns null where the document has no id that a token could name.
 */
export function userFromDocument(document: Document, fields: UserFields): User | null {
  const id = userId(valueAt(document, fields.id));
  if (id === null) return null;
  const roles = valueAt(document, fields.roles) ?? [];
  const listed: readonly unknown[] = Array.isArray(roles) ? roles : [];
  const names = listed.filter((role) => typeof role === 'string');
  const understood = Array.isArray(roles) && names.length === listed.length;
  const avatarUrl = valueAt(document, fields.avatarUrl);
  return {
    id,
    name: textOrEmpty(valueAt(document, fields.name)),
    email: textOrEmpty(valueAt(document, fields.email)),
    roles: names,
    disabled: !understood || (valueAt(document, fields.disabled) ?? false) !== false,
    avatarUrl: typeof avatarUrl === 'string' ? avatarUrl : null,
  };
}

/** Strings, and ObjectIds as 24 lower-case hexadecimal digits. */
function userId(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return value instanceof ObjectId ? value.toHexString() : null;
}

function textOrEmpty(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const OBJECT_ID = /^[0-9a-f]{24}$/;
const LOWEST_OBJECT_ID = new ObjectId('000000000000000000000000');

/** Each stored form of the ids. */
export function storedIds(ids: readonly string[]): (string | ObjectId)[] {
  return ids.flatMap((id) => (OBJECT_ID.test(id) ? [id, new ObjectId(id)] : [id]));
}

/** Everybody whose id follows `afterId` (absent: everybody with an id a token could name), for ids of either form. */
export function idsAfter(path: string, afterId: string | undefined): Document {
  const strings = afterId === undefined ? { $gt: '' } : { $gt: afterId };
  const objectIds =
    afterId !== undefined && OBJECT_ID.test(afterId) ? { $gt: new ObjectId(afterId) } : { $gte: LOWEST_OBJECT_ID };
  return { $or: [{ [path]: strings }, { [path]: objectIds }] };
}
