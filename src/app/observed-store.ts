import type { Store } from '../stores/index.js';

/**
 * Makes one call of the store, and gives what it gave.
 * @param operation e.g. `events.append`
 * @param given its arguments
 */
export type AroundCall = (operation: string, given: readonly unknown[], call: () => unknown) => unknown;

const PARTS = ['events', 'sessions', 'seals', 'users'] as const;

/** The same store, with each of its calls made by way of `around`. Nothing else about it changes. */
export function observedStore(store: Store, around: AroundCall): Store {
  const parts = Object.fromEntries(PARTS.map((name) => [name, observed(store[name], `${name}.`, around)]));
  return new Proxy(store, {
    get(target, name) {
      if (typeof name === 'string' && Object.hasOwn(parts, name)) return parts[name];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function observed<T extends object>(part: T, prefix: string, around: AroundCall): T {
  /** Made once for each method, as calls come by the thousand. */
  const methods = new Map<PropertyKey, { readonly of: unknown; readonly method: unknown }>();
  return new Proxy(part, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      let known = methods.get(name);
      if (known?.of !== value) {
        const operation = `${prefix}${String(name)}`;
        const method = (...given: unknown[]) =>
          around(operation, given, () => Reflect.apply(value as (...given: unknown[]) => unknown, target, given));
        known = { of: value, method };
        methods.set(name, known);
      }
      return known.method;
    },
  });
}
