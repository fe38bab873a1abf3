import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A Node on this machine. */
export interface Node {
  major: number;
  path: string;
}

const program = process.platform === 'win32' ? 'node.exe' : 'node';

/** One Node of each major version we promise to run on, as far as this machine has them; always the running one. */
export function nodesPresent(majors: readonly number[]): Node[] {
  const found = new Map([[Number(process.versions.node.split('.')[0]), process.execPath]]);
  for (const path of candidates().filter((candidate) => existsSync(candidate))) {
    const major = majorOf(path);
    if (majors.includes(major) && !found.has(major)) found.set(major, path);
  }
  return [...found].map(([major, path]) => ({ major, path }));
}

/** Where Nodes lie: on the PATH, in nvm, in the tool cache of GitHub's runners. */
function candidates(): string[] {
  const { PATH = '', NVM_DIR = join(homedir(), '.nvm'), RUNNER_TOOL_CACHE } = process.env;
  const onPath = PATH.split(delimiter).flatMap((folder) =>
    [program, 'node20', 'node22', 'node24'].map((name) => join(folder, name)),
  );
  const nvm = foldersIn(join(NVM_DIR, 'versions/node')).map((folder) => join(folder, 'bin', program));
  const cached = RUNNER_TOOL_CACHE ? foldersIn(join(RUNNER_TOOL_CACHE, 'node')).flatMap(foldersIn) : [];
  return [
    ...onPath,
    ...nvm,
    ...cached.flatMap((folder) => [join(folder, 'bin', program), join(folder, program)]),
  ];
}

function foldersIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

function majorOf(path: string): number {
  try {
    return Number(/^v(\d+)/u.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }))?.[1]);
  } catch {
    return 0; // not for this machine, or no Node
  }
}
