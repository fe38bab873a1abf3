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
  scope?: string;
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
  const kept = new Set([own, ...bundled.map(({ name, version }) => `${name}@${version}`)]);
  const components = all.components.filter((component) => kept.delete(component['bom-ref'])).map(shipped);
  kept.delete(own);
  if (kept.size > 0) throw new Error(`package-lock.json does not know ${[...kept].join(', ')}.`);
  const present = new Set(components.map((component) => component['bom-ref']));
  const ofPresent = ({ ref, dependsOn }: Dependency) => ({
    ref,
    dependsOn: dependsOn.filter((other) => present.has(other)),
  });
  return {
    ...all,
    metadata: { ...all.metadata, component: { ...all.metadata.component, name: packageJson.name } },
    components,
    dependencies: all.dependencies.filter(({ ref }) => ref === own || present.has(ref)).map(ofPresent),
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
