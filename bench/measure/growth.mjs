import { repeating } from '../load/clients.mjs';
import { graphqlBytes } from '../load/request.mjs';
import { askGateway, impersonate } from '../workload/impersonate.mjs';
import { EVENT_PAGE_QUERY, ORDERS_QUERY } from '../workload/operations.mjs';
import { ADMINS, AUDITOR, CUSTOMER } from '../workload/people.mjs';
import { alternate } from './alternate.mjs';
import { startFilledGateway } from './filled-gateway.mjs';

const SMALL = 1_000;

/**
 * Two questions of one gateway with an empty log, one with a thousand events, one with very many: what an impersonated query
 * costs, and what an auditor's page of 50 costs. @param plan `.events`: how many are very many
 */
export async function measureGrowth(plan, means) {
  const { events, connections, say } = plan;
  const gateways = [];
  try {
    for (const count of [0, SMALL, events]) {
      say(`a gateway with ${count} events`);
      gateways.push(await startFilledGateway(count, { ...means, say }));
    }
    const [empty, small, large] = gateways;
    const operations = await alternate(
      {
        empty: await impersonatedSide(empty, connections, means),
        full: await impersonatedSide(large, connections, means),
      },
      plan,
    );
    const pages = {};
    for (const [name, variablesOf] of Object.entries(PAGES)) {
      pages[name] = await alternate(
        { small: await pageSide(small, variablesOf, means), large: await pageSide(large, variablesOf, means) },
        {
          ...plan,
          seconds: Math.min(plan.seconds, 2),
          firstWarmUpSeconds: plan.firstWarmUpSeconds * 2,
          say: (text) => say(`page ${name}: ${text}`),
        },
      );
    }
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    return { events, small: SMALL, operations, pages };
  } catch (error) {
    for (const gateway of gateways) gateway.kill();
    throw error;
  }
}

async function impersonatedSide(server, connections, { minter }) {
  const { actorToken } = await impersonate(server.port, await minter.mint(ADMINS[0]), CUSTOMER.id, 'READ_ONLY');
  const request = graphqlBytes(actorToken, ORDERS_QUERY.body);
  return { server, clients: () => repeating(connections, request, ORDERS_QUERY.expected) };
}

/** The pages of an auditor; each gives the query's variables. */
const PAGES = {
  newest: async () => ({}),
  'one actor': async () => ({ filter: { actorId: ADMINS[0].id } }),
  'from the middle': async (ask) => ({ after: await middle(ask) }),
};

/** The cursor of an event half-way down the log as it was filled. */
async function middle(ask) {
  const oldest = await ask('{ impersonationEvents(last: 1) { nodes { occurredAt } } }');
  const from = Date.parse(oldest.impersonationEvents.nodes[0].occurredAt);
  const before = new Date((from + Date.now()) / 2).toISOString();
  const found = await ask(
    'query Middle($before: DateTime!) { impersonationEvents(filter: { occurredBefore: $before }, first: 1) { pageInfo { endCursor } } }',
    { before },
  );
  return found.impersonationEvents.pageInfo.endCursor;
}

/** One auditor, one page after the other. Every page has to be full. */
async function pageSide(server, variablesOf, { minter }) {
  const token = await minter.mint(AUDITOR);
  const variables = await variablesOf((query, given) => askGateway(server.port, token, query, given));
  const request = graphqlBytes(token, { query: EVENT_PAGE_QUERY, variables });
  const check = (status, body) => {
    const { data, errors } = JSON.parse(body);
    if (status !== 200 || errors !== undefined || data.impersonationEvents.nodes.length !== 50) {
      throw new Error(`not a page of 50: ${status} ${body.toString('utf8', 0, 300)}`);
    }
  };
  return { server, clients: () => [{ next: () => request, check }] };
}
