import { cost, over, pairwise, rateRatio, spread, work, workRatio } from './statistics.mjs';

/**
 * @typedef {object} Goal
 * @property {string} text
 * @property {'at least' | 'at most'} bound
 * @property {number} value
 * @property {string} unit '×' for ratios
 * @property {(results: object) => import('./statistics.mjs').Spread | null} measure null: not measured in this run
 * @property {(results: object) => import('./statistics.mjs').Spread | null} [byWork] the same ratio by processor time, to compare
 */

/** A goal that names a number is not judged on a smaller one. */
const MILLION = 1_000_000;

function ratioGoal(text, ours, peer, value) {
  return {
    text,
    bound: 'at least',
    value,
    unit: '×',
    measure: ({ throughput: all }) => rateRatio(all?.[ours], all?.[peer]),
    byWork: ({ throughput: all }) => workRatio(all?.[ours], all?.[peer]),
  };
}

function tailGoal(text, id) {
  return {
    text: `p99 / p50 at 32 connections: ${text}`,
    bound: 'at most',
    value: 4,
    unit: '×',
    measure: ({ throughput: all }) => over(all?.[id], ({ p50, p99 }) => p99 / p50),
  };
}

function pageGoal(name) {
  return {
    text: `an auditor's page of 50 (${name}): 1,000,000 events / 1,000 events, p50`,
    bound: 'at most',
    value: 2,
    unit: '×',
    measure: ({ growth: of }) =>
      isFull(of) ? pairwise(of.pages[name].large, of.pages[name].small, (a, b) => a.p50 / b.p50) : null,
  };
}

const guardedList = ({ guardedList: of }) =>
  pairwise(of?.['ours-list-guarded'], of?.['ours-list-open'], (a, b) => (work(a) / work(b) - 1) * 100);
const coldToken = ({ coldToken: of }) =>
  of === undefined
    ? null
    : spread(of.cold.map((cold, round) => (work(cold) - work(of.warm[round])) / of.bareMicroseconds[round]));
const isFull = (of) => of !== undefined && of.events >= MILLION;
const growth =
  (figure) =>
  ({ growth: of }) =>
    isFull(of) ? pairwise(of.operations.full, of.operations.empty, (a, b) => figure(a) / figure(b)) : null;
const soak =
  (figure) =>
  ({ soak: of }) =>
    of === undefined || of.requests < MILLION ? null : spread([of[figure]]);

/** @type {Goal[]} */
export const GOALS = [
  ratioGoal('role-checked query: gateway / Apollo on Fastify + jose', 'ours-session', 'apollo-fastify-jose', 5),
  ratioGoal('role-checked query: gateway / Apollo standalone without auth', 'ours-session', 'apollo-standalone', 3),
  ratioGoal('role-checked query: gateway / Mercurius + JIT + auth + cached JWT', 'ours-session', 'mercurius-auth', 1.6),
  ratioGoal(
    'impersonated query, event durable: gateway / Mercurius + JIT + auth + cached JWT',
    'ours-impersonated',
    'mercurius-auth',
    1.4,
  ),
  ratioGoal(
    'impersonated query, event durable: gateway / gateway with a session token',
    'ours-impersonated',
    'ours-session',
    0.9,
  ),
  ratioGoal('role-checked query: gateway / Apollo on Fastify + Clerk', 'ours-session', 'apollo-fastify-clerk', 8),
  {
    text: 'a role-guarded list of 20 items costs more than the unguarded',
    bound: 'at most',
    value: 3,
    unit: '%',
    measure: guardedList,
  },
  {
    text: 'start + stop, durable: gateway / better-auth',
    bound: 'at least',
    value: 4,
    unit: '×',
    measure: ({ startStop: of }) => rateRatio(of?.gateway, of?.['better-auth']),
    byWork: ({ startStop: of }) => workRatio(of?.gateway, of?.['better-auth']),
  },
  {
    text: 'a token never seen costs more than a known one, in bare signature verifications',
    bound: 'at most',
    value: 1.1,
    unit: '×',
    measure: coldToken,
  },
  tailGoal('session token', 'ours-session'),
  tailGoal('impersonated, event durable', 'ours-impersonated'),
  tailGoal('mutation impersonated, events durable', 'ours-mutation'),
  {
    text: 'an impersonated query: cost with 1,000,000 events in the log / with none',
    bound: 'at most',
    value: 1.05,
    unit: '×',
    measure: growth(cost),
    byWork: growth(work),
  },
  ...['newest', 'one actor', 'from the middle'].map(pageGoal),
  {
    text: 'resident memory after 1,000,000 requests',
    bound: 'at most',
    value: 250,
    unit: 'MiB',
    measure: soak('endMib'),
  },
  {
    text: 'growth of resident memory in the second half of them',
    bound: 'at most',
    value: 5,
    unit: 'MiB',
    measure: soak('secondHalfGrowthMib'),
  },
];

/** Each goal with what was reached, and by how much it was missed (a share of the goal). */
export function judge(results) {
  return GOALS.map(({ text, bound, value, unit, measure, byWork }) => {
    const reached = measure(results);
    const goal = { text, bound, value, unit, reached, byWork: byWork?.(results) ?? null };
    if (reached === null) return { ...goal, met: null, missedBy: null };
    const met = bound === 'at least' ? reached.median >= value : reached.median <= value;
    return { ...goal, met, missedBy: met ? null : Math.abs(reached.median - value) / value };
  });
}
