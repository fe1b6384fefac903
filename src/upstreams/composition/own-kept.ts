import {
  buildASTSchema,
  type DocumentNode,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLSchema,
} from 'graphql';
import type { CompositionProblem } from './composition-error.js';

/**
 * What the other services would take from the gateway's own schema, or change in it: composition merges what two services define
 * alike, keeps of an input what both have, and moves a field to whoever overrides it. Its own schema says who may act as whom.
 */
export function changesOfOwn(own: DocumentNode, composed: GraphQLSchema): readonly CompositionProblem[] {
  const before = buildASTSchema(own, { assumeValidSDL: true });
  const changed = [
    ...findBreakingChanges(before, composed),
    ...findDangerousChanges(before, composed).filter(({ type }) => type === 'ARG_DEFAULT_VALUE_CHANGE'),
  ];
  return changed.map(({ description }) => ({
    service: null,
    coordinate: null,
    message: `the gateway's own schema would be changed: ${description}`,
  }));
}
