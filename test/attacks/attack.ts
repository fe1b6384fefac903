import type { Ground, GroundOptions } from './ground.js';

/** What an attacker was told: the codes of one answer's errors; none where nothing was refused. */
export interface Told {
  readonly codes: readonly string[];
}

/** One numbered attack against a running gateway. */
export interface Attack {
  /** `A01`, `A02` … without gaps, in the order of the catalogue. */
  readonly id: string;
  /** What the attacker does. */
  readonly title: string;
  /** What it would give them if it worked. */
  readonly threat: string;
  /** Every code the attacker is told, in order of first appearance; `none`: an answer without errors, and harmless. */
  readonly codes: readonly string[];
  /** The whole audit trail afterwards, in order, as trail.ts writes it; everything the attack prepared included. */
  readonly trail: readonly string[];
  /** Puts the lines of a trail whose order or number is a matter of chance into a form that is not. */
  readonly settle?: (lines: readonly string[]) => readonly string[];
  /** How the gateway under attack is set up; where it needs files, they go into its folder. */
  readonly gateway?: GroundOptions | ((directory: string) => Promise<GroundOptions>);
  /** Attacks, checks what the codes alone do not say, and hands back every answer the attacker got. */
  readonly run: (ground: Ground) => Promise<readonly Told[]>;
}

/** The attacks of one file. */
export interface AttackGroup {
  /** Its file name in test/attacks. */
  readonly file: string;
  /** What the attacks have in common. */
  readonly title: string;
  /** Most of their time goes by with waiting, so they can wait together; not with vitest's `onTestFinished`, which would be that of another one. */
  readonly waiting?: true;
  readonly attacks: readonly Attack[];
}
