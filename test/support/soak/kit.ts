import { setTimeout as pause } from 'node:timers/promises';
import type { AnswerError } from '../ask.js';
import { codesOf } from '../ask.js';
import { noteSecret } from '../record.js';
import type { SoakSetting } from './setting.js';

/** What came of what was done, by name: nothing that a soak is about may go without having happened. */
export class Outcomes {
  readonly counts = new Map<string, number>();
  /** What nobody expected, each kind once, with how often. */
  readonly unexpected = new Map<string, number>();

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  wrong(what: string): void {
    this.unexpected.set(what, (this.unexpected.get(what) ?? 0) + 1);
  }
}

/** Answers of a GraphQL request, as far as a soak looks at them. */
export interface SoakAnswer {
  readonly status: number;
  readonly data: any;
  readonly codes: readonly string[];
}

/** What else than the awaited may come of an operation that asks services which are being killed. */
export const WEATHER = new Set(['UPSTREAM_UNAVAILABLE', 'QUERY_TOO_COMPLEX']);

export interface KitOptions {
  readonly setting: SoakSetting;
  readonly random: () => number;
  readonly outcomes: Outcomes;
  /** Whether there is time for sessions to expire, bodies that do not come, and reserved streams that nobody opens. */
  readonly isPatient: boolean;
  /** Of documents that are never asked again, characters; shorter ones are filled up with blanks. */
  readonly documentLength: number;
}

/** What people do at a gateway, in the hands of one worker. */
export class Kit {
  readonly setting: SoakSetting;
  readonly random: () => number;
  readonly outcomes: Outcomes;
  readonly isPatient: boolean;
  readonly #documentLength: number;
  readonly #tokens = new Map<string, string>();

  constructor({ setting, random, outcomes, isPatient, documentLength }: KitOptions) {
    this.setting = setting;
    this.random = random;
    this.outcomes = outcomes;
    this.isPatient = isPatient;
    this.#documentLength = documentLength;
  }

  get url(): string {
    return this.setting.gateway.url;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  pause(mostMs: number): Promise<void> {
    return pause(this.random() * mostMs);
  }

  /** A document of the gateway's own fields that was never asked, and never will be again. */
  unseen(): string {
    const name = this.#newName();
    return `query ${name} { ${name}: viewer { ${name}: id name roles } }`.padEnd(this.#documentLength);
  }

  /** The same of fields that services have. */
  unseenForServices(): string {
    const name = this.#newName();
    return `query ${name} { ${name}: products(first: 2) { ${name}: name brand { name } } viewer { id } }`.padEnd(
      this.#documentLength,
    );
  }

  #newName(): string {
    return `n${this.below(2 ** 32).toString(36)}${this.below(2 ** 32).toString(36)}`;
  }

  /** A person's token for the day. */
  async token(userId: string): Promise<string> {
    const known = this.#tokens.get(userId);
    if (known !== undefined) return known;
    const token = await this.newToken(userId);
    this.#tokens.set(userId, token);
    return token;
  }

  /** A token that the gateway has never seen. */
  newToken(userId: string): Promise<string> {
    return this.setting.issuer.sign(userId, { lifetimeSeconds: 24 * 3_600 });
  }

  customer(): string {
    return `user_${String(1 + this.below(500)).padStart(4, '0')}`;
  }

  /** Of whoever asks now, from an address that may never have asked before. */
  headers(token: string | null): Record<string, string> {
    noteSecret('token', token);
    return {
      'x-forwarded-for': `10.${this.below(200)}.${this.below(256)}.${1 + this.below(254)}`,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    };
  }

  async post(token: string | null, body: string, headers: Record<string, string> = {}): Promise<SoakAnswer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.headers(token), ...headers },
      body,
    });
    const text = await response.text();
    let parsed: { data?: any; errors?: readonly AnswerError[] } = {};
    try {
      parsed = JSON.parse(text);
    } catch {
      this.outcomes.wrong(`an answer with ${response.status} that is no JSON`);
    }
    const codes = codesOf(parsed.errors ?? []);
    if (response.status >= 500 || codes.includes('INTERNAL_SERVER_ERROR')) {
      this.outcomes.wrong(`${response.status} ${codes.join()} to ${body.slice(0, 120)}`);
    }
    return { status: response.status, data: parsed.data, codes };
  }

  /**
   * Asks, and notes as wrong what is neither what was to be expected nor the weather.
   * @param name what it is counted as @param expected the codes: none, unless given
   */
  async ask(
    name: string,
    token: string | null,
    query: string,
    variables: Record<string, unknown> = {},
    { expected = [], weather = false }: { readonly expected?: readonly string[]; readonly weather?: boolean } = {},
  ): Promise<SoakAnswer> {
    const answer = await this.post(token, JSON.stringify({ query, variables }));
    this.judge(name, answer.codes, expected, weather);
    return answer;
  }

  judge(name: string, codes: readonly string[], expected: readonly string[], weather: boolean): void {
    const found = [...new Set(codes)].sort();
    if (found.join() === [...expected].sort().join()) this.outcomes.count(name);
    else if (weather && found.every((code) => WEATHER.has(code) || expected.includes(code)))
      this.outcomes.count(`${name}, in bad weather`);
    else this.outcomes.wrong(`${name}: ${found.join() || 'no error'}`);
  }
}

/** Something that somebody does at a gateway, from its beginning to its end. */
export interface Scenario {
  readonly name: string;
  /** How often, beside the others. */
  readonly weight: number;
  run(kit: Kit): Promise<void>;
}
