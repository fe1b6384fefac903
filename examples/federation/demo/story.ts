import type { Asked } from '../service.js';
import type { Answer } from './client.js';

/** A step did not turn out as the story says. */
export class StoryError extends Error {
  override readonly name = 'StoryError';
}

export type Say = (text: string) => void;

/** Prints each step with its number, and holds it to what the story says. */
export class Story {
  #number = 0;

  constructor(readonly say: Say) {}

  step(title: string): void {
    this.#number += 1;
    this.say(`\n${this.#number}. ${title}`);
  }

  /** The answer, in which there have to be these errors and no others. */
  answer(answer: Answer, errors: readonly string[] = []): void {
    this.say(`   → ${answer.data === null ? '' : shortened(answer.data)}`);
    for (const error of answer.errors) this.say(`   ✗ ${error}`);
    const found = [...answer.errors].sort().join();
    this.hold(`the errors are ${errors.join() || 'none'}, not ${found || 'none'}`, found === [...errors].sort().join());
  }

  /** What a service says it was asked, and by whom. */
  asked(service: string, operations: readonly Asked[]): void {
    for (const { viewer, actor, document } of operations) {
      const who = viewer === actor ? (viewer ?? 'nobody') : `${actor} as ${viewer}`;
      this.say(`   ${service} verified ${who} and was asked:`);
      this.say(`     ${document.replace(/\s+/g, ' ')}`);
    }
  }

  /** Ends the story where it is not so. */
  hold(expected: string, holds: boolean): void {
    if (!holds) throw new StoryError(`Step ${this.#number} should have turned out otherwise: ${expected}.`);
  }
}

function shortened(data: Record<string, unknown>): string {
  const text = JSON.stringify(data, (key, value: unknown) =>
    key === 'actorToken' ? `${String(value).slice(0, 12)}…` : value,
  );
  return text.length > 700 ? `${text.slice(0, 700)}…` : text;
}
