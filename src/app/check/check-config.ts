import { type Environment, examineConfig, riskySettings } from '../../config/index.js';
import { checkAnchors, checkServices, checkSigningKeys, checkTrustedDocuments } from './files.js';
import { type Check, type Finding, problem, warning } from './finding.js';

/** What this machine alone can tell. Another part that has a file to be checked adds its check here. */
const HERE: readonly Check[] = [checkSigningKeys, checkServices, checkTrustedDocuments, checkAnchors];
/** What others have to be asked for; what it takes to ask them is loaded for it alone. */
async function elsewhere(): Promise<readonly Check[]> {
  const { checkIssuers, checkSchemas, checkStore } = await import('./connections.js');
  return [checkStore, checkIssuers, checkSchemas];
}

/** Everything that is wrong with an environment or should be thought about, at once. Nothing is served, made or changed. */
export async function checkConfig(environment: Environment, connect: boolean): Promise<readonly Finding[]> {
  const { config, problems } = examineConfig(environment);
  const checks = connect ? [...HERE, ...(await elsewhere())] : HERE;
  const found = await Promise.all(checks.map((check) => outcomeOf(check, { config, environment })));
  const told = problems.map((text) => problem(text));
  return unique([...told, ...riskySettings(config).map(warning), ...found.flat()]);
}

async function outcomeOf(check: Check, checked: Parameters<Check>[0]): Promise<readonly Finding[]> {
  try {
    return await check(checked);
  } catch (error) {
    return [problem(error instanceof Error ? error.message : 'Something cannot be checked.')];
  }
}

/** With `--connect` the same file is read twice. */
function unique(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ message }) => !seen.has(message) && seen.add(message));
}
