import type { Db, Document } from 'mongodb';
import type { User } from '../../domain/user.js';
import type { UserDirectory, UserSearch } from '../user-directory.js';
import { prefixPattern, prefixRanges } from './case-folding.js';
import type { MongoConnection } from './connection.js';
import { READ_MS } from './limits.js';
import { idsAfter, storedIds, userFromDocument } from './user-documents.js';
import type { UserFields } from './user-fields.js';

/** Nobody's name or address is longer, and servers refuse patterns of some 32,000 bytes: a longer prefix finds nobody. */
const PREFIX_LIMIT = 500;

/** Persons in a collection that may belong to another application: read, never written. */
export function createMongoUsers(
  connection: MongoConnection,
  collectionName: string,
  fields: UserFields,
): UserDirectory {
  const collection = (db: Db) => db.collection<Document>(collectionName);
  const projection = Object.fromEntries(Object.values(fields).map((path) => [path, 1]));
  return {
    findByIds: (ids) =>
      connection.run('users.findByIds', async (db) => {
        const stored = storedIds(ids);
        const found = await collection(db)
          .find({ [fields.id]: { $in: stored } }, { projection, maxTimeMS: READ_MS, batchSize: stored.length + 1 })
          .toArray();
        return unambiguous(found.flatMap((document) => userFromDocument(document, fields) ?? []));
      }),

    search: (search) =>
      connection.run('users.search', async (db) => {
        if ((search.prefix ?? '').length > PREFIX_LIMIT) return { items: [], hasMore: false };
        const wanted = search.limit + 1;
        const found = await collection(db)
          .find(searchCondition(search, fields), { projection, maxTimeMS: READ_MS, batchSize: wanted })
          .sort({ [fields.id]: 1 })
          .limit(wanted)
          .toArray();
        const items = found.slice(0, search.limit).flatMap((document) => userFromDocument(document, fields) ?? []);
        return { items, hasMore: found.length > search.limit };
      }),
  };
}

export function searchCondition({ prefix = '', role, afterId }: UserSearch, fields: UserFields): Document {
  return {
    $and: [
      idsAfter(fields.id, afterId),
      ...(role === undefined ? [] : [{ [fields.roles]: role }]),
      ...(prefix === ''
        ? []
        : [{ $or: [...prefixBranches(fields.name, prefix), ...prefixBranches(fields.email, prefix)] }]),
    ],
  };
}

/** One branch for each range of the plain index on `path`; the pattern decides within the range. */
export function prefixBranches(path: string, prefix: string): Document[] {
  const $regex = prefixPattern(prefix);
  return prefixRanges(prefix).map(({ from, until }) => ({
    [path]: { $gte: from, ...(until !== null && { $lt: until }), $regex },
  }));
}

/**
 * An id that two documents claim (a mapped field that is not unique, an ObjectId beside its own text) names nobody: it cannot
 * be told which of them a token means.
 */
function unambiguous(found: readonly User[]): User[] {
  const claims = new Map<string, number>();
  for (const { id } of found) claims.set(id, (claims.get(id) ?? 0) + 1);
  return found.filter(({ id }) => claims.get(id) === 1);
}
