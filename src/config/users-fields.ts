import { z } from 'zod';
import type { Parsed } from './option.js';

const FIELD = z.string().regex(/^[A-Za-z_][\w.-]*$/, 'is not a field name');
const SCHEMA = z.strictObject({
  id: FIELD.optional(),
  name: FIELD.optional(),
  email: FIELD.optional(),
  roles: FIELD.optional(),
  disabled: FIELD.optional(),
  avatarUrl: FIELD.optional(),
});

export type UsersFields = Readonly<
  Partial<Record<'id' | 'name' | 'email' | 'roles' | 'disabled' | 'avatarUrl', string>>
>;

/** `USERS_FIELDS`: our field names to those of an existing collection. */
export function parseUsersFields(text: string): Parsed<UsersFields> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: 'is not valid JSON' };
  }
  const result = SCHEMA.safeParse(json);
  if (!result.success) {
    return {
      problem: result.error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`).join('; '),
    };
  }
  return { value: Object.fromEntries(Object.entries(result.data).filter(([, value]) => value !== undefined)) };
}
