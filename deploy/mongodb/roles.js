// Creates, or brings up to date, the roles of roles.json. For mongosh, as a user with userAdmin on the database:
//
//   MONGODB_DB=impersonation_gateway mongosh "$ADMIN_URI" --file roles.js
//
// MONGODB_DB and USERS_COLLECTION mean what they mean to the gateway. No user is made and no password is seen here:
//
//   db.createUser({ user: 'gateway', pwd: passwordPrompt(), roles: ['impersonationGateway'] })
//
// Running it again changes nothing, and takes back whatever was granted to these roles by hand.
const { readFileSync } = require('node:fs');
const path = require('node:path');

const database = process.env.MONGODB_DB || 'impersonation_gateway';
const people = process.env.USERS_COLLECTION || 'users';
const target = db.getSiblingDB(database);
const { roles } = JSON.parse(readFileSync(path.join(__dirname, 'roles.json'), 'utf8'));

for (const { role, inherits, privileges } of roles) {
  const definition = {
    roles: inherits.map((inherited) => ({ role: inherited, db: database })),
    privileges: privileges.flatMap(({ collection, actions }) => {
      // Another application's people are never indexed by us.
      if (collection === 'users' && people !== 'users' && actions.includes('createIndex')) return [];
      return [{ resource: { db: database, collection: collection === 'users' ? people : collection }, actions }];
    }),
  };
  if (target.getRole(role) === null) target.createRole({ role, ...definition });
  else target.updateRole(role, definition);
  print(
    `${database}.${role}: ${privileges.map(({ collection, actions }) => `${collection} ${actions.join(',')}`).join('; ')}`,
  );
}
