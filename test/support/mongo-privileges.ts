import { readFileSync } from 'node:fs';
import type { BSON } from 'mongodb';

interface Role {
  readonly role: string;
  readonly inherits: readonly string[];
  readonly privileges: readonly { readonly collection: string; readonly actions: readonly string[] }[];
}

const FILE = new URL('../../deploy/mongodb/roles.json', import.meta.url);

/** What deploy/mongodb/roles.js gives to MongoDB. */
export const ROLES: readonly Role[] = (JSON.parse(readFileSync(FILE, 'utf8')) as { roles: Role[] }).roles;

/** What a role allows, with what it inherits, as `collection action`. */
export function allowedBy(name: string): ReadonlySet<string> {
  const role = ROLES.find((known) => known.role === name);
  if (role === undefined) throw new Error(`there is no role ${name}`);
  const own = role.privileges.flatMap(({ collection, actions }) => actions.map((action) => `${collection} ${action}`));
  return new Set([...own, ...role.inherits.flatMap((inherited) => [...allowedBy(inherited)])]);
}

/** What every connected client may do to its own connection and cursors. */
const FREE = new Set(['ping', 'getMore', 'killCursors', 'abortTransaction', 'commitTransaction']);

/**
 * What MongoDB asks a database user's roles for before it carries out a command, as `collection action`
 * (MongoDB manual, "Privilege Actions"). @throws Error for a command that is not known here: unknown means no.
 */
export function neededFor(command: BSON.Document): string[] {
  const [name = '', of] = Object.entries(command)[0] ?? [];
  if (FREE.has(name)) return [];
  return actionsOf(name, command).map((action) => `${String(of)} ${action}`);
}

function actionsOf(name: string, command: BSON.Document): string[] {
  switch (name) {
    case 'find':
    case 'distinct':
    case 'count':
      return ['find'];
    case 'aggregate': {
      const stages = (command.pipeline as BSON.Document[]).map((stage) => Object.keys(stage)[0] ?? '');
      if (stages.some((stage) => ['$out', '$merge', '$lookup', '$unionWith', '$graphLookup'].includes(stage)))
        throw new Error(`an aggregation with ${stages.join()} reaches other collections`);
      return stages.includes('$changeStream') ? ['find', 'changeStream'] : ['find'];
    }
    case 'insert':
      return ['insert'];
    case 'update': {
      // Where the updates travel beside the command they are not seen: then the worst is assumed.
      const updates = command.updates as BSON.Document[] | undefined;
      return updates?.every(({ upsert }) => upsert !== true) === true ? ['update'] : ['update', 'insert'];
    }
    case 'findAndModify':
      return command.remove === true ? ['find', 'remove'] : ['find', 'update'];
    case 'delete':
      return ['remove'];
    case 'createIndexes':
      return ['createIndex', 'createCollection'];
    case 'listIndexes':
      return ['listIndexes'];
    default:
      throw new Error(`the command ${name} is not among those whose rights are known`);
  }
}
