import type { GatewayContext } from '../../context/index.js';
import type { TracedSpan, Tracing } from '../../platform/tracing.js';
import type { GraphQLEngine } from './engine.js';

/** The same engine, with the execution of each operation as a span. */
export function traceEngine(engine: GraphQLEngine, tracing: Tracing): GraphQLEngine {
  function traced<T>(context: GatewayContext, work: () => T | Promise<T>, failed: (result: T) => boolean) {
    const span = tracing.begin('graphql.execute', { parent: context.request.traceparent });
    try {
      const result = span.within(work);
      if (!(result instanceof Promise)) {
        finish(span, context, failed(result));
        return result;
      }
      return result.then(
        (done) => {
          finish(span, context, failed(done));
          return done;
        },
        (error: unknown) => {
          finish(span, context, true);
          throw error;
        },
      );
    } catch (error) {
      finish(span, context, true);
      throw error;
    }
  }

  return {
    ...engine,
    execute: async (params, context) =>
      traced(
        context,
        () => engine.execute(params, context),
        ({ body }) => body.errors !== undefined,
      ),
    answer: (params, context) =>
      traced(
        context,
        () => engine.answer(params, context),
        ({ text }) => text.startsWith('{"errors"'),
      ),
    executeHttp: async (request, context) =>
      traced(
        context,
        () => engine.executeHttp(request, context),
        ({ status = 200 }) => status >= 400,
      ),
  };
}

/**
 * The name is the client's, as it is in the trail; of the document there is the hash of its form, of variables nothing. Whose session it
 * was leads an auditor to the trail, and nobody else to a person.
 */
function finish(span: TracedSpan, context: GatewayContext, hasErrors: boolean): void {
  const operation = context.operation.describe();
  span.set({
    'graphql.operation.name': operation?.name ?? undefined,
    'graphql.operation.type': operation?.type.toLowerCase(),
    'graphql.document.hash': operation?.documentHash,
    'gateway.identity.kind': context.identity.kind,
    'impersonation.session.id': context.identity.session?.id,
  });
  span.ended(hasErrors ? 'graphql_errors' : null);
}
