import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { root } from './bundle.ts';

/** A package of which code is in the bundle. */
export interface BundledPackage {
  name: string;
  version: string;
  /** SPDX expression. */
  license: string;
  author: string;
  /** Absolute. */
  folder: string;
}

/**
 * What other packages carry inside them, not as a dependency: in the bundle as well, though esbuild cannot see it.
 */
const carriedInside: Readonly<Record<string, readonly string[]>> = {
  'node_modules/css-tree': ['node_modules/mdn-data', 'node_modules/source-map-js'],
};

/**
 * The packages of which esbuild put at least one byte into the bundle, by name, then version. Each once, in however many
 * folders npm put it.
 */
export function bundledPackages({ outputs }: Metafile): BundledPackage[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => folderOf(path));
  const folders = new Set(used.flatMap((folder) => [folder, ...(carriedInside[folder] ?? [])]));
  const found = [...folders].filter((folder) => folder !== '').map(packageIn);
  const once = new Map(found.map((one) => [`${one.name}@${one.version}`, one]));
  return [...once.values()].sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

/** `node_modules/a/node_modules/@b/c` of a file in it; empty for our own files. */
function folderOf(path: string): string {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(path)?.[0] ?? '';
}

interface PackageJson {
  name: string;
  version: string;
  license: string;
  author?: string | { name: string };
}

function packageIn(folder: string): BundledPackage {
  const text = readFileSync(join(root, folder, 'package.json'), 'utf8');
  const { name, version, license, author = '' }: PackageJson = JSON.parse(text);
  const person = typeof author === 'string' ? author : author.name;
  return { name, version, license, author: person, folder: join(root, folder) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
