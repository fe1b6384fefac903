import { CONTENDERS } from '../contenders.mjs';
import { measureColdToken } from './cold-token.mjs';
import { measureGrowth } from './growth.mjs';
import { measureGuardedList } from './guarded-list.mjs';
import { measureSoak } from './soak.mjs';
import { measureStartStop } from './start-stop.mjs';
import { measureThroughput } from './throughput.mjs';

/** Contenders that only serve a section of their own. */
const APART = ['ours-list-open', 'ours-list-guarded'];

/**
 * What can be measured, in this order. `byDefault: false`: only where it is asked for.
 * @type {Record<string, { result: string, byDefault: boolean, about: string, measure: Function }>}
 */
export const SECTIONS = {
  throughput: {
    result: 'throughput',
    byDefault: true,
    about: 'every contender, the same query',
    measure: (plan, means) =>
      measureThroughput(
        CONTENDERS.filter(({ id }) => (plan.contenders === null ? !APART.includes(id) : plan.contenders.includes(id))),
        plan,
        means,
      ),
  },
  'guarded-list': {
    result: 'guardedList',
    byDefault: true,
    about: 'a role-guarded list of 20 items against an unguarded one',
    measure: measureGuardedList,
  },
  'cold-token': {
    result: 'coldToken',
    byDefault: true,
    about: 'tokens never seen against a known one',
    measure: measureColdToken,
  },
  'start-stop': {
    result: 'startStop',
    byDefault: true,
    about: 'starting and stopping impersonations against better-auth',
    measure: measureStartStop,
  },
  growth: {
    result: 'growth',
    byDefault: true,
    about: 'the cost of a request and of an auditor’s page as the event log grows',
    measure: measureGrowth,
  },
  soak: { result: 'soak', byDefault: false, about: 'memory over very many requests', measure: measureSoak },
};
