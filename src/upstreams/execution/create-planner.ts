import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import type { Executor } from '@graphql-tools/utils';
import { type ExecutionResult, execute, Kind, parse, subscribe, visit } from 'graphql';
import { throwBareErrors } from './bare-errors.js';
import type { ForwardedOperation, Planner } from './forward.js';

/**
 * A planner over the services of a supergraph. Calls of one tick to one service go out as one; each gets the request's context.
 * @param executors by the name of the service, the gateway's own included. Errors of services that are not this process
 *   have to be masked by them: see `maskedExecutor`.
 * @throws TypeError where a service of the supergraph has no executor: its address in the supergraph is never called.
 */
export function createPlanner(supergraphSdl: string, executors: ReadonlyMap<string, Executor>): Planner {
  const names = serviceNames(supergraphSdl);
  const planned = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl,
    batch: true,
    onSubschemaConfig(service) {
      const executor = executors.get(names.get(service.name) ?? '');
      if (executor === undefined) throw new TypeError(`no executor for the service ${service.name}`);
      service.executor = executor;
    },
  });
  throwBareErrors(planned);
  const request = ({ document, variables, context }: ForwardedOperation) => ({
    schema: planned,
    document,
    variableValues: variables,
    contextValue: context,
  });
  return {
    execute: async (operation) => await execute(request(operation)),
    subscribe: async (operation) => {
      const events = await subscribe(request(operation));
      return events as AsyncIterable<ExecutionResult> | ExecutionResult;
    },
  };
}

/** The services' own names by those they have in the supergraph, which are enum values. */
function serviceNames(supergraphSdl: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  visit(parse(supergraphSdl, { noLocation: true }), {
    EnumTypeDefinition: (node) => (node.name.value === 'join__Graph' ? undefined : false),
    EnumValueDefinition(node) {
      const marks = (node.directives ?? []).flatMap((each) =>
        each.name.value === 'join__graph' ? each.arguments : [],
      );
      const name = marks.find((argument) => argument?.name.value === 'name')?.value;
      if (name?.kind === Kind.STRING) names.set(node.name.value, name.value);
    },
  });
  return names;
}
