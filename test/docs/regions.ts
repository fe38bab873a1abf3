import * as z from 'zod';
import { settings } from '../../src/config/schema.ts';
import { prompts } from '../../src/prompts/catalogue.ts';
import { resources } from '../../src/resources/catalogue.ts';
import { catalogue } from '../../src/tools/catalogue.ts';
import { rooms } from './rooms.ts';

type Regions = Readonly<Record<string, () => string>>;

/** The parts of documents that repeat the code: `npm run docs` writes them, test/readme.test.ts holds them. */
export const documents: Readonly<Record<string, Regions>> = {
  'README.md': { tools: toolTable, prompts: promptTable, resources: resourceTable, settings: settingTable },
  'src/README.md': { rooms: roomTable },
};

const pattern = (name: string) => new RegExp(`(<!-- ${name}: [^>]*-->\\n)(.*?)(<!-- /${name} -->)`, 'su');

/** What stands between the markers of a region. @throws Error without markers */
export function regionOf(document: string, name: string): string {
  const match = pattern(name).exec(document);
  if (!match) throw new Error(`There are no markers for ${name}.`);
  return match[2] ?? '';
}

/** The document with every region as the code has it now. */
export function withRegions(document: string, regions: Regions): string {
  return Object.entries(regions).reduce(
    (text, [name, write]) =>
      text.replace(pattern(name), (_, start: string, _old, end: string) => `${start}${write()}${end}`),
    document,
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

function toolTable(): string {
  const rows = catalogue.map(({ name, description, annotations }) => [
    `\`${name}\``,
    description.split(/(?<=\.) /u)[0] ?? '',
    annotations.readOnlyHint ? 'yes' : 'no',
  ]);
  return table(['Tool', 'What it does', 'Read-only'], rows);
}

function settingTable(): string {
  const defaults = new Map<string, unknown>(Object.entries(settings.parse({})));
  const rows = Object.entries(settings.shape).map(([name, schema]) => {
    const value = defaults.get(name) ?? '';
    const shown = Array.isArray(value) || value === '' ? '' : `\`${String(value)}\``;
    return [`\`${name}\``, shown, z.globalRegistry.get(schema)?.description ?? ''];
  });
  return table(['Setting', 'Default', 'Meaning'], rows);
}

function promptTable(): string {
  const rows = prompts.map(({ name, title, description, arguments: given }) => [
    `\`${name}\``,
    title.de,
    `${description.en}.`,
    given.map((argument) => `\`${argument.name}\``).join(' '),
  ]);
  return table(['Prompt', 'auf Deutsch', 'What it asks for', 'Arguments, none required'], rows);
}

function resourceTable(): string {
  return table(
    ['Resource', 'What it is'],
    resources.map(({ uri, description }) => [`\`${uri}\``, `${description}.`]),
  );
}

function roomTable(): string {
  const rows = Object.entries(rooms).map(([name, { purpose, ours, packages }]) => [
    `\`${name}\``,
    purpose,
    ours.join(' ') || '–',
    packages.join(' '),
  ]);
  return table(['Room', 'What it is for', 'may import of ours', 'of others'], rows);
}
