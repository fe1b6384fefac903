import { type ExecutionRequest, type Executor, isAsyncIterable, mapAsyncIterator } from '@graphql-tools/utils';
import {
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/**
 * The executor of a service with nothing in its data that it was not asked for. The planner merges what services say of one thing,
 * and where the one whose field it is has no answer, what another one said of it unasked would stand in its place: a name and roles
 * for a person whom the directory does not know.
 * @param schema with the types of all services
 */
export function askedAlone(executor: Executor, schema: GraphQLSchema): Executor {
  const shapes = new WeakMap<DocumentNode, Shape>();

  function shapeOf({ document, operationName }: ExecutionRequest): Shape {
    let shape = shapes.get(document);
    if (shape === undefined) {
      const operation = getOperationAST(document, operationName);
      shape = new Shape(schema, fragmentsOf(document), operation == null ? [] : [operation.selectionSet]);
      shapes.set(document, shape);
    }
    return shape;
  }

  return (async (request: ExecutionRequest) => {
    const result: unknown = await executor(request);
    const kept = (each: ExecutionResult) =>
      each.data == null ? each : { ...each, data: shapeOf(request).kept(each.data) as ExecutionResult['data'] };
    return isAsyncIterable(result)
      ? mapAsyncIterator(result as AsyncIterable<ExecutionResult>, kept)
      : kept(result as ExecutionResult);
  }) as Executor;
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** What is asked of an object: the keys, and what is asked below each; null below what has no fields. */
type Asked = ReadonlyMap<string, Shape | null>;

class Shape {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Fragments;
  readonly #selections: readonly SelectionSetNode[];
  /** By the type that the object says it is of; undefined where it says none that is known. */
  readonly #asked = new Map<string | undefined, Asked>();

  constructor(schema: GraphQLSchema, fragments: Fragments, selections: readonly SelectionSetNode[]) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#selections = selections;
  }

  kept(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.kept(item));
    if (typeof value !== 'object' || value === null) return value;
    const found: Record<string, unknown> = {};
    for (const [key, below] of this.#of(value)) {
      if (!Object.hasOwn(value, key)) continue;
      const member = (value as Readonly<Record<string, unknown>>)[key];
      found[key] = below === null ? member : below.kept(member);
    }
    return found;
  }

  #of(value: object): Asked {
    const said = '__typename' in value ? value.__typename : undefined;
    // A service may know as an object what is an interface to the others.
    const type = typeof said === 'string' && isObjectType(this.#schema.getType(said)) ? said : undefined;
    let asked = this.#asked.get(type);
    if (asked === undefined) {
      asked = this.#collected(type);
      this.#asked.set(type, asked);
    }
    return asked;
  }

  #collected(type: string | undefined): Asked {
    const below = new Map<string, SelectionSetNode[]>();
    const spread = new Set<string>();
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          const key = selection.alias?.value ?? selection.name.value;
          const sets = below.get(key) ?? [];
          if (selection.selectionSet !== undefined) sets.push(selection.selectionSet);
          below.set(key, sets);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          if (this.#applies(selection.typeCondition?.name.value, type)) collect(selection.selectionSet);
        } else {
          const fragment = this.#fragments.get(selection.name.value);
          if (fragment === undefined || spread.has(selection.name.value)) continue;
          spread.add(selection.name.value);
          if (this.#applies(fragment.typeCondition.name.value, type)) collect(fragment.selectionSet);
        }
      }
    };
    for (const selections of this.#selections) collect(selections);
    return new Map(
      [...below].map(([key, sets]) => [key, sets.length === 0 ? null : new Shape(this.#schema, this.#fragments, sets)]),
    );
  }

  #applies(condition: string | undefined, type: string | undefined): boolean {
    if (condition === undefined || type === undefined || condition === type) return true;
    const [wider, narrower] = [this.#schema.getType(condition), this.#schema.getType(type)];
    return isAbstractType(wider) && isObjectType(narrower) && this.#schema.isSubType(wider, narrower);
  }
}

function fragmentsOf(document: DocumentNode): Fragments {
  return new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );
}
