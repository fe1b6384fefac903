import type { GraphQLResolveInfo } from 'graphql';
import type { FieldPlace, FieldPlan, ObjectPlan } from './field-plan.js';
import {
  afterwards,
  type Completed,
  fail,
  isGivenUp,
  isPromiseLike,
  type Json,
  joined,
  type ResultPath,
  type Run,
  type Texts,
  textOf,
} from './run.js';

/**
 * The JSON of an object: its fields side by side, as §6.3 of the specification has it ("normal" execution). The text is
 * written as values come; only what waits for a promise is put together afterwards.
 * @throws the located error of a field that must not be null
 */
export function executeFields(
  run: Run,
  plan: ObjectPlan,
  source: unknown,
  path: ResultPath | undefined,
): string | Promise<string> {
  const { fields } = plan;
  const open = run.open === plan || opens(run, plan);
  let text = '';
  let parts: (string | PromiseLike<Json>)[] | null = null;
  try {
    for (let index = 0; index < fields.length; index += 1) {
      const field = fields[index] as FieldPlan;
      text += field.lead;
      const completed = executeField(run, field, source, path, open);
      if (completed === null) text += 'null';
      else if (typeof completed === 'string') text += completed;
      else {
        parts ??= [];
        parts.push(text, completed);
        text = '';
      }
    }
  } catch (error) {
    if (parts === null) throw error;
    // What the other fields have begun is waited for: it may fail, too, and must not do so with nobody looking.
    return Promise.all(parts)
      .then(joined)
      .finally(() => {
        throw error;
      });
  }
  text += fields.length === 0 ? '{}' : '}';
  if (parts === null) return text;
  parts.push(text);
  return Promise.all(parts).then(joined);
}

/** Whether the guards of all fields let the context through, which never changes during a run. */
function opens(run: Run, plan: ObjectPlan): boolean {
  try {
    for (const passes of plan.guards) if (!passes(run.context)) return false;
  } catch {
    // The error is that of the field whose guard it is.
    return false;
  }
  run.open = plan;
  return true;
}

/**
 * The same one after the other, each after the one before has come to its end: root fields of mutations (§6.2.2). Closed in the step of
 * the last field: a step of its own would let in errors that come, for graphql-js, when all is over.
 */
export function executeFieldsSerially(run: Run, plan: ObjectPlan, source: unknown): string | Promise<string> {
  const { fields } = plan;
  if (fields.length === 0) return '{}';
  let text: string | PromiseLike<string> = '';
  for (const [index, field] of fields.entries()) {
    const end = index === fields.length - 1 ? '}' : '';
    text =
      typeof text === 'string'
        ? appended(run, field, source, text, end)
        : text.then((before) => appended(run, field, source, before, end));
  }
  return typeof text === 'string' ? text : Promise.resolve(text);
}

function appended(
  run: Run,
  field: FieldPlan,
  source: unknown,
  before: string,
  end: string,
): string | PromiseLike<string> {
  const text = before + field.lead;
  const completed = executeField(run, field, source, undefined, false);
  if (completed === null || typeof completed === 'string') return text + (completed ?? 'null') + end;
  return completed.then((json) => text + (json ?? 'null') + end);
}

function executeField(
  run: Run,
  field: FieldPlan,
  source: unknown,
  parent: ResultPath | undefined,
  open: boolean,
): Json | PromiseLike<Json> {
  const { leaf, constant, guard } = field;
  if (constant !== null) return constant;
  let path: ResultPath | undefined;
  try {
    const resolve = open || guard === null || guard.passes(run.context) ? field.resolve : guard.refuse;
    let value: unknown;
    if (resolve === null) {
      // Arguments that are refused make a property fail, too, and before anything is read.
      const given = field.hasArgs ? field.args(run) : null;
      value = propertyOf(source, field.fieldName);
      if (typeof value === 'function') {
        path = pathOf(field, parent);
        const args = given ?? field.args(run);
        const info = infoOf(run, field, path);
        value = (source as Record<string, (...rest: unknown[]) => unknown>)[field.fieldName]?.(args, run.context, info);
      }
    } else {
      path = pathOf(field, parent);
      value = resolve(source, field.args(run), run.context, infoOf(run, field, path));
    }
    let completed: Completed;
    // What is no object is no promise.
    if (leaf !== null && (typeof value !== 'object' || value === null) && typeof value !== 'function') {
      completed = leaf(value);
    } else if (isPromiseLike(value)) {
      path ??= pathOf(field, parent);
      completed = later(run, field, value, path);
    } else if (leaf !== null) {
      completed = leaf(value);
    } else {
      path ??= pathOf(field, parent);
      completed = field.complete(run, value, field, path);
    }
    if (completed === null || typeof completed === 'string') return completed;
    return settled(run, field, completed, path ?? pathOf(field, parent));
  } catch (error) {
    return fail(run, error, field.nonNull, field.nodes, path ?? pathOf(field, parent));
  }
}

// The closures of what waits are made here: within `executeField` they would cost what does not wait an allocation, too.

function later(run: Run, field: FieldPlan, value: PromiseLike<unknown>, path: ResultPath): Completed {
  return afterwards(value, (resolved) => {
    // What an operation was given up for may go on resolving for long. Only here: nothing gives it up while nothing is waited for.
    if (isGivenUp(run)) throw new Error('the operation was given up');
    return field.complete(run, resolved, field, path);
  });
}

function settled(
  run: Run,
  field: FieldPlan,
  completed: PromiseLike<Json | Texts>,
  path: ResultPath,
): PromiseLike<Json> {
  return completed.then(textOf, (error: unknown) => fail(run, error, field.nonNull, field.nodes, path));
}

/** As the default resolver of graphql-js: nothing is read off what is no object. */
function propertyOf(source: unknown, name: string): unknown {
  if ((typeof source === 'object' && source !== null) || typeof source === 'function') {
    return (source as Record<string, unknown>)[name];
  }
  return undefined;
}

function pathOf({ key, parentType }: FieldPlan, prev: ResultPath | undefined): ResultPath {
  return { prev, key, typename: parentType.name };
}

/** What resolvers get as `info`; for an item of a list that of the field whose list it is. */
export function infoOf(run: Run, place: FieldPlace, at: ResultPath): GraphQLResolveInfo {
  const { schema, fragments, operation } = run.info;
  let path = at;
  while (path.typename === undefined && path.prev !== undefined) path = path.prev;
  return {
    fieldName: place.fieldName,
    fieldNodes: place.nodes,
    returnType: place.returnType,
    parentType: place.parentType,
    path,
    schema,
    fragments,
    rootValue: undefined,
    operation,
    variableValues: run.variables,
  };
}
