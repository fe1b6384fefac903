import type { GraphQLFieldResolver, GraphQLObjectType } from 'graphql';
import { isOwn } from './schema.js';

/** How a source object has its fields, by what `random` chooses. */
export interface Owning {
  readonly random: () => number;
  readonly trouble: number;
  /** @throws or gives what the field of that name has */
  readonly give: (name: string) => unknown;
  readonly method: GraphQLFieldResolver<unknown, never>;
}

/** An object, an instance of a class, a function or an object without a prototype, with the own fields of a type. */
export function sourceObject(type: GraphQLObjectType, { random, trouble, give, method }: Owning): object {
  const shape = random();
  const members: object = shape < 0.2 ? Object.create(null) : {};
  const typename = random() < 0.5;
  if (typename) {
    const lie = random() < trouble ? (['Query', 'Nothing', 'Node', 7][Math.floor(random() * 4)] ?? null) : type.name;
    Object.defineProperty(members, '__typename', { value: lie, enumerable: true });
  }
  for (const { name } of Object.values(type.getFields())) {
    if (!isOwn(name)) continue;
    const choice = random();
    if (choice < 0.1) continue;
    if (choice < 0.4 || (name === 'ownMethod' && choice < 0.6)) Object.defineProperty(members, name, { value: method });
    else if (choice < 0.7) Object.defineProperty(members, name, { get: () => give(name) });
    else Object.defineProperty(members, name, once(name, give));
  }
  if (shape < 0.5) return members;
  if (shape < 0.9) return Object.create(members);
  return Object.setPrototypeOf(() => undefined, members);
}

/** A property: the same value each time; made when first asked for, as objects lead to further objects without end. */
function once(name: string, give: Owning['give']): PropertyDescriptor {
  let known: { readonly value: unknown } | null = null;
  return {
    get: () => {
      known ??= { value: give(name) };
      return known.value;
    },
  };
}
