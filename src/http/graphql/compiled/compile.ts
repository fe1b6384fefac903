import type { DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { executeFields, executeFieldsSerially } from './execute-fields.js';
import type { ObjectPlan } from './field-plan.js';
import { conditionVariables, fragmentsOf, isIntrospection, planOperation } from './plan.js';
import { addError, isPromiseLike, type Json, type Run, type StaticInfo } from './run.js';

/** What an execution came to. */
export interface Executed {
  /** JSON text; `null` where an error reached the root. */
  readonly data: string;
  readonly errors: readonly GraphQLError[] | null;
}

export interface CompiledOperation {
  /**
   * What is selected with these variables; null where it has to be left to graphql-js.
   * @param variables coerced by `getVariableValues`
   */
  planFor(variables: Record<string, unknown>): ObjectPlan | null;
  /**
   * Executes the operation: same result, same errors in the same order as graphql-js's `execute`, as JSON text.
   * @param plan of the same variables
   */
  execute(plan: ObjectPlan, context: unknown, variables: Record<string, unknown>): Executed | Promise<Executed>;
}

/** Operations whose shape so many conditions decide have too many shapes to keep. */
const MOST_CONDITIONS = 4;

/**
 * Prepares a VALID query or mutation for being executed many times: which fields there are, of which types, with which arguments
 * and resolvers is settled once, not at each value.
 * @returns null where graphql-js has to execute it: subscriptions, introspection, many conditions
 */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CompiledOperation | null {
  if (operation.operation === 'subscription') return null;
  if (isIntrospection(document)) return null;
  const fragments = fragmentsOf(document);
  const conditions = conditionVariables(document);
  if (conditions.length > MOST_CONDITIONS) return null;
  const info: StaticInfo = { schema, fragments: bareObject(fragments), operation };
  const serially = operation.operation === 'mutation';
  /** One for each combination of conditions that was met; null: left to graphql-js. */
  const plans = new Map<string, ObjectPlan | null>();

  function planFor(variables: Record<string, unknown>): ObjectPlan | null {
    let key = '';
    for (const name of conditions) {
      const value = variables[name];
      // Not decided, which graphql-js makes an error of.
      if (typeof value !== 'boolean') return null;
      key += value ? '1' : '0';
    }
    let plan = plans.get(key);
    if (plan === undefined) {
      plan = planWith(Object.fromEntries(conditions.map((name) => [name, variables[name]])));
      plans.set(key, plan);
    }
    return plan;
  }

  function planWith(values: Record<string, unknown>): ObjectPlan | null {
    try {
      return planOperation({ schema, fragments, conditions: values }, operation);
    } catch {
      return null;
    }
  }

  return {
    planFor,
    execute(plan, context, variables) {
      const run: Run = { context, variables, info, open: null, errors: null, nulled: null };
      try {
        const data = serially
          ? executeFieldsSerially(run, plan, undefined)
          : executeFields(run, plan, undefined, undefined);
        if (!isPromiseLike<Json>(data)) return { data, errors: run.errors };
        return data.then(
          (text) => ({ data: text, errors: run.errors }),
          (error: GraphQLError) => nothing(run, error),
        );
      } catch (error) {
        return nothing(run, error as GraphQLError);
      }
    },
  };
}

/** Without a prototype, as graphql-js has it: what is looked up by name is not found on one. */
function bareObject<T>(entries: ReadonlyMap<string, T>): Record<string, T> {
  return Object.setPrototypeOf(Object.fromEntries(entries), null);
}

function nothing(run: Run, error: GraphQLError): Executed {
  addError(run, error, undefined);
  return { data: 'null', errors: run.errors };
}
