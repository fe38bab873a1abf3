import { once } from 'node:events';
import { createServer, get } from 'node:http';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { createLog, type LogLevel } from '../src/log.ts';
import { listen } from '../src/sandbox/connections.ts';

function recorder(level: LogLevel = 'debug', secrets: string[] = []) {
  const lines: string[] = [];
  return { lines, log: createLog({ level, write: (line) => lines.push(line), secrets }) };
}

test('a record is one line: time, level, scope, message, fields', () => {
  const { lines, log } = recorder();
  log.scope('imap').scope('pool').info('connected', { ms: 12, host: 'imap.mailbox.org' });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:.]+Z info imap\.pool connected \{"ms":12,"host":"imap.mailbox.org"\}\n$/u,
  );
});

test('records below the level are not written', () => {
  const { lines, log } = recorder('warn');
  log.debug('a');
  log.info('b');
  log.warn('c');
  log.error('d');
  expect(lines.map((line) => line.split(' ')[1])).toEqual(['warn', 'error']);
});

test('a secret is blotted out wherever it stands: message, key, nested field, error, cause', () => {
  const { lines, log } = recorder('debug', ['hunter2"x']);
  const cause = new Error('login alice hunter2"x', { cause: { deep: ['hunter2"x'] } });
  log.scope('hunter2"x').error('hunter2"x', { 'hunter2"x': 1, cause });
  expect(lines[0]).not.toContain('hunter2');
  expect(lines[0]).toContain('[redacted]');
});

test('a secret is blotted out in the forms the protocols send it in', () => {
  const { lines, log } = recorder();
  log.addSecret('s3cret & more', 'alice@rig.test');
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const forms = [
    base64('\0alice@rig.test\0s3cret & more'),
    base64('alice@rig.test:s3cret & more'),
    base64('s3cret & more'),
    's3cret%20%26%20more',
  ];
  for (const form of forms) log.info(`sent ${form}.`);
  expect(lines.map((line) => line.replace(/^\S+ info /u, ''))).toEqual(forms.map(() => 'sent [redacted].\n'));
});

test('a secret with umlauts is blotted out also as Node reads it from a header', async () => {
  const { lines, log } = recorder();
  log.addSecret('pässwört "ß" 9', 'alice@rig.test');
  const server = createServer((request, response) => {
    const login = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64').toString('latin1');
    response.writeHead(401, { 'www-authenticate': `Basic realm="${login}"` }).end();
  });
  onTestFinished(() => void server.close());
  const port = await listen(server, '127.0.0.1');
  const auth = 'alice@rig.test:pässwört "ß" 9';
  const asked = get({ host: '127.0.0.1', port, auth });
  const [answer] = await once(asked, 'response');
  answer.resume();
  const { headers } = answer;
  log.debug(headers['www-authenticate'], { headers });
  expect(lines.join()).not.toMatch(/Ã|ä/u);
  expect(lines.join().match(/alice@rig\.test:\[redacted\]/gu)).toHaveLength(2);
});

test('a secret that reaches over the cut of a long field is gone before the cut', () => {
  const { lines, log } = recorder('debug', ['correct-horse-battery']);
  log.info('x', { reply: `${'a'.repeat(390)}correct-horse-battery` });
  expect(lines[0]).not.toContain('correct');
});

test('whatever is logged stays one bounded line without control or bidi characters', () => {
  const { lines, log } = recorder();
  log.warn('a\nb\u001b[31m\u202e', { reply: '\r\n\u0007\u2028' });
  expect(lines[0]).toContain('a\\u{a}b\\u{1b}[31m\\u{202e}');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), (message, value) => {
      lines.length = 0;
      log.info(message, { value });
      expect(lines).toHaveLength(1);
      expect(lines[0]?.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      expect(lines[0]?.length).toBeLessThan(25_000);
    }),
  );
});

test('long texts, lists and deep objects are cut, bytes are counted, odd values do no harm', () => {
  const { lines, log } = recorder('info');
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  log.info('x', {
    text: 'y'.repeat(5_000),
    list: Array(100).fill(1),
    circular,
    bytes: new Uint8Array(3),
    big: 12n,
    none: undefined,
    call: () => 1,
    when: new Date(Number.NaN),
  });
  expect(lines[0]?.length).toBeLessThan(1_500);
  expect(lines[0]).toContain('(5000 characters)');
  expect(lines[0]).toContain('[3 bytes]');
  expect(lines[0]).toContain('"big":"12"');
});

test('a stack is written for debugging only', () => {
  const quiet = recorder('info');
  const loud = recorder('debug');
  for (const { log } of [quiet, loud]) log.error('x', { cause: new TypeError('broken') });
  expect(quiet.lines[0]).not.toContain('log.test.ts');
  expect(loud.lines[0]).toContain('log.test.ts');
});
