import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { trapped } from './support/trapped.ts';

/** What the trap writes down while a program runs under it. */
function notesOf(program: string, routes: Record<string, string> = {}): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'mailbox-trap-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'notes');
  const env = { PATH: process.env.PATH, ...trapped(file, routes) };
  execFileSync(process.execPath, ['--input-type=module', '-e', program], { env, timeout: 20_000 });
  return readFileSync(file, 'utf8').split('\n').filter(Boolean);
}

const sockets = `
  import { connect } from 'node:net';
  import { connect as secure } from 'node:tls';
  import { request } from 'node:http';
  const quiet = (socket) => socket.on('error', () => {});
  quiet(connect(1, '127.0.0.1'));
  quiet(connect({ port: 2, host: '127.0.0.1' }));
  quiet(secure({ port: 3, host: '127.0.0.1' }));
  quiet(request('http://127.0.0.1:4/x')).end();
  await fetch('http://127.0.0.1:5555/x').catch(() => {});
`;

test('every kind of connection is noticed', () => {
  const ports = [1, 2, 3, 4, 5555].map((port) => `connect 127.0.0.1:${port}`);
  expect(notesOf(sockets)).toEqual(expect.arrayContaining(ports));
});

test('questions to name servers, datagrams and programs are noticed', () => {
  const notes = notesOf(`
    import { lookup } from 'node:dns';
    import { resolve4 } from 'node:dns/promises';
    import { createSocket } from 'node:dgram';
    import { spawnSync, spawn } from 'node:child_process';
    lookup('one.invalid', () => {});
    resolve4('two.invalid').catch(() => {});
    createSocket('udp4').send('x', 9, '127.0.0.1', function () { process.exit(0); });
    spawn('true');
  `);
  expect(notes).toEqual(
    expect.arrayContaining(['dns one.invalid', 'dns two.invalid', 'udp send', 'spawn true']),
  );
});

test('threads are under it, too', () => {
  const notes = notesOf(`
    import { Worker } from 'node:worker_threads';
    const program = "import { connect } from 'node:net'; connect(7, '127.0.0.1').on('error', () => {});";
    new Worker(program, { eval: true });
  `);
  expect(notes).toContain('connect 127.0.0.1:7');
});

test('a route leads to another place, for whoever asked as for nobody', () => {
  const notes = notesOf(
    `
    import { createServer, connect } from 'node:net';
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1', () => {
      connect({ host: 'mail.test', port: 587 }).on('error', (error) => console.log(error.code)).on('close', () => server.close());
    });
  `,
    { 'mail.test:587': '127.0.0.1:9' },
  );
  expect(notes).toContain('connect mail.test:587');
  expect(notes.some((note) => note.startsWith('dns mail.test'))).toBe(false);
});
