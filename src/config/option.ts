/** A value, or what is wrong with it in a sentence for the operator (which must not quote a secret). */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };

/** One setting, as docs/configuration.md lists it. */
export interface Option<T> {
  readonly name: string;
  readonly unit: string | null;
  /** The default in words. */
  readonly byDefault: string;
  /** What it does. */
  readonly effect: string;
  readonly parse: (text: string) => Parsed<T>;
  /** Whether its value is never shown. */
  readonly secret: boolean;
}

export function text(): (text: string) => Parsed<string> {
  return (value) => ({ value });
}

export function wholeNumber(min: number, max: number): (text: string) => Parsed<number> {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? { value } : { problem: `must be a whole number from ${min} to ${max}` };
  };
}

/** As {@link wholeNumber}, or 0, which stands for none. */
export function zeroOr(min: number, max: number): (text: string) => Parsed<number> {
  const number = wholeNumber(min, max);
  return (text) => {
    if (text === '0') return { value: 0 };
    return 'value' in number(text) ? number(text) : { problem: `must be 0, or a whole number from ${min} to ${max}` };
  };
}

export function oneOf<const T extends string>(...choices: readonly T[]): (text: string) => Parsed<T> {
  return (text) => {
    const value = choices.find((choice) => choice === text);
    return value === undefined ? { problem: `must be one of ${choices.join(', ')}` } : { value };
  };
}

/** Comma-separated; blanks around and empty items are dropped. */
export function list(check: (item: string) => string | null): (text: string) => Parsed<readonly string[]> {
  return (text) => {
    const items = text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    // Only separators: a slip, and for some lists one that would switch a protection off.
    if (items.length === 0) return { problem: 'must name at least one' };
    const problems = items.flatMap((item) => check(item) ?? []);
    return problems.length > 0 ? { problem: problems.join('; ') } : { value: Object.freeze(items) };
  };
}

/** An http(s) URL without user information, query or fragment; returned without a trailing slash. */
export function webAddress(): (text: string) => Parsed<string> {
  const exact = exactWebAddress();
  return (text) => {
    const parsed = exact(text);
    return 'value' in parsed ? { value: parsed.value.replace(/\/+$/, '') } : parsed;
  };
}

/** The same, returned to the letter: for what is compared with an `iss`. */
export function exactWebAddress(): (text: string) => Parsed<string> {
  return (text) => {
    // The parser is lenient (`http:host`, line breaks, an empty query), but the text itself becomes the `iss` of tokens.
    if (!/^https?:\/\/[^\s/\\]\S*$/i.test(text) || !URL.canParse(text))
      return { problem: 'must be an http or https URL' };
    if (/^[^/]*\/\/[^/?#]*@/.test(text)) return { problem: 'must not contain user information' };
    if (/[?#]/.test(text)) return { problem: 'must not have a query or a fragment' };
    return { value: text };
  };
}
