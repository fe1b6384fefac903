import { isPromise } from '@graphql-tools/utils';
import { defaultFieldResolver, GraphQLError, type GraphQLSchema, isIntrospectionType, isObjectType } from 'graphql';

/**
 * Has every field of a planned schema throw what really happened, so that the executor puts it where it happened: the planner
 * wraps errors, and the paths it gives them leave out places in lists. Changes the schema, which nothing else may hold yet.
 */
export function throwBareErrors(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context, info) => {
        try {
          const value: unknown = resolve(source, args, context, info);
          return isPromise(value) ? value.then(thrown, (error) => thrown(asError(error))) : thrown(value);
        } catch (error) {
          return thrown(asError(error));
        }
      };
    }
  }
}

function thrown<T>(value: T): T {
  if (!(value instanceof Error)) return value;
  throw bare(value);
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error('something that is no error was thrown', { cause: value });
}

/** The innermost error; of one that stands for itself a copy without its path. */
function bare(error: Error): Error {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return bare(error.errors[0]);
  if (!(error instanceof GraphQLError)) return error;
  if (error.originalError instanceof Error) return bare(error.originalError);
  return new GraphQLError(error.message, { extensions: error.extensions });
}
