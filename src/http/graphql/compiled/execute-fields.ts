import type { GraphQLResolveInfo } from 'graphql';
import type { FieldPlace, FieldPlan, ObjectPlan } from './field-plan.js';
import { type Completed, fail, isPromiseLike, type Json, type ResultPath, type Run } from './run.js';

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
  let text = '';
  let parts: Completed[] | null = null;
  try {
    for (let index = 0; index < fields.length; index += 1) {
      const field = fields[index] as FieldPlan;
      text += index === 0 ? `{${field.prefix}` : `,${field.prefix}`;
      const completed = executeField(run, field, source, path);
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
    return Promise.all(parts).finally(() => {
      throw error;
    }) as Promise<never>;
  }
  text += fields.length === 0 ? '{}' : '}';
  if (parts === null) return text;
  parts.push(text);
  return Promise.all(parts).then(joined);
}

/** The same one after the other, each after the one before has come to its end: root fields of mutations (§6.2.2). */
export function executeFieldsSerially(run: Run, plan: ObjectPlan, source: unknown): string | Promise<string> {
  const { fields } = plan;

  function from(start: number, written: string): string | Promise<string> {
    let text = written;
    for (let index = start; index < fields.length; index += 1) {
      const field = fields[index] as FieldPlan;
      text += index === 0 ? `{${field.prefix}` : `,${field.prefix}`;
      const completed = executeField(run, field, source, undefined);
      if (isPromiseLike<Json>(completed)) {
        const before = text;
        return Promise.resolve(completed).then((json) => from(index + 1, before + (json ?? 'null')));
      }
      text += completed ?? 'null';
    }
    return `${text}${fields.length === 0 ? '{' : ''}}`;
  }

  return from(0, '');
}

function joined(parts: readonly Json[]): string {
  let text = '';
  for (const part of parts) text += part ?? 'null';
  return text;
}

function executeField(run: Run, field: FieldPlan, source: unknown, parent: ResultPath | undefined): Completed {
  const { leaf, resolve, constant } = field;
  if (constant !== null) return constant;
  let path: ResultPath | undefined;
  try {
    let value: unknown;
    if (resolve === null) {
      value = propertyOf(source, field.fieldName);
      if (typeof value === 'function') {
        path = pathOf(field, parent);
        const args = field.args(run);
        const info = infoOf(run, field, path);
        value = (source as Record<string, (...rest: unknown[]) => unknown>)[field.fieldName]?.(args, run.context, info);
      }
    } else {
      path = pathOf(field, parent);
      value = resolve(source, field.args(run), run.context, infoOf(run, field, path));
    }
    if (leaf !== null && !isPromiseLike(value)) return leaf(value);
    const place = path ?? pathOf(field, parent);
    path = place;
    const completed = isPromiseLike(value)
      ? value.then((resolved) => field.complete(run, resolved, field, place))
      : field.complete(run, value, field, place);
    if (completed === null || typeof completed === 'string') return completed;
    return completed.then(undefined, (error: unknown) => fail(run, error, field.nonNull, field.nodes, place));
  } catch (error) {
    return fail(run, error, field.nonNull, field.nodes, path ?? pathOf(field, parent));
  }
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

/** What resolvers get as `info`. */
export function infoOf(run: Run, place: FieldPlace, path: ResultPath): GraphQLResolveInfo {
  const { schema, fragments, operation } = run.info;
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
