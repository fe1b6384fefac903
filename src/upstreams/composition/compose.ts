import { buildASTSchema, type DocumentNode, type GraphQLSchema, isEnumType, parse } from 'graphql';
import { type CompiledRules, compileRules } from '../../../directives/compile.js';
import type { DeclaredCost } from '../../../directives/declared-cost.js';
import { DIRECTIVES, DirectiveError } from '../../../directives/index.js';
import { attachRules } from './attach-rules.js';
import { CompositionError, type CompositionProblem } from './composition-error.js';
import type { DemandMeanings } from './demands.js';
import { type Merged, type MergedService, merge } from './merge.js';
import { changesOfOwn } from './own-kept.js';
import { placeCosts, type StatedCost } from './place-costs.js';
import { type PlacedRules, placeRules } from './place-rules.js';
import { providedOfOwn } from './provided-fields.js';
import { inheritRequired } from './required-fields.js';
import { revealedPeople } from './revealed-people.js';
import { type OverridingField, readServiceRules, type StatedRule } from './service-rules.js';
import { notInForce } from './survival.js';

/** A service whose schema joins the others. */
export interface ComposedService {
  readonly name: string;
  /** Its schema, with or without the marks of Federation, 1 or 2. */
  readonly sdl: string;
}

export interface CompositionOptions extends DemandMeanings {
  /** Which of the services is the gateway itself: no other may change what it defines. */
  readonly own: string;
  /** Rules for services that cannot be edited. `service` names where they come from, in messages. */
  readonly rules: readonly StatedRule[];
  /** What is declared of the costs of services that cannot be edited; none by default. */
  readonly costs?: readonly StatedCost[];
}

export interface Composition {
  /** Which service has what: for whoever plans the calls. */
  readonly supergraphSdl: string;
  /** What clients see: every rule of every service as directives of ours, ready for `applyDirectives`; no resolvers. */
  readonly schema: GraphQLSchema;
  /** What any of the services declares of its costs, by coordinate. */
  readonly costs: ReadonlyMap<string, DeclaredCost>;
  /** Rules that guard nothing because no client can get there, each with its service and coordinate. */
  readonly notes: readonly CompositionProblem[];
  /** What can be served, and that somebody should have thought about. */
  readonly warnings: readonly CompositionProblem[];
}

const NO_MUTATIONS = { nested: [], always: [] };

/**
 * Puts the schemas of services together, the gateway's own among them, and holds every rule that any of them states.
 *
 * Composition itself keeps no directive it does not know, and so is not asked to: rules are read from each service's schema,
 * whatever they are called there, and stand again in the composed one by coordinate. Where services share a field, all of
 * their rules hold. In the end each rule is looked for in what the composed schema really enforces.
 * @param services the schemas; one of them has to define `Role` as the gateway does.
 * @throws CompositionError with every problem: schemas that do not fit, a rule that cannot be held, renamed beyond recognition,
 *   on an element that composition dropped, with a role, scope or policy that means nothing here.
 */
export function compose(services: readonly ComposedService[], options: CompositionOptions): Composition {
  const steps = composeInSteps(services, options);
  for (let step = steps.next(); ; ) {
    if (step.done === true) return step.value;
    step = steps.next(step.value === null ? undefined : merge(step.value));
  }
}

/** Null; or services, whose {@link merge} is asked for. */
type Pause = readonly MergedService[] | null;
type Steps<Result> = Generator<Pause, Result, Merged | undefined>;

/**
 * As {@link compose}, which has the same result and the same errors, with a pause after each step: whoever serves requests
 * meanwhile lets them have their turn there. Whoever leaves it at a pause has left nothing behind. At one of them services are handed
 * out, and what `merge` makes of them is to be given back, wherever it is done.
 * @throws CompositionError as {@link compose}, from the step that found the problems.
 */
export function* composeInSteps(services: readonly ComposedService[], options: CompositionOptions): Steps<Composition> {
  const read: ReturnType<typeof readServiceRules>[] = [];
  for (const { name, sdl } of services) {
    read.push(readServiceRules(name, parsed(name, sdl)));
    yield null;
  }
  failOn(read.flatMap(({ problems, overriding }) => [...problems, ...takenFrom(options.own, overriding)]));
  const merged = yield read.map(({ document }, index) => ({ name: services[index]?.name ?? '', typeDefs: document }));
  if (merged === undefined) throw new TypeError('the services were not merged');
  const { supergraphSdl, publicSdl, problems } = merged;
  if (supergraphSdl === undefined || publicSdl === undefined) {
    throw new CompositionError(problems.map((message) => ({ service: null, coordinate: null, message })));
  }
  // What is @inaccessible is in the supergraph alone; its rules still count for what is worked out from it.
  const whole = parse(supergraphSdl, { noLocation: true });
  yield null;
  const shown = parse(publicSdl, { noLocation: true });
  yield null;
  const wholeSchema = buildASTSchema(whole, { assumeValidSDL: true });
  yield null;
  const own = read.find((_, index) => services[index]?.name === options.own);
  if (own === undefined) throw new TypeError(`there is no service "${options.own}"`);
  const shownSchema = buildASTSchema(shown, { assumeValidSDL: true });
  yield null;
  failOn([
    ...changesOfOwn(own.document, shownSchema),
    ...providedOfOwn(
      wholeSchema,
      read.flatMap(({ providing }) => providing),
      own.document,
    ),
  ]);
  yield null;

  const stated = [...read.flatMap((service) => service.stated), ...options.rules];
  const placed = placeRules(stated, wholeSchema, shownSchema, {
    ...options,
    roles: roleNames(wholeSchema),
  });
  failOn(placed.problems);
  yield null;

  const { fields } = (yield* compiled(attachRules(whole, placed.everywhere), placed)).rules;
  yield null;
  const inherited = inheritRequired(
    wholeSchema,
    read.flatMap(({ requiring }) => requiring),
    fields,
  );
  failOn(inherited.problems);
  yield null;
  const { schema, rules } = yield* compiled(attachRules(shown, placed.shownWith(inherited.rules)), placed);
  yield null;
  failOn(notInForce(schema, rules, placed.held));
  yield null;
  const { costs, ...cost } = placeCosts(
    [...read.flatMap((service) => service.costs), ...(options.costs ?? [])],
    schema,
  );
  failOn(cost.problems);
  yield null;
  const others = read.flatMap(({ document }, index) => {
    const name = services[index]?.name ?? '';
    return name === options.own ? [] : [{ name, document }];
  });
  const warnings = revealedPeople(schema, rules, own.document, others);
  return { supergraphSdl, schema, costs, notes: [...placed.notes, ...cost.notes], warnings };
}

/** A field that moved to another service would look the same, and be answered by somebody else. */
function takenFrom(own: string, overriding: readonly OverridingField[]): readonly CompositionProblem[] {
  return overriding.flatMap(({ service, coordinate, from }) =>
    from === own ? [{ service, coordinate, message: "overrides a field of the gateway's own" }] : [],
  );
}

function parsed(service: string, sdl: string): DocumentNode {
  try {
    return parse(sdl, { noLocation: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : 'it cannot be read';
    throw new CompositionError([{ service, coordinate: null, message: `its schema is no SDL: ${message}` }]);
  }
}

function roleNames(schema: GraphQLSchema): readonly string[] {
  const role = schema.getType('Role');
  return isEnumType(role) ? role.getValues().map(({ name }) => name) : [];
}

function* compiled(
  document: DocumentNode,
  placed: PlacedRules,
): Steps<{ schema: GraphQLSchema; rules: CompiledRules }> {
  yield null;
  const schema = buildASTSchema(document, { assumeValidSDL: true });
  yield null;
  try {
    return { schema, rules: compileRules(schema, DIRECTIVES, NO_MUTATIONS) };
  } catch (error) {
    if (!(error instanceof DirectiveError)) throw error;
    throw new CompositionError(
      error.problems.map(({ coordinate, message }) => ({
        service: placed.servicesAt(coordinate).join('", "') || null,
        coordinate,
        message,
      })),
    );
  }
}

function failOn(problems: readonly CompositionProblem[]): void {
  if (problems.length > 0) throw new CompositionError(problems);
}
