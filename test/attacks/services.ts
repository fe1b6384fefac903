import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import type { RecordingUpstream } from '../support/recording-upstream.js';
import { startGateway } from '../support/running-gateway.js';
import { ordersAt, startOrders } from '../unit/federation/world.js';
import { FEDERATION } from '../unit/upstreams/services.js';
import type { AttackGroup, Told } from './attack.js';
import type { GroundOptions } from './ground.js';
import { eventually, REVOKE, recorded } from './moves.js';

/** The service behind the gateway that is under attack just now; attacks are carried out one after the other. */
let service: RecordingUpstream;

/** Starts a service and puts it, alone, behind the gateway. */
async function withService(directory: string, more: object = {}): Promise<GroundOptions> {
  service = await startOrders();
  onTestFinished(() => service.close());
  const file = path.join(directory, 'gateway.yaml');
  await writeFile(file, stringify({ upstreams: [{ ...ordersAt(service.url), ...more }] }));
  return { environment: { GATEWAY_CONFIG: file } };
}

/** Answers whatever it is asked with the same. */
async function withLiar(directory: string, sdl: string, data: object): Promise<GroundOptions> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const isAboutSchema = String(JSON.parse(text).query).includes('_service');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: isAboutSchema ? { _service: { sdl: `${FEDERATION}${sdl}` } } : data }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const file = path.join(directory, 'gateway.yaml');
  const { port } = server.address() as AddressInfo;
  await writeFile(file, stringify({ upstreams: [ordersAt(`http://127.0.0.1:${port}/graphql`)] }));
  return { environment: { GATEWAY_CONFIG: file } };
}

/** Nobody whom the directory knows, and all that could be said of somebody. */
const STRANGER = {
  __typename: 'User',
  id: 'user_nobody',
  name: 'Ada Ferrante',
  n: 'Ada Ferrante',
  email: 'ada@example.org',
  roles: ['ADMIN'],
  disabled: false,
};

/** What services would deliver in place of the directory, which knows who somebody is. */
const TAKING_OVER: Readonly<Record<string, string>> = {
  'User.name':
    'type Query { package: Package } type Package { by: User! @provides(fields: "name") } type User @key(fields: "id") { id: ID! name: String! @external }',
  'User.roles':
    'type Query { by: [User!] @provides(fields: "roles") } type User @key(fields: "id") { id: ID! roles: [Role!]! @external } enum Role { USER SUPPORT AUDITOR ADMIN }',
  'User.email':
    'type Query { package: Package } type Package { by: User! } type User @key(fields: "id") { id: ID! email: String! @override(from: "gateway") }',
};

export const services: AttackGroup = {
  file: 'services.ts',
  title: 'services behind the gateway',
  attacks: [
    {
      id: 'A193',
      title: 'a change that waits for its turn at a busy service while its session is revoked',
      threat: 'what was asked for in time is done long after the right to it has ended',
      codes: ['IMPERSONATION_ENDED', 'none'],
      trail: [
        'IMPERSONATION_STARTED ada>cleo',
        'OPERATION_ATTEMPTED ada>cleo',
        'OPERATION_COMPLETED ada>cleo',
        'IMPERSONATION_REVOKED grace>cleo',
        'OPERATION_COMPLETED FAILURE ada>cleo',
      ],
      gateway: (directory) => withService(directory, { maxConnections: 1 }),
      async run(ground) {
        const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        let answer: () => void = () => undefined;
        service.until = new Promise<void>((resolve) => {
          answer = resolve;
        });
        // Somebody else's question holds the one connection.
        const busy = ground.graphql(await ground.token('user_carl'), '{ parcels { id } }');
        await eventually('the service is busy', () => service.calls.length === 1);
        const change = ground.graphql(actorToken, 'mutation { rename(id: "p1", title: "mine") { id } }');
        await recorded(ground, 'OPERATION_ATTEMPTED');
        // What can be read is not yet durable, and the change goes on when it is: an answer to what came later tells that.
        const later = await ground.graphql(actorToken, '{ viewer { id } }');
        expect((await ground.graphql(await ground.token('user_grace'), REVOKE, { id: sessionId })).codes).toEqual([]);
        answer();
        expect((await busy).codes, 'others are not affected').toEqual([]);
        const answered = await change;
        expect(answered.data).toEqual({ rename: null });
        expect(service.calls.map(({ query }) => query).join(), 'the service never heard of it').not.toContain('rename');
        return [answered, later];
      },
    },
    {
      id: 'A194',
      title: 'services that would deliver the name, the roles or the address of people in place of the directory',
      threat: 'one person is shown as another, a customer as staff',
      codes: ['refused at start'],
      trail: [],
      async run({ directory }) {
        for (const [field, sdl] of Object.entries(TAKING_OVER)) {
          const own = path.join(directory, field);
          await mkdir(own);
          const { environment = {} } = await withService(own);
          service.told = `${FEDERATION}${sdl}`;
          const opened = startGateway({ directory: own, environment });
          await expect(opened, field).rejects.toMatchObject({
            name: 'CompositionError',
            problems: [expect.objectContaining({ service: 'orders' })],
          });
        }
        return [{ codes: ['refused at start'] }];
      },
    },
    {
      id: 'A195',
      title: 'a service that says more than it was asked: name and roles of a person whom the directory does not know',
      threat: 'where the one who knows has no answer, a lie stands in its place',
      codes: ['INTERNAL_SERVER_ERROR'],
      trail: [],
      gateway: (directory) =>
        withLiar(directory, 'type Query { stranger: User } type User @key(fields: "id") { id: ID! nick: String }', {
          stranger: STRANGER,
        }),
      async run(ground) {
        const answers: Told[] = [];
        for (const field of ['name', 'n: name', 'email', 'roles', 'disabled']) {
          const answer = await ground.graphql(await ground.token('user_carl'), `{ stranger { id ${field} } }`);
          expect([field, answer.data]).toEqual([field, { stranger: null }]);
          answers.push(answer);
        }
        return answers;
      },
    },
  ],
};
