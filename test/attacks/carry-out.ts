import { describe, expect, it } from 'vitest';
import type { AttackGroup, Told } from './attack.js';
import { prepareGround } from './ground.js';
import { trailLines } from './trail.js';

/** Every code told, in order of first appearance. */
function codesTold(answers: readonly Told[]): readonly string[] {
  return [...new Set(answers.flatMap(({ codes }) => (codes.length === 0 ? ['none'] : codes)))];
}

/** Defines a test for each attack of the groups. Called by several files, so that they run at the same time. */
export function carryOut(groups: readonly AttackGroup[]): void {
  for (const { title, attacks, waiting } of groups) {
    describe(title, () => {
      for (const attack of attacks) {
        it(`${attack.id} gains nothing: ${attack.title}`, { concurrent: waiting ?? false }, async ({
          onTestFinished,
        }) => {
          const ground = await prepareGround(attack.gateway);
          onTestFinished(ground.clear);
          const answers = await attack.run(ground);
          expect(answers.length, 'the attacker was answered').toBeGreaterThan(0);
          expect(codesTold(answers), 'what the attacker was told').toEqual(attack.codes);
          const lines = trailLines(await ground.finish());
          expect(attack.settle?.(lines) ?? lines, 'the whole trail').toEqual(attack.trail);
        });
      }
    });
  }
}
