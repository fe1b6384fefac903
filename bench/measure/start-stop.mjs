import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { graphqlBytes, requestBytes } from '../load/request.mjs';
import { START_MUTATION, STOP_MUTATION } from '../workload/operations.mjs';
import { ADMINS, CUSTOMER } from '../workload/people.mjs';
import { alternate } from './alternate.mjs';
import { startServer } from './server-process.mjs';

/** Pairs of start and stop, an admin a connection: the gateway's, with their events, and better-auth's. Both durable. */
export async function measureStartStop(plan, means) {
  plan.say('starting the gateway and better-auth');
  const servers = [];
  try {
    const gateway = await gatewaySide(plan, means);
    servers.push(gateway.server);
    const peer = await startServer('better-auth', { dataDir: means.dataRoot, actors: plan.connections });
    servers.push(peer);
    const people = await peer.ask('ask', { question: 'people' });
    const clients = () => people.cookies.map((cookie) => betterAuthPairs(cookie, people));
    const results = await alternate({ gateway, 'better-auth': { server: peer, clients } }, plan);
    await Promise.all(servers.map((server) => server.stop()));
    return results;
  } catch (error) {
    for (const server of servers) server.kill();
    throw error;
  }
}

/** A gateway of its own, and admins who start and stop. */
export async function gatewaySide(plan, { keys, minter, dataRoot }) {
  const dataDir = path.join(dataRoot, 'start-stop');
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true });
  const server = await startServer('gateway', { trust: keys.trust, dataDir });
  const tokens = [];
  for (const person of ADMINS.slice(0, plan.connections)) tokens.push(await minter.mint(person));
  return { server, clients: () => tokens.map(gatewayPairs) };
}

/** Starts, stops what it started, and so on. Each answer is read. */
function gatewayPairs(sessionToken) {
  const input = { userId: CUSTOMER.id, reason: 'a benchmark' };
  const startRequest = graphqlBytes(sessionToken, { query: START_MUTATION, variables: { input } });
  let begun = null;
  return {
    next: () => (begun === null ? startRequest : graphqlBytes(begun.actorToken, { query: STOP_MUTATION })),
    check(status, body) {
      const { data, errors } = JSON.parse(body);
      if (status !== 200 || errors !== undefined) throw new Error(`refused: ${status} ${body}`);
      if (begun === null) {
        begun = data.startImpersonation;
        return;
      }
      const { session } = data.stopImpersonation;
      if (session.id !== begun.session.id || session.status !== 'STOPPED') throw new Error(`not stopped: ${body}`);
      begun = null;
    },
  };
}

function betterAuthPairs(cookie, { origin, subjectId }) {
  const request = (verb, body, cookies) =>
    requestBytes({ path: `/api/auth/admin/${verb}`, body, headers: { Cookie: cookies, Origin: origin } });
  const startRequest = request('impersonate-user', { userId: subjectId }, cookie);
  let begun = null;
  return {
    next: () => (begun === null ? startRequest : request('stop-impersonating', {}, begun)),
    check(status, body, head) {
      const answer = JSON.parse(body);
      if (status !== 200) throw new Error(`refused: ${status} ${body}`);
      if ((answer.user.id === subjectId) !== (begun === null)) throw new Error(`not the right person: ${body}`);
      begun = begun === null ? cookiesOf(head) : null;
    },
  };
}

/** What a browser would send next. */
function cookiesOf(head) {
  return [...head.matchAll(/\r\nset-cookie: ([^;\r]+)([^\r]*)/gi)]
    .filter(([, , attributes]) => !/max-age=0/i.test(attributes))
    .map(([, pair]) => pair)
    .join('; ');
}
