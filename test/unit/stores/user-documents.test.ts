import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { idsAfter, userFromDocument } from '../../../src/stores/mongo/user-documents.js';
import { userFields } from '../../../src/stores/mongo/user-fields.js';

const person = (id: unknown) => userFromDocument({ _id: id, name: 'Any', roles: ['USER'] }, userFields());

describe('a document of another application', () => {
  it('is nobody where its id is none that a token could name', () => {
    for (const id of ['', null, 7, {}, [], Buffer.from('x')]) expect(person(id), String(id)).toBeNull();
    expect(person('user_cleo')?.id).toBe('user_cleo');
    expect(person(new ObjectId('0123456789abcdef01234567'))?.id).toBe('0123456789abcdef01234567');
  });

  it('with an empty id is not looked for: no cursor could stand for it, and a page would end there for good', () => {
    expect(idsAfter('_id', undefined)).toMatchObject({ $or: [{ _id: { $gt: '' } }, {}] });
  });
});
