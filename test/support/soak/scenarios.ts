import { CONNECTIONS } from './connection-scenarios.js';
import type { Kit, Scenario } from './kit.js';
import { STREAMS } from './stream-scenarios.js';

const OWN = 'query Who { viewer { id name roles } actor { id } }';
const SHOP = `query Shop($text: String!) {
  viewer { name }
  search(text: $text) { ... on Product { name price { cents } brand { name } rating } ... on Brand { name } }
  articles { title }
}`;
const ORDERS = `query Orders { viewer { id orders(first: 2) { id total { cents } lines { product { name } } reviews { stars } } } actor { id } }`;
const START = `mutation Start($input: StartImpersonationInput!) {
  startImpersonation(input: $input) { actorToken session { id } viewer { id } }
}`;
const NOTE = 'mutation Note($input: DeliveryNoteInput!) { changeDeliveryNote(input: $input) { id deliveryNote } }';
const CARD = 'mutation Card($id: ID!) { changeCard(orderId: $id, cardNumber: "4242424242424242") { id } }';
const STOP = 'mutation Stop { stopImpersonation { session { id } } }';
const STOP_BY_ID = 'mutation Stop($id: ID) { stopImpersonation(sessionId: $id) { session { id } } }';
const REVOKE =
  'mutation Revoke($id: ID!) { revokeImpersonation(input: { sessionId: $id, reason: "soak" }) { session { id } } }';
const PAGE = `query Page($filter: ImpersonationEventFilter, $first: Int, $after: String, $last: Int) {
  impersonationEvents(filter: $filter, first: $first, after: $after, last: $last) {
    nodes { id type code actor { id } subject { id } reason operation { fields } } pageInfo { endCursor }
  }
}`;
const EVENT = 'query Event($id: ID!) { impersonationEvent(id: $id) { id type } }';
const STATISTICS = `query Statistics($from: DateTime!, $to: DateTime!) {
  impersonationStatistics(occurredAfter: $from, occurredBefore: $to, buckets: 10) { __typename }
}`;
const SESSIONS = 'query Sessions { impersonationSessions(first: 20) { nodes { id status } } }';
const USERS = 'query Users($search: String) { users(search: $search, first: 20) { nodes { id name } } }';

const ADMINS = ['user_ada', 'user_grace'];

async function start(kit: Kit, input: Record<string, unknown>) {
  const admin = kit.pick(ADMINS);
  const { data } = await kit.ask('a start', await kit.token(admin), START, {
    input: { reason: 'soak: order is missing', durationSeconds: 60, ...input },
  });
  const started = data?.startImpersonation as { actorToken: string; session: { id: string } } | undefined;
  return started === undefined ? null : { admin, actorToken: started.actorToken, id: started.session.id };
}

/** One impersonation, whatever is done in it, to one of its ends. */
async function session(kit: Kit): Promise<void> {
  const subject = kit.customer();
  const full = kit.random() < 0.5;
  const started = await start(kit, { userId: subject, ...(full && { access: 'FULL' }) });
  if (started === null) return;
  const { actorToken, admin, id } = started;
  for (let left = 1 + kit.below(4); left > 0; left -= 1) {
    const act = kit.random();
    const input = { orderId: `order_${subject}_1`, note: `ring ${kit.below(9)} times` };
    const weather = { weather: true };
    if (act < 0.4) await kit.ask('an impersonated query', actorToken, OWN);
    else if (act < 0.6) await kit.ask('an impersonated query of services', actorToken, ORDERS, {}, weather);
    else if (act < 0.8) {
      if (full) await kit.ask('an impersonated mutation', actorToken, NOTE, { input }, weather);
      else {
        const refused = { expected: ['READ_ONLY_SESSION'] };
        await kit.ask('a mutation refused as read-only', actorToken, NOTE, { input }, refused);
      }
    } else {
      const refused = { expected: ['BLOCKED_WHILE_IMPERSONATING'] };
      await kit.ask('a blocked mutation', actorToken, CARD, { id: `order_${subject}_1` }, refused);
    }
  }
  const end = kit.random();
  if (kit.isPatient && end < 0.05) return;
  if (end < 0.5) await kit.ask('a stop', actorToken, STOP);
  else if (end < 0.7) await kit.ask('a stop by id', await kit.token(admin), STOP_BY_ID, { id });
  else {
    const other = ADMINS.find((each) => each !== admin) ?? '';
    await kit.ask('a revocation', await kit.token(other), REVOKE, { id });
  }
  await kit.ask('a token of an ended session', actorToken, OWN, {}, { expected: ['IMPERSONATION_ENDED'] });
}

async function direct(kit: Kit): Promise<void> {
  const token = await kit.token(kit.pick(['user_ada', 'user_sam', 'user_cleo', 'user_carl', kit.customer()]));
  const act = kit.random();
  const text = kit.pick(['lamp', 'a', 'e', 'chair']);
  if (act < 0.5) await kit.ask('a query', token, OWN);
  else if (act < 0.75) await kit.ask('a query of services', token, SHOP, { text }, { weather: true });
  else await kit.ask('a query of services', token, ORDERS, {}, { weather: true });
}

async function mutation(kit: Kit): Promise<void> {
  const id = kit.customer();
  const input = { orderId: `order_${id}_1`, note: `leave it at door ${kit.below(100)}` };
  await kit.ask('a mutation', await kit.token(id), NOTE, { input }, { weather: true });
}

async function anonymous(kit: Kit): Promise<void> {
  const { data } = await kit.ask('a query of nobody', null, OWN);
  if (data?.viewer !== null) kit.outcomes.wrong('nobody is somebody');
}

async function refusedStart(kit: Kit): Promise<void> {
  const [who, userId, reason, code] = kit.pick([
    ['user_cleo', 'user_carl', 'soak: not allowed', 'FORBIDDEN'],
    ['user_sam', 'user_cleo', 'soak: not allowed', 'FORBIDDEN'],
    ['user_ada', 'user_grace', 'soak: of an admin', 'SUBJECT_PROTECTED'],
    ['user_ada', 'user_ada', 'soak: of myself', 'SELF_IMPERSONATION'],
    ['user_ada', 'user_nobody', 'soak: of nobody', 'USER_NOT_FOUND'],
    ['user_ada', 'user_cleo', 'x', 'BAD_USER_INPUT'],
  ] as const);
  await kit.ask('a refused start', await kit.token(who), START, { input: { userId, reason } }, { expected: [code] });
}

async function badToken(kit: Kit): Promise<void> {
  const good = await kit.token('user_cleo');
  const token = kit.pick([
    () => `${good.slice(0, -6)}${kit.pick(['AAAAAA', 'BBBBBB'])}`,
    () => 'nothing.of.a-token',
    () =>
      `${good.split('.')[0]}.${Buffer.from(JSON.stringify({ iss: 'x', n: kit.random() })).toString('base64url')}.c2ln`,
  ])();
  await kit.ask('a bad token', token, OWN, {}, { expected: ['TOKEN_INVALID'] });
}

async function unseenToken(kit: Kit): Promise<void> {
  await kit.ask('a token never seen', await kit.newToken(kit.customer()), OWN);
}

/** Somebody signs in at an identity provider whose keys are fetched; they change now and then. */
async function signIn(kit: Kit): Promise<void> {
  if (kit.setting.provider === null) return unseenToken(kit);
  const { accessToken } = await kit.setting.provider.signIn(kit.customer());
  const { codes } = await kit.post(accessToken, JSON.stringify({ query: OWN }));
  // Right after a change of its keys they may not be fetched yet again.
  if (codes.join() === 'TOKEN_INVALID') kit.outcomes.count('a token by a key not fetched yet');
  else kit.judge('a token of the identity provider', codes, [], false);
}

/** Never asked before, and never again. */
async function unseenDocument(kit: Kit): Promise<void> {
  const token = await kit.token('user_cleo');
  if (kit.random() < 0.5) {
    await kit.ask('a document never seen', token, kit.unseen());
    return;
  }
  await kit.ask('a document never seen, for services', token, kit.unseenForServices(), {}, { weather: true });
}

async function wrongDocument(kit: Kit): Promise<void> {
  const token = await kit.token('user_cleo');
  const deep = `{ viewer ${'{ orders { customer '.repeat(30)} { id } ${'} }'.repeat(30)} }`;
  const [name, body, code] = kit.pick([
    ['a syntax error', { query: `query { viewer { id` }, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: `{ viewer { f${kit.below(1_000_000)} } }` }, 'GRAPHQL_VALIDATION_FAILED'],
    ['a document too deep', { query: deep }, 'QUERY_TOO_COMPLEX'],
    [
      'a document of too many aliases',
      { query: `{ ${Array.from({ length: 300 }, (_, at) => `a${at}: __typename`).join(' ')} }` },
      'QUERY_TOO_COMPLEX',
    ],
    ['a variable of the wrong type', { query: SHOP, variables: { text: { no: 1 } } }, 'BAD_USER_INPUT'],
    ['no document', { variables: {} }, 'BAD_USER_INPUT'],
  ] as const);
  const { codes } = await kit.post(token, JSON.stringify(body));
  kit.judge(name, codes, [code], false);
}

async function wrongRequest(kit: Kit): Promise<void> {
  const token = await kit.token('user_cleo');
  if (kit.random() < 0.3) {
    const { codes } = await kit.post(token, JSON.stringify({ query: OWN, variables: { x: 'x'.repeat(1_100_000) } }));
    kit.judge('a body too large', codes, ['PAYLOAD_TOO_LARGE'], false);
  } else {
    const { codes } = await kit.post(token, '{"query": ');
    kit.judge('a body that is no JSON', codes, ['BAD_USER_INPUT'], false);
  }
}

async function auditor(kit: Kit): Promise<void> {
  const token = await kit.token('user_audrey');
  const filter = kit.pick([{}, { actorId: 'user_ada' }, { types: ['IMPERSONATION_STARTED', 'IMPERSONATION_DENIED'] }]);
  const first = await kit.ask('a page of the trail', token, PAGE, { filter, first: 50 });
  const after = first.data?.impersonationEvents?.pageInfo?.endCursor;
  if (after != null) await kit.ask('a page of the trail', token, PAGE, { filter, first: 50, after });
  await kit.ask('a page of the trail, from its end', token, PAGE, { filter, last: 50 });
  const id = first.data?.impersonationEvents?.nodes?.[0]?.id;
  if (id !== undefined) await kit.ask('an event by its id', token, EVENT, { id });
  const from = new Date(Date.now() - 3_600_000).toISOString();
  await kit.ask('statistics', token, STATISTICS, { from, to: new Date().toISOString() });
  await kit.ask('sessions', await kit.token('user_ada'), SESSIONS);
}

async function users(kit: Kit): Promise<void> {
  const search = kit.pick(['a', 'b', 'user', null]);
  await kit.ask('a list of people', await kit.token('user_ada'), USERS, { search });
}

/** What a mix of a working day is made of, and what strangers do besides. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'direct', weight: 24, run: direct },
  { name: 'session', weight: 16, run: session },
  { name: 'mutation', weight: 5, run: mutation },
  { name: 'anonymous', weight: 4, run: anonymous },
  { name: 'refused start', weight: 4, run: refusedStart },
  { name: 'bad token', weight: 5, run: badToken },
  { name: 'unseen token', weight: 8, run: unseenToken },
  { name: 'sign-in', weight: 1, run: signIn },
  { name: 'unseen document', weight: 10, run: unseenDocument },
  { name: 'wrong document', weight: 5, run: wrongDocument },
  { name: 'wrong request', weight: 2, run: wrongRequest },
  { name: 'auditor', weight: 3, run: auditor },
  { name: 'users', weight: 3, run: users },
  ...CONNECTIONS,
  ...STREAMS,
];
