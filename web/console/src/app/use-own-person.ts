import { useEffect } from 'react';
import { graphql } from '../generated/gql.js';
import { useQuery } from '../graphql/use-query.js';
import { useIdentity, useIdentityStore } from '../identity/identity-context.js';

const OwnPerson = graphql(`
  query OwnPerson {
    viewer {
      id
      name
      email
      roles
    }
  }
`);

/** How often the directory is asked whether the signed-in person is still who they were, milliseconds. */
const INTERVAL_MS = 15_000;

/** Keeps the signed-in person's name and roles as the directory has them. */
export function useOwnPerson(): void {
  const store = useIdentityStore();
  const { own, notice } = useIdentity();
  const { data, refetch } = useQuery(OwnPerson, {}, { as: 'own', enabled: own !== null, refetchInterval: INTERVAL_MS });
  const viewer = data?.viewer ?? null;
  useEffect(() => {
    if (viewer !== null) store.updateOwn(viewer);
  }, [store, viewer]);
  // An impersonation that ends by itself may have ended because the actor's role did.
  useEffect(() => {
    if (notice?.kind === 'impersonation-ended') void refetch();
  }, [notice, refetch]);
}
