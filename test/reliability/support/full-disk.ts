import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { McpProcess } from '../../support/mcp-client.ts';
import type { Tally } from '../case.ts';
import { entry } from './server.ts';

const alice = 'alice@sandbox.test';
const diskBytes = 256 * 1024;
const attachmentBytes = 150 * 1024;

/**
 * Downloads to a disk of 256 kB that is full and is not, and with a home folder nobody can write to. The disk is a
 * tmpfs that this one server process sees and nobody else: it ends with it.
 * @returns why it was left out, when it was
 */
export async function diskFull(tally: Tally): Promise<string | undefined> {
  if (spawnSync('unshare', ['-rm', 'true']).status !== 0)
    return 'a full disk: needs user namespaces (unshare -rm)';
  const folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
  const sandbox = await startSandbox({ seed: false });
  try {
    const message = sandbox.deliver(alice, 'INBOX', withAttachment());
    const server = await startOn(sandbox, folder);
    try {
      await fillAndFree(server, folder, message.uid, tally);
    } finally {
      await server.end();
    }
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return undefined;
}

async function startOn(sandbox: Sandbox, folder: string): Promise<McpProcess> {
  const mount = (options: string, at: string) => `mount -t tmpfs -o ${options} tmpfs ${at}`;
  const script = [
    `mkdir -p ${folder}/disk ${folder}/home`,
    mount(`size=${diskBytes}`, `${folder}/disk`),
    mount('ro', `${folder}/home`),
    'exec "$0" "$@"',
  ].join(' && ');
  const env = {
    ...sandbox.env(alice),
    PATH: process.env.PATH,
    HOME: `${folder}/home`,
    XDG_CONFIG_HOME: `${folder}/home/.config`,
    MAILBOX_DOWNLOAD_DIR: `${folder}/disk`,
    MAILBOX_PREFETCH: 'false',
  };
  const child = spawn('unshare', ['-rm', 'sh', '-c', script, process.execPath, entry], { env });
  const server = new McpProcess(child, 60_000);
  await server.initialize();
  return server;
}

async function fillAndFree(server: McpProcess, folder: string, uid: number, tally: Tally): Promise<void> {
  // The disk as the server sees it.
  const disk = `/proc/${server.pid}/root${folder}/disk`;
  const found = await server.call<{ emails: { id: string }[] }>('search_emails', { folder: 'INBOX' });
  const id = found.ok ? found.data.emails[0]?.id : undefined;
  tally.count('a home folder nobody can write to', id ? undefined : `mail ${uid} cannot be read`);
  const download = () => server.call<{ path: string }>('download_attachment', { id, part: '2' });
  const filler = join(disk, 'filler');
  writeFileSync(filler, Buffer.alloc(diskBytes - attachmentBytes / 2));
  const refused = await download();
  const wrong: string[] = [];
  if (refused.ok) wrong.push('saved where there is no room');
  else if (refused.error.code !== 'unavailable' && refused.error.code !== 'forbidden')
    wrong.push(`told ${JSON.stringify(refused.error)}`);
  const left = readdirSync(disk).filter((name) => name !== 'filler');
  if (left.length > 0) wrong.push(`left behind: ${left}`);
  rmSync(filler);
  const saved = await download();
  if (!saved.ok) wrong.push(`with room again: ${saved.error.code}`);
  else wrong.push(...wholeness(join(`/proc/${server.pid}/root`, saved.data.path)));
  tally.count('a disk that is full, then is not', wrong);
}

function wholeness(path: string): string[] {
  const isWhole = readFileSync(path).equals(Buffer.alloc(attachmentBytes, 'x'));
  const mode = statSync(path).mode & 0o777;
  return [
    ...(isWhole ? [] : ['the file is not whole']),
    ...(mode === 0o600 ? [] : [`mode ${mode.toString(8)}`]),
  ];
}

function withAttachment(): string {
  return [
    'From: bob@sandbox.test\r\nSubject: With a file\r\nMIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b\r\n',
    '--b\r\nContent-Type: text/plain\r\n\r\nThe file.\r\n--b',
    'Content-Type: application/octet-stream; name=large.bin',
    'Content-Disposition: attachment; filename=large.bin',
    'Content-Transfer-Encoding: base64\r\n',
    Buffer.alloc(attachmentBytes, 'x').toString('base64').replace(/.{76}/g, '$&\r\n'),
    '--b--\r\n',
  ].join('\r\n');
}
