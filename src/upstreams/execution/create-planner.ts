import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import type { ExecutionRequest, Executor } from '@graphql-tools/utils';
import {
  buildASTSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  Kind,
  parse,
  subscribe,
  visit,
} from 'graphql';
import { askedAlone } from './asked-alone.js';
import { throwBareErrors } from './bare-errors.js';
import type { ForwardedOperation, Planner } from './forward.js';
import { withLastingErrors } from './lasting-errors.js';
import { createSoleService } from './sole-service.js';

/**
 * A planner over the services of a supergraph. Calls of one tick to one service go out as one; each gets the request's context.
 * What one service can answer as a whole is asked of it as it stands, and nothing is planned.
 * @param executors by the name of the service, the gateway's own included. Errors of services that are not this process
 *   have to be masked by them: see `maskedExecutor`.
 * @throws TypeError where a service of the supergraph has no executor: its address in the supergraph is never called.
 */
export function createPlanner(supergraphSdl: string, executors: ReadonlyMap<string, Executor>): Planner {
  const supergraph = parse(supergraphSdl, { noLocation: true });
  const names = serviceNames(supergraph);
  const types = buildASTSchema(supergraph, { assumeValidSDL: true });
  const planned = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl: supergraph,
    batch: true,
    onSubschemaConfig(service) {
      const executor = executors.get(names.get(service.name) ?? '');
      if (executor === undefined) throw new TypeError(`no executor for the service ${service.name}`);
      service.executor = withLastingErrors(askedAlone(executor, types));
    },
  });
  throwBareErrors(planned);
  const request = ({ forwarded, variables, context }: ForwardedOperation) => ({
    schema: planned,
    document: forwarded.document,
    variableValues: variables,
    contextValue: context,
  });
  const soleService = createSoleService(supergraph, types);
  const sole = new WeakMap<DocumentNode, { readonly executor: Executor | null }>();
  function soleExecutor({ document }: ForwardedOperation['forwarded']): Executor | null {
    let found = sole.get(document);
    if (found === undefined) {
      const service = soleService(document);
      found = { executor: service === null ? null : (executors.get(names.get(service) ?? '') ?? null) };
      sole.set(document, found);
    }
    return found.executor;
  }
  return {
    execute: async (operation) => {
      const { forwarded } = operation;
      // What goes out in company is planned: then calls to one service are one call.
      const executor = forwarded.hasCompany ? null : soleExecutor(forwarded);
      if (executor === null) return await execute(request(operation));
      return (await executor(asked(operation))) as ExecutionResult;
    },
    subscribe: async (operation) => {
      const executor = soleExecutor(operation.forwarded);
      const events = executor === null ? subscribe(request(operation)) : executor(asked(operation));
      return (await events) as AsyncIterable<ExecutionResult> | ExecutionResult;
    },
  };
}

function asked({ forwarded, variables, context }: ForwardedOperation): ExecutionRequest {
  const { document, operation } = forwarded;
  return { document, variables, context, operationType: operation.operation, rootValue: undefined };
}

/** The services' own names by those they have in the supergraph, which are enum values. */
function serviceNames(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  visit(supergraph, {
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
