import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { root } from './bundle.ts';
import { runNpm } from './npm.ts';
import { runProgram } from './tools.ts';

/** The commands CONTRIBUTING.md says for a release, as words. */
function commands(version: string): string[][] {
  const text = readFileSync(join(root, '.github/CONTRIBUTING.md'), 'utf8');
  const [, block = ''] = /^## Releasing$.*?^```sh\r?\n(.*?)^```/msu.exec(text) ?? [];
  const lines = block.split('\n').map((line) => line.replace(/#.*/u, '').trim());
  return lines.filter((line) => line !== '').map((line) => line.replace('1.2.3', version).split(/\s+/u));
}

const person = { name: 'Test', email: 'test@example.org' };
const env = {
  ...{ GIT_AUTHOR_NAME: person.name, GIT_AUTHOR_EMAIL: person.email },
  ...{ GIT_COMMITTER_NAME: person.name, GIT_COMMITTER_EMAIL: person.email },
  ...{ GIT_CONFIG_GLOBAL: join(root, 'no-such-file'), GIT_CONFIG_NOSYSTEM: '1' },
};

test.each(['1.2.3', packageJson.version])(
  'the steps of a release, done as written, push the tag v%s',
  async (version) => {
    const folder = mkdtempSync(join(tmpdir(), 'mbx-release-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const here = join(folder, 'here');
    const upstream = join(folder, 'upstream.git');
    const run = async ([program = '', ...args]: readonly string[]) => {
      const options = { cwd: here, env };
      const ran = program === 'npm' ? await runNpm(args, options) : await runProgram(program, args, options);
      expect(ran, `${program} ${args.join(' ')}`).toMatchObject({ code: 0 });
      return ran.stdout;
    };
    await runProgram('git', ['init', '--quiet', '--bare', upstream]);
    await runProgram('git', ['clone', '--quiet', upstream, here]);
    for (const file of ['package.json', 'package-lock.json', 'CHANGELOG.md']) {
      cpSync(join(root, file), join(here, file));
    }
    await run(['git', 'add', '.']);
    await run(['git', 'commit', '--quiet', '--message=Before']);
    await run(['git', 'push', '--quiet', '--set-upstream', 'origin', 'HEAD']);

    appendFileSync(join(here, 'CHANGELOG.md'), '\n');
    for (const command of commands(version)) await run(command);
    expect(await run(['git', 'ls-remote', '--tags', upstream])).toContain(`refs/tags/v${version}\n`);
    expect(await run(['git', 'show', `v${version}:package.json`])).toContain(`"version": "${version}"`);
    expect(await run(['git', 'status', '--short'])).toBe('');
  },
  60_000,
);
