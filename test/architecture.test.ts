import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { rooms } from './docs/rooms.ts';

/** `process.x` and where it may stand. */
const processHomes: Readonly<Record<string, RegExp>> = {
  env: /^main\.ts$|^config\//u,
  argv: /^main\.ts$|^config\//u,
  exit: /^main\.ts$/u,
};
const mayStartProcesses = /^cli\/demo[^/]*\.ts$|^cli\/setup\/tools\.ts$|^connections\/password-command\.ts$/u;

type Sources = ReadonlyMap<string, string>;

interface Facts {
  imports: string[];
  offences: string[];
}

/** What one file imports, statically, dynamically or as a type, and what it does that nobody may. */
function factsOf(path: string, text: string): Facts {
  const imports: string[] = [];
  const offences: string[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) imports.push(specifier);
    if (ts.isExportDeclaration(node) && node.moduleSpecifier && !node.exportClause) offences.push('export *');
    const [owner, member] = memberAccess(node);
    if (owner === 'console') offences.push(`console.${member}`);
    if (owner === 'process' && processHomes[member]?.test(path) === false) offences.push(`process.${member}`);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true));
  return { imports, offences };
}

function specifierOf(node: ts.Node): string | undefined {
  const literal = (candidate: ts.Node | undefined) =>
    candidate && ts.isStringLiteralLike(candidate) ? candidate.text : '(computed)';
  if (ts.isImportDeclaration(node)) return literal(node.moduleSpecifier);
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) return literal(node.moduleSpecifier);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return literal(node.arguments[0]);
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return literal(node.argument.literal);
  return undefined;
}

function memberAccess(node: ts.Node): [owner: string, member: string] {
  if (ts.isPropertyAccessExpression(node)) return [node.expression.getText(), node.name.text];
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return [node.expression.getText(), node.argumentExpression.text];
  }
  if (ts.isBindingElement(node) && ts.isVariableDeclaration(node.parent.parent)) {
    return [node.parent.parent.initializer?.getText() ?? '', (node.propertyName ?? node.name).getText()];
  }
  if (ts.isImportSpecifier(node) && /['"](?:node:)?process['"]/u.test(node.parent.parent.parent.getText())) {
    return ['process', (node.propertyName ?? node.name).getText()];
  }
  return ['', ''];
}

function roomOf(path: string): string {
  return (path.split('/')[0] ?? '').replace(/\.ts$/u, '');
}

/** The path inside src a relative specifier means; `package.json` for the one file outside that may be read. */
function resolveOwn(from: string, specifier: string): string {
  const path = posix.join(posix.dirname(from), specifier);
  return path.replace(/^\.\.\/package\.json$/u, 'package.json');
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Every law broken, as one sentence with the file's name in front. */
function brokenLaws(sources: Sources): string[] {
  const graph = new Map<string, string[]>();
  const broken: string[] = [];
  for (const [path, text] of sources) {
    const { imports, offences } = factsOf(path, text);
    const own = imports.filter((specifier) => specifier.startsWith('.'));
    graph.set(
      path,
      own.map((specifier) => resolveOwn(path, specifier)),
    );
    broken.push(
      ...offences.map((offence) => `${path}: ${offence}`),
      ...imports.filter((specifier) => !isAllowed(path, specifier)).map((name) => `${path}: imports ${name}`),
      ...sizeFaults(path, text),
    );
    if (posix.basename(path) === 'index.ts') broken.push(`${path}: barrel`);
  }
  return [...broken, ...circles(graph)];
}

function isAllowed(path: string, specifier: string): boolean {
  const name = roomOf(path);
  const room = rooms[name];
  if (!room) return false;
  if (/^(?:node:)?child_process$/u.test(specifier)) return mayStartProcesses.test(path);
  if (specifier.startsWith('node:')) return true;
  if (!specifier.startsWith('.')) return room.packages.includes(packageOf(specifier));
  const target = roomOf(resolveOwn(path, specifier));
  return target === name || room.ours.includes(target);
}

function sizeFaults(path: string, text: string): string[] {
  const wall = path.startsWith('tools/') ? 100 : 250;
  const lines = text.trimEnd().split('\n').length;
  return lines > wall ? [`${path}: ${lines} lines, the wall is ${wall}`] : [];
}

function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push(`circle: ${[...trail.slice(start), path].join(' -> ')}`);
    if (start >= 0 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return found;
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

function read(folder: string): Sources {
  return new Map(
    filesIn(join(root, folder)).map((path) => [path, readFileSync(join(root, folder, path), 'utf8')]),
  );
}

function filesIn(folder: string): string[] {
  return ts.sys
    .readDirectory(folder, ['.ts'])
    .map((path) => posix.relative(folder, path))
    .sort();
}

test('the house keeps its own laws: arrows, circles, sizes, process, console', () => {
  const sources = read('src');
  expect(sources.size).toBeGreaterThan(20);
  expect(brokenLaws(sources)).toEqual([]);
});

test('the table of arrows itself has no circle and names only rooms', () => {
  const graph = new Map(Object.entries(rooms).map(([name, { ours }]) => [name, ours]));
  expect(circles(graph)).toEqual([]);
  const named = Object.values(rooms).flatMap(({ ours }) => ours);
  expect(named.filter((name) => !(name in rooms) && name !== 'package.json')).toEqual([]);
});

test('no test file is longer than 300 lines', () => {
  const long = [...read('test')].filter(([, text]) => text.trimEnd().split('\n').length > 300);
  expect(long.map(([path]) => path)).toEqual([]);
});

test.each([
  ['an arrow upwards', 'domain/a.ts', "import type { Log } from '../log.ts';"],
  ['a dynamic import', 'tools/a.ts', "const m = await import('../mail/search.ts');"],
  ['an import nobody can check', 'tools/a.ts', 'const m = await import(name);'],
  ['a type import', 'mail/a.ts', "type A = import('../calendar/a.ts').A;"],
  ['a re-export', 'server/a.ts', "export { search } from '../mail/search.ts';"],
  ['an import of main', 'cli/a.ts', "import '../main.ts';"],
  ['a room nobody planned', 'helpers/a.ts', "import 'node:fs';"],
  ['a foreign package', 'tools/a.ts', "import { Server } from '@modelcontextprotocol/sdk/server/index.js';"],
  ['a package in the wrong room', 'mail/a.ts', "import { ImapFlow } from 'imapflow';"],
  ['a child process', 'mail/a.ts', "import { exec } from 'node:child_process';"],
  ['the environment', 'mail/a.ts', 'const level = process.env.LOG_LEVEL;'],
  ['the environment, taken apart', 'mail/a.ts', 'const { env } = process;'],
  ['the environment, imported', 'mail/a.ts', "import { env } from 'node:process';"],
  ['an exit', 'cli/a.ts', "process['exit'](1);"],
  ['a print', 'cli/a.ts', "console.log('hello');"],
  ['a barrel', 'mail/index.ts', "export { a } from './a.ts';"],
  ['an export of everything', 'mail/a.ts', "export * from './b.ts';"],
  ['a file over the wall', 'mail/a.ts', '// line\n'.repeat(251)],
  ['a tool over the wall', 'tools/mail/a.ts', '// line\n'.repeat(101)],
])('the laws catch %s', (_what, path, text) => {
  expect(brokenLaws(new Map([[path, text]]))).toHaveLength(1);
});

test('the laws catch a circle of three files and say its way', () => {
  const sources = new Map([
    ['mail/a.ts', "import './b.ts';"],
    ['mail/b.ts', "import './c.ts';"],
    ['mail/c.ts', "import type { A } from './a.ts';"],
  ]);
  expect(brokenLaws(sources)).toEqual(['circle: mail/a.ts -> mail/b.ts -> mail/c.ts -> mail/a.ts']);
});

test('the laws let pass what is allowed, and words in comments and strings', () => {
  const allowed = new Map([
    [
      'mail/a.ts',
      "import { z } from '../domain/mail.ts';\n// process.exit, console.log\nconst a = 'process.env';",
    ],
    ['cli/demo.ts', "import { spawn } from 'node:child_process';"],
    ['main.ts', "import('./cli/run.ts'); process.exit(process.argv.length);"],
  ]);
  expect(brokenLaws(allowed)).toEqual([]);
});
