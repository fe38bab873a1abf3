import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type Case, Tally } from '../case.ts';
import { atDesk, bob, type SendingDesk } from '../support/sending-desk.ts';
import { spread } from '../support/spread.ts';

const secret = 'TOP SECRET PLANS';
const open = 'for everybody';

/** `allowed` is where files may be attached from; everything else lies around it. */
interface Disk {
  base: string;
  allowed: string;
}

type Args = Record<string, unknown>;

interface Input {
  name: string;
  args: Args;
  tool: 'send_email' | 'create_draft';
}

export const attachedFiles: Case = {
  id: 'D5',
  title: 'files attached by every path that does not lead into the folder set for it',
  run: async (effort) => {
    const disk = makeDisk();
    const env = { MAILBOX_ATTACHMENT_DIRS: disk.allowed, HOME: disk.base };
    try {
      return await atDesk({ env }, async (desk) => {
        const tally = new Tally(effort);
        const inputs = inputsOn(disk);
        tally.count('a file in the folder', await goesOut(desk, disk));
        tally.count('a file that is and one that is not, elsewhere', await sameWords(desk, disk));
        tally.count('a symlink put there and taken away all the time', await swapped(desk, disk));
        for (const { name, tool, args } of spread(inputs, effort.seed)) {
          if (tally.isOver) break;
          tally.count(name, await isRefused(desk, tool, args));
        }
        return tally.outcome({ of: inputs.length + 3 });
      });
    } finally {
      rmSync(disk.base, { recursive: true, force: true });
    }
  },
};

function makeDisk(): Disk {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'mailbox-d5-')));
  const at = (...path: string[]) => join(base, ...path);
  for (const folder of ['allowed/deep', 'allowed-too', 'outside', '.ssh'])
    mkdirSync(at(folder), { recursive: true });
  for (const file of ['outside/secret.txt', 'allowed-too/secret.txt', '.ssh/id_rsa', 'secret.txt'])
    writeFileSync(at(file), secret);
  writeFileSync(at('allowed/open.txt'), open);
  writeFileSync(at('allowed/turn.txt'), open);
  symlinkSync(at('outside/secret.txt'), at('allowed/link.txt'));
  symlinkSync(at('outside'), at('allowed/linked'));
  symlinkSync('../../secret.txt', at('allowed/deep/relative.txt'));
  symlinkSync(at('allowed/link.txt'), at('allowed/link-to-link.txt'));
  symlinkSync('/proc/self/environ', at('allowed/environ'));
  symlinkSync(at('allowed/loop'), at('allowed/loop'));
  symlinkSync('/dev/zero', at('allowed/zero'));
  if (process.platform !== 'win32') execFileSync('mkfifo', [at('allowed/pipe')]);
  return { base, allowed: at('allowed') };
}

function inputsOn({ base, allowed }: Disk): Input[] {
  const outside = join(base, 'outside/secret.txt');
  const paths = [
    ...[
      '/etc/passwd',
      '/etc/shadow',
      '//etc/passwd',
      '/etc/../etc/passwd',
      '/proc/self/environ',
      '/proc/self/cmdline',
    ],
    ...[
      '/proc/self/root/etc/passwd',
      `/proc/self/root${outside}`,
      '/proc/self/cwd/package.json',
      '/dev/stdin',
      '/dev/zero',
    ],
    ...[
      '~/.ssh/id_rsa',
      '~root/.ssh/id_rsa',
      '$HOME/.ssh/id_rsa',
      `${base}/.ssh/id_rsa`,
      '.ssh/id_rsa',
      './package.json',
    ],
    ...[
      `${allowed}/../outside/secret.txt`,
      `${allowed}/deep/../../outside/secret.txt`,
      `${allowed}/./../secret.txt`,
    ],
    ...[
      `${allowed}//..//secret.txt`,
      `${allowed}-too/secret.txt`,
      `${allowed}/..`,
      allowed,
      `${allowed}/`,
      `${allowed}/deep`,
    ],
    ...[
      'link.txt',
      'linked/secret.txt',
      'deep/relative.txt',
      'link-to-link.txt',
      'environ',
      'loop',
      'zero',
      'pipe',
    ].map((name) => `${allowed}/${name}`),
    ...[
      `${allowed}/linked/../secret.txt`,
      `${allowed}/missing/../../secret.txt`,
      `${allowed}/open.txt/../../secret.txt`,
    ],
    ...[
      `file://${outside}`,
      `file:${outside}`,
      `FILE:///${outside}`,
      'http://127.0.0.1:9/x',
      'https://attacker.example/x',
    ],
    ...[
      'data:text/plain,hello',
      'ftp://attacker.example/x',
      'smb://attacker.example/x',
      'jar:file:///x',
      'node:fs',
    ],
    ...[
      '\\\\attacker.example\\share\\x',
      '\\\\?\\C:\\x',
      'C:\\Windows\\win.ini',
      'C:/Windows/win.ini',
      '\\etc\\passwd',
    ],
    ...[
      `${allowed}/%2e%2e/secret.txt`,
      `${allowed}/..%2fsecret.txt`,
      `${allowed}/\u2025/secret.txt`,
      `${allowed}/．．/secret.txt`,
    ],
    ...[
      `${allowed}/open.txt\0/../../secret.txt`,
      `${allowed}\n/../secret.txt`,
      ` ${outside}`,
      `${outside} `,
      relative('.', outside),
    ],
    ...[
      '',
      ' ',
      '.',
      '..',
      '/',
      `${allowed}/${'../'.repeat(100)}etc/passwd`,
      `${allowed}/${'a/'.repeat(1900)}x`,
      '/dev/fd/0',
    ],
  ];
  const html = `<img src="file://${outside}"><img src="${outside}"><link href="${outside}"><img src="cid:${outside}">`;
  return (['send_email', 'create_draft'] as const).flatMap((tool) => [
    ...paths.map((path) => ({
      ...{ name: `${tool} ${JSON.stringify(path).slice(0, 80)}`, tool },
      args: { attachments: [{ path }] },
    })),
    {
      name: `${tool} with a name of its own`,
      tool,
      args: { attachments: [{ path: outside, name: 'open.txt' }] },
    },
    {
      name: `${tool} behind one that may`,
      tool,
      args: { attachments: [{ path: `${allowed}/open.txt` }, { path: outside }] },
    },
    { name: `${tool} in HTML`, tool, args: { html } },
  ]);
}

let letters = 0;
const letter = () => ({ to: [bob], subject: `Letter ${++letters}`, text: `Letter ${letters}` });

/** What has left or lies there, since. */
function standing(desk: SendingDesk): Buffer[] {
  return [...desk.accepted.map(({ raw }) => raw), ...desk.standing('Drafts'), ...desk.standing('Sent')];
}

function tells(text: string): boolean {
  const forms = [secret, Buffer.from(secret).toString('base64'), 'root:x:0'];
  return (
    forms.some((form) => text.includes(form)) || text.includes(Buffer.from('root:x:0').toString('base64'))
  );
}

async function isRefused(desk: SendingDesk, tool: Input['tool'], args: Args): Promise<string[]> {
  const before = standing(desk).length;
  const started = performance.now();
  const outcome = await desk.server.call(tool, { ...letter(), ...args });
  const made = standing(desk).slice(before);
  const wrong: string[] = [];
  if (performance.now() - started > 3000) wrong.push('took more than three seconds');
  if (tells(JSON.stringify(outcome)) || standing(desk).some((raw) => tells(raw.toString('latin1'))))
    wrong.push('the secret is out');
  if ('html' in args) return wrong;
  if (outcome.ok) wrong.push('not refused');
  else if (!['forbidden', 'invalid_input', 'not_found', 'conflict'].includes(outcome.error.code))
    wrong.push(`the error is ${outcome.error.code}: ${outcome.error.message}`);
  return made.length > 0 && !outcome.ok ? [...wrong, 'refused, and went out or was kept'] : wrong;
}

async function goesOut(desk: SendingDesk, { allowed }: Disk): Promise<string[]> {
  const outcome = await desk.send({ ...letter(), attachments: [{ path: `${allowed}/open.txt` }] });
  if (!outcome.ok) return [outcome.error.message];
  const raw = desk.accepted.at(-1)?.raw.toString('latin1') ?? '';
  return raw.includes(Buffer.from(open).toString('base64')) || raw.includes(open)
    ? []
    : ['went out without it'];
}

/** Whether something is there must not be heard from the answer. */
async function sameWords(desk: SendingDesk, { base }: Disk): Promise<string[]> {
  const [there, missing] = [`${base}/outside/secret.txt`, `${base}/outside/missing.txt`];
  const [one, other] = await Promise.all(
    [there, missing].map((path) => desk.send({ ...letter(), attachments: [{ path }] })),
  );
  if (one?.ok || other?.ok) return ['not refused'];
  const same = JSON.stringify(one?.error) === JSON.stringify(other?.error);
  return same ? [] : [`${one?.error.message} / ${other?.error.message}`];
}

/** The allowed file turns into a symlink to the secret and back while it is read. */
async function swapped(desk: SendingDesk, { base, allowed }: Disk): Promise<string[]> {
  const path = join(allowed, 'turn.txt');
  const kept = join(base, 'turn.txt');
  const wrong: string[] = [];
  for (let round = 0; round < 25; round++) {
    let linked = false;
    const swap = setInterval(() => {
      if (linked) renameSync(kept, path);
      else {
        renameSync(path, kept);
        symlinkSync(join(base, 'outside/secret.txt'), path);
      }
      linked = !linked;
    }, 0);
    await desk.server.call('send_email', { ...letter(), attachments: [{ path }] });
    clearInterval(swap);
    if (linked) renameSync(kept, path);
    if (standing(desk).some((raw) => tells(raw.toString('latin1'))))
      wrong.push(`round ${round}: the secret is out`);
  }
  return wrong;
}
