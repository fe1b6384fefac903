// The bill of materials of what is shipped, as CycloneDX JSON: what is installed with the gateway, and what is built into its pages.
//
//   npm run --silent sbom                        to the standard output
//   npm run --silent sbom -- --out sbom.json     into a file
//
// `npm sbom --omit dev` alone leaves out each package that development needs too, graphql and jose among them. So npm is asked for all
// packages, and what is not shipped is taken out here.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundledPackages, installedPackages, ROOT } from './shipped-packages.mjs';

const { values } = parseArgs({ options: { out: { type: 'string' } } });

const all = JSON.parse(
  execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  }),
);
const idOf = ({ name, version }) => `${name}@${version}`;
const installed = new Set(installedPackages().map(idOf));
const shipped = new Set([...installed, ...bundledPackages().map(idOf)]);
const product = all.metadata.component;
const isShipped = (ref) => ref === product['bom-ref'] || shipped.has(ref);

const components = all.components.filter((each) => isShipped(each['bom-ref']));
const missing = [...shipped].filter((id) => !components.some((each) => each['bom-ref'] === id));
if (missing.length > 0) {
  console.error(`sbom: npm does not list ${missing.join(', ')}`);
  process.exit(1);
}
for (const component of components) {
  if (!installed.has(component['bom-ref'])) component.properties.push({ name: 'bundled', value: 'dist/web' });
}
// npm takes the name of the folder.
product.name = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).name;
const dependencies = all.dependencies
  .filter(({ ref }) => isShipped(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isShipped) }));

const text = `${JSON.stringify({ ...all, components, dependencies }, null, 2)}\n`;
if (values.out === undefined) process.stdout.write(text);
else writeFileSync(values.out, text);
