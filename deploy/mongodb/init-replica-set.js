// Makes a replica set out of new servers, its administrator, the roles and the users of the gateway. For mongosh, beside one of the
// servers (on its loopback address a new server takes its first user). Harmless to repeat: what is there stays, passwords are set anew.
//
// MEMBERS is `host:port,…`, the server at hand first. Secrets are files: the administrator's password, and the addresses that the
// gateway is given, from which names and passwords of its users are taken, so that each is in one place.
const { readFileSync } = require('node:fs');
const path = require('node:path');

const SECRETS = process.env.SECRETS_DIR || '/run/secrets';
const DATABASE = process.env.MONGODB_DB || 'impersonation_gateway';
const members = process.env.MEMBERS.split(',');
const secret = (name) => readFileSync(path.join(SECRETS, name), 'utf8').trim();
const adminPassword = secret('mongodb_admin_password');
const users = [
  { uri: secret('gateway_mongodb_uri'), role: 'impersonationGateway' },
  { uri: secret('setup_mongodb_uri'), role: 'impersonationGatewaySetup' },
];

function until(what, done) {
  for (let tries = 0; tries < 120; tries += 1) {
    if (done()) return;
    sleep(500);
  }
  throw new Error(`${what} within 60 s`);
}

const here = connect(`mongodb://127.0.0.1:${members[0].split(':')[1]}/admin?directConnection=true`);
if (here.hello().setName === undefined) {
  const config = { _id: 'rs0', members: members.map((host, _id) => ({ _id, host, priority: _id === 0 ? 2 : 1 })) };
  const { ok, codeName } = here.adminCommand({ replSetInitiate: config });
  if (ok !== 1) throw new Error(`the replica set could not be made (${codeName})`);
  print('replica set: made');
}
until('no primary was elected', () => here.hello().primary !== undefined);

/** Only a set without any user takes its first one from the loopback address. */
function firstUser() {
  until('this server did not become primary', () => here.hello().isWritablePrimary);
  here.getSiblingDB('admin').createUser({ user: 'admin', pwd: adminPassword, roles: ['root'] });
  print('administrator: made');
}

const address = `mongodb://admin:${encodeURIComponent(adminPassword)}@${members.join(',')}/admin?replicaSet=rs0&authSource=admin`;
function asAdministrator() {
  try {
    return connect(address);
  } catch (error) {
    if (error.codeName !== 'AuthenticationFailed') throw error;
    return null;
  }
}
let admin = asAdministrator();
if (admin === null) {
  firstUser();
  admin = connect(address);
}

// What roles.js works with.
globalThis.db = admin;
load(path.join(__dirname, 'roles.js'));

const target = admin.getSiblingDB(DATABASE);
for (const { uri, role } of users) {
  // A list of hosts is no URL; the part before it is.
  const [, user, password] = /^mongodb:\/\/([^:@/]+):([^@/]+)@/.exec(uri) ?? [];
  if (user === undefined) throw new Error(`the address for ${role} names no user and password`);
  const definition = { pwd: decodeURIComponent(password), roles: [role] };
  const name = decodeURIComponent(user);
  if (target.getUser(name) === null) target.createUser({ user: name, ...definition });
  else target.updateUser(name, definition);
  print(`${DATABASE}.${name}: ${role}`);
}
