import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bundle.ts';
import type { BundledPackage } from './bundled-packages.ts';

const head = `mailbox-mcp-server is one bundle: it holds code of the packages below, each under the licence that follows its name.
Their sources, unchanged, are in the npm registry: https://www.npmjs.com/package/<name>/v/<version>
`;

const isc = `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby
granted, provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE
OF THIS SOFTWARE.`;

/**
 * The licence of every package in the bundle, whole; equal texts once. MIT, BSD and ISC ask for their notice in every
 * copy, MPL-2.0 §3.2 for the way to the source.
 * @throws Error for a package that has no licence text, which may not be shipped.
 */
export function licenseNotice(packages: readonly BundledPackage[]): string {
  const namesByText = new Map<string, string[]>();
  for (const found of packages) {
    const text = licenseText(found);
    const inside = found.inside ? `, inside ${found.inside}` : '';
    const name = `${found.name} ${found.version} (${found.license})${inside}`;
    namesByText.set(text, [...(namesByText.get(text) ?? []), name]);
  }
  const texts = [...namesByText].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`);
  return [head, ...texts].join(`\n${'-'.repeat(80)}\n\n`);
}

function licenseText({ name, license, author, folder, inside }: BundledPackage): string {
  if (inside) return `Copyright ${author}\n\n${textOf(license)}`;
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice|copying)/iu.test(file));
  // Of two licences to choose from we take MIT.
  const chosen = files.find((file) => /\.MIT$/u.test(file));
  const texts = (chosen ? [chosen] : files).map((file) => clean(readFileSync(join(folder, file), 'utf8')));
  const text = texts.join('\n\n') || fromReadme(folder);
  if (text) return text;
  if (license === 'ISC' && author) return `Copyright (c) ${author.replace(/ [<(].*$/u, '')}\n\n${isc}`;
  throw new Error(`${name} has no licence text.`);
}

function fromReadme(folder: string): string {
  const path = join(folder, 'README.md');
  const readme = existsSync(path) ? clean(readFileSync(path, 'utf8')) : '';
  const section = /^#+ Licen[cs]e\n+(.*)/imsu.exec(readme)?.[1] ?? '';
  return section.includes('Permission is hereby granted') ? section : '';
}

/**
 * Of a package inside another, without its licence. The compiler, under the same one, has the text of it.
 * @throws Error for another licence, whose text must first be found
 */
function textOf(license: string): string {
  if (license !== 'Apache-2.0') throw new Error(`The text of ${license} is nowhere.`);
  return clean(readFileSync(join(root, 'node_modules/typescript/LICENSE.txt'), 'utf8'));
}

function clean(text: string): string {
  return text.replaceAll('\r\n', '\n').trim();
}
