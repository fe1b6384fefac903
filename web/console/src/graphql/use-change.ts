import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import type { TypedDocumentString } from '../generated/graphql.js';
import type { Principal } from '../identity/identity.js';
import { useClient } from './client-context.js';
import { useCaller } from './use-caller.js';

/** One mutation, made with the effective identity unless told otherwise. Never repeated by itself. */
export function useChange<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  { as = 'effective' }: { readonly as?: Principal } = {},
): UseMutationResult<Result, Error, Variables> {
  const client = useClient();
  const caller = useCaller(as);
  return useMutation({ mutationFn: (variables: Variables) => client.ask({ document, variables }, caller) });
}
