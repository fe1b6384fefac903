import type { Store } from '../stores/index.js';

/** What is told of one call of the store. */
export interface StoreObserver {
  /**
   * Called as the call begins.
   * @param operation e.g. `events.append`
   * @returns what is called once it has ended, with the error where it failed
   */
  began(operation: string): (error: unknown) => void;
}

const PARTS = ['events', 'sessions', 'seals', 'users'] as const;

/** The same store, with each call that something is waited for told to the observer. Nothing else about it changes. */
export function observedStore(store: Store, observer: StoreObserver): Store {
  const parts = Object.fromEntries(PARTS.map((name) => [name, observed(store[name], `${name}.`, observer)]));
  return new Proxy(store, {
    get(target, name) {
      if (typeof name === 'string' && Object.hasOwn(parts, name)) return parts[name];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function observed<T extends object>(part: T, prefix: string, observer: StoreObserver): T {
  /** Made once for each method, as calls come by the thousand. */
  const methods = new Map<PropertyKey, { readonly of: unknown; readonly method: unknown }>();
  return new Proxy(part, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      let known = methods.get(name);
      if (known?.of !== value) {
        known = {
          of: value,
          method: told(target, value as (...given: never) => unknown, `${prefix}${String(name)}`, observer),
        };
        methods.set(name, known);
      }
      return known.method;
    },
  });
}

function told(target: object, method: (...given: never) => unknown, operation: string, observer: StoreObserver) {
  return (...given: unknown[]): unknown => {
    const ended = observer.began(operation);
    let result: unknown;
    try {
      result = Reflect.apply(method, target, given as never);
    } catch (error) {
      ended(error);
      throw error;
    }
    if (!(result instanceof Promise)) {
      ended(null);
      return result;
    }
    result.then(
      () => ended(null),
      (error: unknown) => ended(error ?? new Error('unknown reason')),
    );
    return result;
  };
}
