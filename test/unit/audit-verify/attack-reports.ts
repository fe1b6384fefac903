import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FAULT_TRAITS } from '../../../src/audit/verify/fault.js';
import type { EventStretch, FaultListener } from '../../../src/audit/verify/index.js';
import { faultLine } from '../../../src/audit/verify/report.js';

const GOLDEN = fileURLToPath(new URL('./attack-reports.txt', import.meta.url));

/** Everything that a verification says of one attack. */
export interface Report {
  readonly title: string;
  readonly onFault: FaultListener;
  /** One for each fault. In no order: signatures are verified side by side. */
  readonly lines: () => readonly string[];
}

export function reportOn(attack: string, by: 'export' | 'store'): Report {
  const lines: string[] = [];
  return {
    title: `From the ${by}: ${attack}`,
    onFault(kind, place, inDoubt, sentence) {
      const { family } = FAULT_TRAITS[kind];
      lines.push([faultLine({ kind, family, ...place, sentence }), ...inDoubt.map(doubt)].join(' '));
    },
    lines: () => lines.sort(),
  };
}

function doubt({ chain, from, to }: EventStretch): string {
  return `[in doubt: ${chain} ${from} to ${to ?? 'its end'}]`;
}

/** The reports as they were reviewed. */
export function goldenReports() {
  const sections = readFileSync(GOLDEN, 'utf8').split('\n\n');
  const reports = new Map(
    sections.map((section) => {
      const [title = '', ...lines] = section.trimEnd().split('\n');
      return [title, lines];
    }),
  );
  return {
    /** Of every report there is. */
    titles: (): readonly string[] => [...reports.keys()].filter((title) => title !== ''),
    how: `
The report is not what ${GOLDEN} says. If it is meant to change:
  UPDATE_GOLDEN=1 npx vitest run test/unit/audit-verify/attacks.test.ts
and review the difference.`,
    of({ title, lines }: Report): readonly string[] | undefined {
      if (process.env.UPDATE_GOLDEN === '1') {
        reports.set(title, [...lines()]);
        const text = [...reports].filter(([each]) => each !== '').map((each) => each.flat().join('\n'));
        writeFileSync(GOLDEN, `${text.join('\n\n')}\n`);
      }
      return reports.get(title);
    },
  };
}
