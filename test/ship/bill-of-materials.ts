import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { bundle } from './bundle.ts';
import { type BundledPackage, bundledPackages } from './bundled-packages.ts';
import { runNpm } from './npm.ts';

interface Component {
  'bom-ref': string;
  name: string;
  version: string;
  type: string;
  purl: string;
  scope?: string;
  licenses?: { license: { id: string } }[];
  properties?: { name: string; value: string }[];
  hashes?: { alg: string; content: string }[];
}

interface Dependency {
  ref: string;
  dependsOn: string[];
}

/** CycloneDX 1.5, in the part npm writes and we read. */
export interface BillOfMaterials {
  bomFormat: string;
  specVersion: string;
  metadata: { component: Component };
  components: Component[];
  dependencies: Dependency[];
}

/** Says that a package lies inside another. */
export const bundledProperty = 'cdx:npm:package:bundled';

/**
 * What is in the bundle, with hashes and licences. npm alone would say "nothing" or "everything": to it all
 * packages are for development only.
 * @throws Error for a package in the bundle that the lock file does not know
 */
export async function billOfMaterials(): Promise<BillOfMaterials> {
  const bundled = await packagesInBundle();
  const { code, stdout, stderr } = await runNpm(['sbom', '--sbom-format=cyclonedx', '--package-lock-only']);
  if (code !== 0) throw new Error(`npm sbom failed:\n${stderr}`);
  const all: BillOfMaterials = JSON.parse(stdout);
  const own = all.metadata.component['bom-ref'];
  const installed = bundled.filter(({ inside }) => !inside);
  const carried = bundled.filter(({ inside }) => inside);
  const kept = new Set([own, ...installed.map(reference)]);
  const listed = all.components.filter((component) => kept.delete(component['bom-ref'])).map(shipped);
  const components = [...listed, ...carried.map(carriedComponent)];
  kept.delete(own);
  if (kept.size > 0) throw new Error(`package-lock.json does not know ${[...kept].join(', ')}.`);
  const present = new Set(components.map((component) => component['bom-ref']));
  const ofPresent = ({ ref, dependsOn }: Dependency) => ({
    ref,
    dependsOn: [
      ...dependsOn.filter((other) => present.has(other)),
      ...carried.filter(({ inside }) => ref.startsWith(`${inside}@`)).map(reference),
    ],
  });
  return {
    ...all,
    metadata: { ...all.metadata, component: { ...all.metadata.component, name: packageJson.name } },
    components,
    dependencies: [
      ...all.dependencies.filter(({ ref }) => ref === own || present.has(ref)).map(ofPresent),
      ...carried.map((one) => ({ ref: reference(one), dependsOn: [] })),
    ],
  };
}

function reference({ name, version }: BundledPackage): string {
  return `${name}@${version}`;
}

/**
 * A package built into another: as what scanners for known faults look for. The registry's hash would be of files that are
 * not here.
 * @see {@link https://github.com/CycloneDX/cyclonedx-property-taxonomy/blob/main/cdx/npm.md}
 */
function carriedComponent(one: BundledPackage): Component {
  const { name, version, license } = one;
  return {
    ...{ 'bom-ref': reference(one), type: 'library', name, version, scope: 'required' },
    purl: `pkg:npm/${reference(one)}`,
    properties: [{ name: bundledProperty, value: 'true' }],
    licenses: [{ license: { id: license } }],
  };
}

async function packagesInBundle(): Promise<BundledPackage[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mbx-sbom-'));
  try {
    return bundledPackages(await bundle(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A component as what it is to whoever runs the bundle: not of the development, and not optional. */
function shipped({ properties = [], ...component }: Component): Component {
  const development = ({ name }: { name: string }) => name === 'cdx:npm:package:development';
  return { ...component, scope: 'required', properties: properties.filter((one) => !development(one)) };
}
