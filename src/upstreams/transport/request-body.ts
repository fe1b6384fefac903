import { type DocumentNode, print } from 'graphql';

/** What is asked of a service. */
export interface Asked {
  readonly document: DocumentNode;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
}

/** Documents are not changed once they are asked for, and some come again. */
const printed = new WeakMap<DocumentNode, string>();

/** The parameters of a request, as every GraphQL protocol has them. */
export function requestParams({ document, variables, operationName }: Asked) {
  let query = printed.get(document);
  if (query === undefined) {
    query = print(document);
    printed.set(document, query);
  }
  return {
    query,
    ...(variables === undefined || Object.keys(variables).length === 0 ? {} : { variables }),
    ...(operationName === undefined ? {} : { operationName }),
  };
}
