// The tables of docs/licences.md, to the standard output. Fails where a package has a licence that is not allowed.
import { bundledPackages, installedPackages } from './shipped-packages.mjs';

/** Licences that ask for no more than to be named, and let everybody use, change and sell what comes of it. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
]);

const installed = installedPackages();
const bundled = bundledPackages();
const refused = [...installed, ...bundled].filter(({ license }) => !isAllowed(license));
if (refused.length > 0) {
  for (const { name, version, license } of refused)
    console.error(`${name} ${version}: ${license} is not an allowed licence`);
  process.exit(1);
}
process.stdout.write(
  `## Installed with the gateway\n\n${table(installed)}\n## Built into the console and the banner\n\n${table(bundled)}`,
);

/** Of "A AND B" each has to be allowed. An OR would have to be chosen from by somebody: it is refused until then. */
function isAllowed(license) {
  return license
    .replace(/^\((.*)\)$/, '$1')
    .split(' AND ')
    .every((each) => ALLOWED.has(each));
}

function table(packages) {
  const rows = packages.map(
    ({ name, version, license, optional }) =>
      `| \`${name}\` | ${version} | ${license} | ${optional ? 'on some systems' : ''} |`,
  );
  return `| package | version | licence | |\n|---|---|---|---|\n${rows.join('\n').replaceAll('|  |', '| |')}\n`;
}
