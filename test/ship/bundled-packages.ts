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
  /** The package that has it in a file of its own, as code; then `folder` is that package's. */
  inside?: string;
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
  const found = [...folders].filter((folder) => folder !== '').flatMap(withCode);
  const once = new Map(found.map((one) => [`${one.name}@${one.version}`, one]));
  return [...once.values()].sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

/** The package there, and PDF.js where it is in it: no lock file and no scanner would see that. */
function withCode(folder: string): BundledPackage[] {
  const found = packageIn(folder);
  return found.name === 'unpdf' ? [found, pdfJsIn(found)] : [found];
}

/**
 * unpdf brings PDF.js built into a file, without its package.json and licence.
 * @throws Error when that file does not say its version any more
 */
function pdfJsIn({ name, folder }: BundledPackage): BundledPackage {
  const code = readFileSync(join(folder, 'dist/pdfjs.mjs'), 'utf8');
  const [, version] = /\bapiVersion:"(\d+\.\d+\.\d+)"/u.exec(code) ?? [];
  if (!version) throw new Error('PDF.js in unpdf does not say its version.');
  const author = 'Mozilla Foundation';
  return { name: 'pdfjs-dist', version, license: 'Apache-2.0', author, folder, inside: name };
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
