// The bill of materials of what is shipped, as CycloneDX JSON: what is installed with the gateway, and what is built into its pages.
//
//   npm run --silent sbom                        to the standard output
//   npm run --silent sbom -- --out sbom.json     into a file
//
// It is made from package-lock.json alone, and says the same each time: no moment, no random number, no name of a machine.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Enums, Models, Serialize, Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { bundledPackages, directPackages, installedPackages, ROOT } from './shipped-packages.mjs';

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const own = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const VERSION = Spec.Version.v1dot6;

const installed = installedPackages();
const bundled = bundledPackages();
const components = new Map();
for (const each of installed) components.set(each.id, componentOf(each));
for (const each of bundled) {
  const component = components.get(each.id) ?? componentOf(each);
  component.properties.add(new Models.Property('impersonation-gateway:built-into', 'dist/web'));
  components.set(each.id, component);
}
for (const { id, needs } of [...installed, ...bundled]) {
  for (const needed of needs) components.get(id).dependencies.add(components.get(needed).bomRef);
}

const product = new Models.Component(Enums.ComponentType.Application, own.name, {
  bomRef: `${own.name}@${own.version}`,
  version: own.version,
  description: own.description,
  licenses: licencesOf(own.license),
  purl: purlOf(own.name, own.version),
  // The pages hold theirs themselves: they are part of the product, as what is installed is.
  dependencies: new Models.BomRefRepository(
    [...new Set([...directPackages(), ...bundled.map(({ id }) => id)])].map((id) => components.get(id).bomRef),
  ),
});

const bom = new Models.Bom({
  metadata: new Models.Metadata({
    component: product,
    lifecycles: new Models.LifecycleRepository([Enums.LifecyclePhase.PreBuild]),
  }),
  components: new Models.ComponentRepository(components.values()),
});
const text = `${new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6)).serialize(bom, { sortLists: true, space: 2 })}\n`;

const faults = await new Validation.JsonStrictValidator(VERSION).validate(text);
if (faults !== null) {
  console.error('sbom: not valid by the schema of CycloneDX', faults);
  process.exit(1);
}
if (values.out === undefined) process.stdout.write(text);
else writeFileSync(values.out, text);

function componentOf({ id, name, version, license, optional, integrity }) {
  const [group, rest] = name.startsWith('@') ? name.split('/') : [undefined, name];
  return new Models.Component(Enums.ComponentType.Library, rest, {
    bomRef: id,
    group,
    version,
    scope: optional ? Enums.ComponentScope.Optional : Enums.ComponentScope.Required,
    hashes: hashesOf(id, integrity),
    licenses: licencesOf(license),
    purl: purlOf(name, version),
  });
}

/** What npm compares a package with before it is unpacked: `sha512-` and the digest in base64. */
function hashesOf(id, integrity) {
  const [, digest] = /^sha512-([A-Za-z0-9+/]+=*)$/.exec(integrity ?? '') ?? [];
  if (digest === undefined) throw new Error(`sbom: package-lock.json has no SHA-512 of ${id}`);
  return new Models.HashDictionary([[Enums.HashAlgorithm['SHA-512'], Buffer.from(digest, 'base64').toString('hex')]]);
}

function licencesOf(license) {
  return new Models.LicenseRepository([
    / (?:AND|OR|WITH) /.test(license) ? new Models.LicenseExpression(license) : new Models.SpdxLicense(license),
  ]);
}

function purlOf(name, version) {
  return `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version)}`;
}
