import { PassThrough, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';

/** The command line, with a client that is gone at once: a server that starts ends with 0. */
async function call(args: readonly string[]) {
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  io.stdin.end();
  const code = await run(args, {}, io);
  return { code, out: String(io.stdout.read() ?? ''), err: String(io.stderr.read() ?? '') };
}

test.each([
  [['--log-level', 'debug', 'check'], /A command comes before its options: mailbox-mcp-server check/u],
  [['--read-only', 'chekc'], /serve does not know what to do with "chekc" \(did you mean check\?\)/u],
  [['serve', 'foo'], /serve does not know what to do with "foo"/u],
  [['--toolsets', 'mail', 'calendar'], /"calendar" stands alone.*--toolsets mail,calendar/u],
  [['--toolsets', '--read-only'], /--toolsets needs a value/u],
  [['--log-level'], /--log-level needs a value/u],
  [['--log-level='], /--log-level needs a value behind "="/u],
  [['--read-only='], /--read-only needs a value behind "="/u],
  [['check', '--read-only='], /--read-only needs a value behind "="/u],
  [['--toolsets=,'], /MAILBOX_TOOLSETS must hold something/u],
  [['--toolsets', 'mail', '--toolsets', 'calendar'], /--toolsets is there twice.*a list with commas/u],
  [['--read-only', '--read-only=false'], /--read-only is there twice and says different things/u],
  [['check', '--log-level=info', '--log-level=debug'], /--log-level is there twice/u],
  [['check', '--toolsets', '--json'], /--toolsets needs a value/u],
  [['check', '--json=1'], /--json takes no value/u],
  [['setup', '--email', '--print'], /--email needs a value/u],
  [['setup', '--print=1'], /--print takes no value/u],
  [['demo', '--server'], /does not know "--server" \(did you mean --serve\?\)/u],
])('%j is not passed over in silence', async (args, message) => {
  const { code, out, err } = await call(args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(message);
});

test.each([
  [['MAILBOX_PASSWORD=hunter2']],
  [['help', 'MAILBOX_PASSWORD=hunter2']],
  [['serve', 'MAILBOX_PASSWORD=hunter2']],
  [['--read-only', 'MAILBOX_PASSWORD=hunter2']],
  [['--toolsets', 'mail', 'MAILBOX_PASSWORD=hun=ter2']],
  [['--MAILBOX_PASSWORD=hunter2']],
  [['check', 'MAILBOX_PASSWORD=hunter2']],
  [['check', '--', '--MAILBOX_PASSWORD=hunter2']],
  [['setup', 'MAILBOX_PASSWORD=hunter2']],
  [['demo', 'MAILBOX_PASSWORD=hunter2']],
  [['setup', '--client', 'MAILBOX_PASSWORD=hunter2']],
])('%j is told by its name only', async (args) => {
  const { code, out, err } = await call(args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/MAILBOX_PASSWORD/iu);
  expect(err).not.toMatch(/hun|ter2/u);
});

test.each([
  [['--read-only']],
  [['--read-only', '--read-only']],
  [['serve', '--read-only=false', '--toolsets=mail', '--log-level', 'error']],
])('%j starts the server', async (args) => {
  expect((await call(args)).code).toBe(0);
});

test.each(['serve', 'setup', 'check', 'demo'])('%s tells its version', async (command) => {
  const { code, out } = await call([command, '--version']);
  expect(code).toBe(0);
  expect(out).toMatch(/^\d+\.\d+\.\d+\n$/u);
});

test.each([[['version']], [['-V']], [['version', 'check']]])('%j tells the version', async (args) => {
  expect(await call(args)).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/u) });
});

test('help may stand before a command as it may behind it', async () => {
  expect(await call(['help'])).toEqual(await call(['--help']));
  for (const command of ['check', 'setup']) {
    const { code, out } = await call(['help', command]);
    expect([code, out]).toEqual([0, (await call([command, '--help'])).out]);
    expect(out).toContain(`mailbox-mcp-server ${command}`);
  }
  expect((await call(['help', 'chekc'])).err).toContain('"chekc" (did you mean check?)');
});

test.each(['--help', '--version'])('%s into a pipe that is closed ends well', async (option) => {
  const closed = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('EPIPE'), { code: 'EPIPE' })),
  });
  const io = { stdin: new PassThrough(), stdout: closed, stderr: new PassThrough() };
  expect(await run([option], {}, io)).toBe(0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed.errored?.message).toBe('EPIPE');
  expect(closed.listenerCount('error')).toBe(1);
});
