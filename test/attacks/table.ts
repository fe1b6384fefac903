import type { Attack, AttackGroup } from './attack.js';

/** The attack as a row of docs/attack-catalogue.md. */
export function tableRow(attack: Attack, { file }: AttackGroup): string {
  const { id, title, threat, codes, trail } = attack;
  const cells = [
    id,
    text(title),
    text(threat),
    list(codes),
    trail.length === 0 ? 'nothing' : list(trail),
    `\`${file}\``,
  ];
  return `| ${cells.join(' | ')} |`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `\`${text(item)}\``).join('<br>');
}

/** Without what would end a cell, and with what nobody could see written out. */
function text(raw: string): string {
  return raw
    .replaceAll('|', '\\|')
    .replace(/\p{Cf}|\p{Cc}/gu, (hidden) => `\\u{${hidden.codePointAt(0)?.toString(16)}}`);
}
