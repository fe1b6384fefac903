import { parseArgs } from 'node:util';
import { checkConfig } from '../app/check/check-config.js';
import type { Finding } from '../app/check/finding.js';
import { type Environment, type ShownSetting, shownSettings } from '../config/index.js';
import { redactText } from '../platform/logger.js';
import type { Output } from './output.js';

export const CONFIG_CHECK_USAGE = `Usage: impersonation-gateway config check [--connect]

  Says what is wrong with the configuration, all of it at once, without serving anything; then every setting, with where
  its value comes from and secrets left out.

  --connect    also asks the store, the issuers and the services, and changes nothing there

Exits 0 where a gateway could start, else 1.
`;

/** `impersonation-gateway config check`. @returns the exit code */
export async function config(argv: readonly string[], environment: Environment, output: Output): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { connect: { type: 'boolean', default: false } },
  });
  if (positionals.length !== 1 || positionals[0] !== 'check') {
    output.stderr.write(CONFIG_CHECK_USAGE);
    return 1;
  }
  const findings = await checkConfig(environment, values.connect);
  const { stdout } = output;
  stdout.write(`Settings\n${shownSettings(environment).map(lineOf).join('')}\n`);
  for (const [level, title] of TITLES) stdout.write(section(title, findings, level));
  const problems = findings.filter(({ level }) => level === 'problem').length;
  const warnings = findings.filter(({ level }) => level === 'warning').length;
  stdout.write(`${problems} problems, ${warnings} warnings\n`);
  return problems === 0 ? 0 : 1;
}

const TITLES = [
  ['good', 'Checked'],
  ['warning', 'Warnings'],
  ['problem', 'Problems'],
] as const;

function lineOf({ name, value, from, unit }: ShownSetting): string {
  const shown = from === 'environment' && unit !== null ? `${value} (${unit})` : value;
  return `  ${name} = ${shown}  [${from}]\n`;
}

function section(title: string, findings: readonly Finding[], level: Finding['level']): string {
  const lines = findings
    .filter((finding) => finding.level === level)
    .map(({ message }) => `  - ${redactText(message)}\n`);
  return lines.length === 0 ? '' : `${title}\n${lines.join('')}\n`;
}
