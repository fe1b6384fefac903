import { type ConstDirectiveNode, type ConstValueNode, type DocumentNode, Kind } from 'graphql';

/** One `@link` of a schema: a specification it uses, and under which names. */
export interface Link {
  readonly url: string;
  /** The name in the URL, e.g. `federation`; null where there is none. */
  readonly specification: string | null;
  /** What the names of the specification that are not imported begin with, before `__`, and what a directive of the specification's own name is called. */
  readonly prefix: string | null;
  /** Imported directives without `@`: the specification's name, and the name here. */
  readonly directives: readonly { readonly name: string; readonly as: string }[];
}

/** The links of a schema; a sentence instead for each that cannot be read, as a name might hide behind it. */
export function readLinks(document: DocumentNode): {
  readonly links: readonly Link[];
  readonly faults: readonly string[];
} {
  const links: Link[] = [];
  const faults: string[] = [];
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of definition.directives ?? []) {
      // What came before @link: a name would hide behind it.
      if (directive.name.value === 'core') faults.push('uses @core, which is not supported: use @link');
      if (directive.name.value !== 'link') continue;
      const link = readLink(directive);
      if (typeof link === 'string') faults.push(link);
      else links.push(link);
    }
  }
  return { links, faults };
}

function readLink(directive: ConstDirectiveNode): Link | string {
  const args = new Map((directive.arguments ?? []).map(({ name, value }) => [name.value, value]));
  const url = stringOf(args.get('url'));
  if (url === null) return 'has a @link whose `url` is not a string';
  const as = args.has('as') ? stringOf(args.get('as')) : nameOf(url);
  const imports = args.get('import');
  if (imports !== undefined && imports.kind !== Kind.LIST)
    return `has a @link to ${url} whose \`import\` is not a list`;
  const directives: { name: string; as: string }[] = [];
  for (const value of imports?.values ?? []) {
    const read = readImport(value);
    if (read === null) return `has a @link to ${url} with an import that is neither a name nor {name, as}`;
    if (!read.name.startsWith('@')) continue;
    if (!read.as.startsWith('@')) return `has a @link to ${url} that renames ${read.name} to something without "@"`;
    directives.push({ name: read.name.slice(1), as: read.as.slice(1) });
  }
  return { url, specification: nameOf(url), prefix: as, directives };
}

function readImport(value: ConstValueNode): { readonly name: string; readonly as: string } | null {
  if (value.kind === Kind.STRING) return { name: value.value, as: value.value };
  if (value.kind !== Kind.OBJECT) return null;
  const fields = new Map(value.fields.map((field) => [field.name.value, stringOf(field.value)]));
  const name = fields.get('name') ?? null;
  const as = fields.has('as') ? (fields.get('as') ?? null) : name;
  return name === null || as === null ? null : { name, as };
}

function stringOf(value: ConstValueNode | undefined): string | null {
  return value?.kind === Kind.STRING ? value.value : null;
}

/** The last part of the path that is no version: `https://specs.apollo.dev/federation/v2.5` is `federation`. */
function nameOf(url: string): string | null {
  const parts =
    url
      .split(/[?#]/)[0]
      ?.split('/')
      .filter((part) => part !== '' && !/^v\d+\.\d+$/.test(part)) ?? [];
  return parts.at(-1) ?? null;
}
