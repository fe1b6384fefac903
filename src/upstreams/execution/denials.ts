import { LRUCache } from 'lru-cache';
import type { Identity } from '../../domain/identity.js';
import { canResolve, type FieldRule } from '../../policy/index.js';

/** What is denied to somebody: one object for all to whom the same is denied. */
export interface Denied {
  /** Names it among the others of its schema. */
  readonly key: string;
  /** @param coordinate `Type.field` of an object type */
  has(coordinate: string): boolean;
}

/** Beyond it what was worked out longest ago is worked out again. */
const MOST_KEPT = 1_000;

/** What the rules of a schema deny, asked of the policy once for each identity and each rule that differs from the others. */
export class Denials {
  readonly #rules: ReadonlyMap<string, FieldRule>;
  /** Equal rules are one object: see CompiledRules. */
  readonly #different: readonly FieldRule[];
  readonly #kinds = new LRUCache<string, Denied>({ max: MOST_KEPT });
  /** Identities are frozen, and none outlives the request or the second it was resolved for. */
  readonly #known = new WeakMap<Identity, Denied>();

  /** @param rules what each field demands, by coordinate. */
  constructor(rules: ReadonlyMap<string, FieldRule>) {
    this.#rules = rules;
    this.#different = [...new Set(rules.values())];
  }

  of(identity: Identity): Denied {
    let denied = this.#known.get(identity);
    if (denied === undefined) {
      denied = this.#workedOut(identity);
      this.#known.set(identity, denied);
    }
    return denied;
  }

  #workedOut(identity: Identity): Denied {
    const refused = this.#different.filter((rule) => !canResolve(rule, identity).allowed);
    const key = refused.map((rule) => this.#different.indexOf(rule)).join();
    let denied = this.#kinds.get(key);
    if (denied === undefined) {
      const rules = this.#rules;
      const against = new Set(refused);
      denied = {
        key,
        has(coordinate) {
          const rule = rules.get(coordinate);
          return rule !== undefined && against.has(rule);
        },
      };
      this.#kinds.set(key, denied);
    }
    return denied;
  }
}
