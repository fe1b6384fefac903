import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import { type DeclaredCost, mergeDeclaredCosts } from '../../../directives/declared-cost.js';
import type { CompositionProblem } from './composition-error.js';
import { hasElement, placeOf } from './schema-places.js';

/** What a service, or the configuration, declares of the cost of one element. */
export interface StatedCost {
  readonly service: string;
  readonly coordinate: string;
  readonly cost: DeclaredCost;
}

export interface PlacedCosts {
  /** By coordinate; of several services that declare one, the dearest. */
  readonly costs: ReadonlyMap<string, DeclaredCost>;
  readonly notes: readonly CompositionProblem[];
  readonly problems: readonly CompositionProblem[];
}

/**
 * Finds the elements of the composed schema that costs are declared of. Composition may have dropped one, which then costs nothing;
 * what a `@listSize` names beside its field has to be there, or it would count nothing.
 */
export function placeCosts(stated: readonly StatedCost[], schema: GraphQLSchema): PlacedCosts {
  const costs = new Map<string, DeclaredCost>();
  const notes: CompositionProblem[] = [];
  const problems: CompositionProblem[] = [];
  for (const { service, coordinate, cost } of stated) {
    const place = placeOf(coordinate);
    if (place === null || !hasElement(schema, place)) {
      notes.push({ service, coordinate, message: 'declares a cost, but is not in the composed schema' });
      continue;
    }
    for (const name of unknownIn(schema, coordinate, cost)) {
      problems.push({ service, coordinate, message: `@listSize names "${name}", which is not in the composed schema` });
    }
    const known = costs.get(coordinate);
    costs.set(coordinate, known === undefined ? cost : mergeDeclaredCosts(known, cost));
  }
  return { costs, notes, problems };
}

function unknownIn(schema: GraphQLSchema, coordinate: string, { listSize }: DeclaredCost): readonly string[] {
  const place = placeOf(coordinate);
  const type = schema.getType(place?.typeName ?? '');
  if (listSize === null || place?.member == null) return [];
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const field = type.getFields()[place.member];
  return listSize.slicingArguments.filter(
    (path) => field?.args.every(({ name }) => name !== path.split('.')[0]) !== false,
  );
}
