import fc from 'fast-check';
import { ObjectId } from 'mongodb';
import { oddText } from '../texts/odd-text.js';

const value = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, false, 0, 1, Number.NaN, {}, [], new Date(0), new Date(Number.NaN)),
  fc.constantFrom<unknown>(new ObjectId(), Buffer.from('x'), 10n, ['ADMIN'], ['ADMIN', 1], [['ADMIN']], 'ADMIN', {
    0: 'ADMIN',
  }),
  oddText,
  fc.array(fc.oneof(oddText, fc.constantFrom('ADMIN', 'USER', null, 1)), { maxLength: 4 }),
);

/** A document that some application may keep of a person, of any shape. */
export const userDocuments: fc.Arbitrary<Record<string, unknown>> = fc
  .uniqueArray(
    fc.tuple(fc.constantFrom('_id', 'name', 'email', 'roles', 'disabled', 'avatarUrl', '__proto__', 'toString'), value),
    {
      selector: ([name]) => name,
      maxLength: 8,
    },
  )
  .map((members) => {
    const document: Record<string, unknown> = {};
    for (const [name, held] of members) {
      Object.defineProperty(document, name, { value: held, enumerable: true, configurable: true, writable: true });
    }
    return document;
  });
