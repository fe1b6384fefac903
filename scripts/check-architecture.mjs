// Holds the import rules of .dependency-cruiser.cjs, and fails where the tool read nothing: it says "no violations" then too.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const LEAST_MODULES = 200;
const tool = path.join('node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
const folders = ['src', 'directives', 'resolvers', 'examples', 'web'];
const { stdout, stderr } = spawnSync(
  process.execPath,
  [
    '--import',
    new URL('read-tsx.mjs', import.meta.url).href,
    tool,
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    ...folders,
  ],
  { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
);
let summary;
try {
  ({ summary } = JSON.parse(stdout));
} catch {
  console.error(`dependency-cruiser gave no report:\n${stderr}`);
  process.exit(1);
}
for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} → ${to}`);
if (summary.totalCruised < LEAST_MODULES) {
  console.error(`Only ${summary.totalCruised} modules were read: the check would miss nearly everything.`);
  process.exit(1);
}
console.log(
  `${summary.totalCruised} modules, ${summary.totalDependenciesCruised} imports, ${summary.violations.length} violations`,
);
process.exit(summary.violations.length === 0 ? 0 : 1);
