import { each, repeating } from './load/clients.mjs';
import { graphqlBytes } from './load/request.mjs';
import { impersonate } from './workload/impersonate.mjs';
import { GUARDED_LIST, NOTE_MUTATION, OPEN_LIST, ORDERS_QUERY } from './workload/operations.mjs';
import { ADMINS, CUSTOMER } from './workload/people.mjs';

/**
 * One row of the table.
 * @typedef {object} Contender
 * @property {string} id for `--only`
 * @property {string} label
 * @property {string} server a file of servers/
 * @property {string} process contenders of the same process share it
 * @property {boolean} ours
 * @property {string} checks what it checks, for the table
 * @property {boolean} [anonymousToo] whether it answers those who are not signed in, by design
 * @property {{ body: object, expected: string }} operation
 * @property {(means: Means) => Promise<string | null>} credential made once, sent with every request
 * @property {(means: Means, count: number) => Promise<string[]>} [stock] instead: so many credentials, each sent once
 *
 * What a contender's credential is made with.
 * @typedef {object} Means
 * @property {number} port of its server
 * @property {(person: object, algorithm?: string) => Promise<string>} mint
 */

const nobody = async () => null;
const customer = ({ mint }) => mint(CUSTOMER);
const actor =
  (access) =>
  async ({ port, mint }) =>
    (await impersonate(port, await mint(ADMINS[0]), CUSTOMER.id, access)).actorToken;

function peer(id, label, checks, credential = nobody) {
  return { id, label, server: id, process: id, ours: false, checks, operation: ORDERS_QUERY, credential };
}

function ours(id, label, checks, more) {
  return {
    id,
    label,
    server: 'gateway',
    process: id,
    ours: true,
    checks,
    operation: ORDERS_QUERY,
    credential: customer,
    ...more,
  };
}

const EVERYTHING = 'token, revocation, directory, role';

/** @type {Contender[]} In the order of a round: those that a goal compares stand near each other. */
export const CONTENDERS = [
  peer('echo', 'node:http echo of the same bytes', 'nothing'),
  peer('yoga-generic-auth', 'Yoga + @envelop/generic-auth + jose', 'token, role', customer),
  peer('apollo-fastify', 'Apollo on Fastify', 'nothing'),
  peer('apollo-fastify-clerk', 'Apollo on Fastify + @clerk/backend', 'token (RS256), role', ({ mint }) =>
    mint(CUSTOMER, 'RS256'),
  ),
  peer('apollo-fastify-jose', 'Apollo on Fastify + jose', 'token, role', customer),
  peer('apollo-standalone', 'Apollo standalone', 'nothing'),
  ours('ours-session', 'gateway, session token', EVERYTHING),
  peer('mercurius-auth', 'Mercurius + JIT + auth + cached JWT', 'token (cached), role', customer),
  ours('ours-impersonated', 'gateway, impersonated, event durable', `${EVERYTHING}, session; event on disk`, {
    credential: actor('READ_ONLY'),
  }),
  peer('mercurius-open', 'Mercurius + JIT', 'nothing'),
  ours('ours-cold', 'gateway, a new token each time', EVERYTHING, {
    credential: nobody,
    stock: ({ mint }, count) => inSequence(count, () => mint(CUSTOMER)),
  }),
  ours('ours-mutation', 'gateway, mutation impersonated, events durable', `${EVERYTHING}, session; events on disk`, {
    operation: NOTE_MUTATION,
    credential: actor('FULL'),
  }),
  ours('ours-list-open', 'gateway, 20 unguarded items', 'token, revocation, directory', {
    process: 'ours-lists',
    operation: OPEN_LIST,
    anonymousToo: true,
  }),
  ours('ours-list-guarded', 'gateway, 20 role-guarded items', EVERYTHING, {
    process: 'ours-lists',
    operation: GUARDED_LIST,
  }),
];

/** The connections of one measurement. @param {Contender} contender @param {number} estimate requests it may need */
export async function clientsOf(contender, means, connections, estimate) {
  const { operation } = contender;
  if (contender.stock === undefined) {
    return repeating(connections, graphqlBytes(means.credential, operation.body), operation.expected);
  }
  const tokens = await contender.stock(means, estimate);
  const requests = tokens.map((token) => graphqlBytes(token, operation.body));
  return each(connections, requests, operation.expected);
}

async function inSequence(count, make) {
  const made = [];
  for (let index = 0; index < count; index += 1) made.push(await make());
  return made;
}
