import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { seededRandom } from '../../support/seeded-random.js';
import { describeValue, pathText, typedPathText } from './describe.js';
import { failure } from './failures.js';
import { Labels } from './labels.js';
import { leafPool } from './leaf-values.js';
import { listOf } from './list-values.js';
import { schema } from './schema.js';
import { sourceObject } from './sources.js';
import { Pending, promised } from './timing.js';

/** How often things go wrong, and how often they take time. */
export interface Mood {
  readonly trouble: number;
  readonly waiting: number;
}

const MOST_CALLS = 80;

interface Known {
  readonly type: GraphQLObjectType;
  readonly key: string;
}

/**
 * What resolvers give. All of it depends on the seed and the place in the response alone, so that two executions meet the
 * same; each execution has a world of its own, in which it leaves the list of its calls.
 */
export class World {
  readonly calls: string[] = [];
  readonly labels = new Labels();
  readonly pending = new Pending();
  readonly #known = new WeakMap<object, Known>();
  readonly #described = new WeakMap<object, string>();
  #bumps = 0;

  constructor(
    readonly seed: number,
    readonly mood: Mood,
  ) {}

  random(key: string): () => number {
    let hash = this.seed ^ 0x811c9dc5;
    for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
    return seededRandom(hash);
  }

  called(what: string, args: unknown, info: GraphQLResolveInfo): void {
    let about = this.#described.get(info.variableValues);
    if (about === undefined) {
      about = describeValue(info.variableValues);
      this.#described.set(info.variableValues, about);
    }
    const nodes = info.fieldNodes.map(({ loc }) => loc?.start).join();
    const constant = `${info.schema === schema} ${info.rootValue} ${Object.getPrototypeOf(info.fragments)}${Object.keys(info.fragments)} ${info.operation.loc?.start}`;
    const place = `${typedPathText(info.path)} ${info.parentType.name}.${info.fieldName}: ${info.returnType}`;
    this.calls.push(`${what} ${place} @${nodes} ${describeValue(args)} ${about} ${constant} ${this.#bumps}`);
  }

  resolve(args: Record<string, unknown>, info: GraphQLResolveInfo): unknown {
    this.called('resolve', args, info);
    const key = pathText(info.path);
    if (info.fieldName === 'echo') {
      const copy: unknown = structuredClone(args);
      spoil(args);
      return this.#timed(this.random(key), () => copy);
    }
    if (info.fieldName === 'bump' || info.fieldName === 'sureBump') this.#bumps += Number(args.by);
    return this.given(info.returnType, key, this.#bumps);
  }

  /** @throws as a resolver may */
  given(type: GraphQLOutputType, key: string, only?: number): unknown {
    const random = this.random(key);
    if (random() >= this.mood.trouble) {
      return this.#timed(random, () => (only !== undefined && only > 0 ? only : this.#value(type, key, random)));
    }
    const choice = random();
    if (choice < 0.2) throw failure(random, key, this.labels);
    if (choice < 0.45) {
      const error = failure(random, key, this.labels);
      return promised(random, () => Promise.reject(error), this.pending);
    }
    if (choice < 0.55) return this.#timed(random, () => expressible(failure(random, key, this.labels)));
    if (choice < 0.65) return this.#timed(random, () => null);
    if (choice < 0.75) return this.#timed(random, () => undefined);
    return this.#timed(random, () => this.#unfit(type, key, random));
  }

  /** The name, or what else a `resolveType` gives. @throws as it may */
  typeOf(value: unknown): unknown {
    const known = this.#knownOf(value);
    if (known === undefined) return 'Rock';
    const random = this.random(`${known.key}#type`);
    const wrong = ['Lists', 'Nothing', 'Node', null, undefined, 7, known.type, 'Person'];
    return this.#answer(random, known.type.name, wrong[Math.floor(random() * wrong.length)]);
  }

  isOf(value: unknown, typeName: string): unknown {
    const known = this.#knownOf(value);
    if (known === undefined) return false;
    const random = this.random(`${known.key}#is${typeName}`);
    return this.#answer(random, known.type.name === typeName, random() < 0.5 ? null : false);
  }

  #answer(random: () => number, right: unknown, wrong: unknown): unknown {
    if (random() >= this.mood.trouble / 2) return this.#timed(random, () => right);
    if (random() < 0.7) return this.#timed(random, () => wrong);
    const error = failure(random, 'a type', this.labels);
    if (random() < 0.5) throw error;
    return promised(random, () => Promise.reject(error), this.pending);
  }

  #timed(random: () => number, make: () => unknown): unknown {
    return random() < this.mood.waiting ? promised(random, make, this.pending) : make();
  }

  #knownOf(value: unknown): Known | undefined {
    return (typeof value === 'object' || typeof value === 'function') && value !== null
      ? this.#known.get(value)
      : undefined;
  }

  #unfit(type: GraphQLOutputType, key: string, random: () => number): unknown {
    const nullable = getNullableType(type);
    if (isLeafType(nullable)) return pick(leafPool(nullable.name).bad, random);
    const unfit = pick(
      [5, 'text', {}, true, Symbol('s'), new Set([1]), () => 1, this.#value(type, key, random)],
      random,
    );
    // A Map given for a list of lists makes a leaf value of it.
    return isLeafType(getNamedType(type)) ? expressible(unfit) : unfit;
  }

  #value(type: GraphQLOutputType, key: string, random: () => number): unknown {
    // Lists of lists of objects of lists: enough is enough.
    if (this.calls.length > MOST_CALLS) return null;
    if (isNonNullType(type)) return this.#value(type.ofType, key, random);
    if (isListType(type)) {
      const length = Math.floor(random() * 4);
      return listOf(length, (index) => this.#item(type.ofType, `${key}.${index}`), random, this.mood.trouble);
    }
    if (isLeafType(type)) return pick(leafPool(type.name).good, random);
    if (isAbstractType(type)) return this.#object(pick(schema.getPossibleTypes(type), random), key);
    return this.#object(type, key);
  }

  #item(type: GraphQLOutputType, key: string): unknown {
    try {
      return this.given(type, key);
    } catch (error) {
      return error instanceof Error
        ? error
        : promised(this.random(`${key}!`), () => Promise.reject(error), this.pending);
    }
  }

  #object(type: GraphQLObjectType, key: string): object {
    const fields = type.getFields();
    const made = sourceObject(type, {
      random: this.random(`${key}#object`),
      trouble: this.mood.trouble,
      give: (name) => {
        this.calls.push(`get ${key}.${name}`);
        const field = fields[name];
        return field === undefined ? undefined : this.given(field.type, `${key}.${name}`);
      },
      method: ((args: Record<string, unknown>, world: World, info: GraphQLResolveInfo) => {
        if (world !== this) throw new Error('not the context of this execution');
        this.called('method', args, info);
        spoil(args);
        return this.given(info.returnType, pathText(info.path));
      }) as never,
    });
    this.#known.set(made, { type, key });
    return made;
  }
}

/** JSON cannot express symbols and functions: a known deviation, tested on its own. */
function expressible(value: unknown): unknown {
  return typeof value === 'symbol' || typeof value === 'function' ? new Error(String(value)) : value;
}

/** A resolver that changes what it is given, as deep as it can. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  for (const each of Object.values(value)) spoil(each);
  if (Array.isArray(value)) value.push('spoilt');
  else Object.assign(value, { spoilt: true });
}

function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)] as T;
}
