import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { label, message, SmtpRig } from './rig.ts';

const answers: [RegExp, string][] = [
  [/^EHLO/u, '250-x\r\n250 AUTH PLAIN\r\n'],
  [/^AUTH/u, '235 in\r\n'],
  [/^(?:MAIL|RCPT)/u, '250 ok\r\n'],
  [/^DATA/u, '354 go\r\n'],
];

/** A server that answers a message as soon as the first of it has come, and goes on reading. */
async function hasty(answer: string) {
  const heard: Buffer[] = [];
  const ended: boolean[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('close', () => ended.push(true));
    socket.write('220 x\r\n');
    socket.on('data', (chunk) => {
      const [, known] = answers.find(([command]) => command.test(chunk.toString('latin1'))) ?? [];
      const isFirst = heard.length === 0;
      if (known === undefined || !isFirst) heard.push(chunk);
      if (isFirst) socket.write(known ?? answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as { port: number }).port, heard, ended };
}

test.each([
  ['accepted', '250 thanks\r\n', 'error unavailable'],
  ['refused', '552 5.3.4 too big\r\n', 'error invalid_input'],
])('a message %s half-way ends its connection: no command is written into it', async (_, answer, told) => {
  const server = await hasty(answer);
  const rig = new SmtpRig({});
  rig.port = server.port;
  const raw = Buffer.alloc(20_000_000, 'a long line\r\n');
  const smtp = rig.smtp({ limits: { commandMs: 5000, acceptMs: 5000, lastWordMs: 50 } });
  expect(await label(smtp, message({ raw }))).toBe(told);
  await expect.poll(() => server.ended).toEqual([true]);
  expect(Buffer.concat(server.heard).toString('latin1')).not.toMatch(/RSET|QUIT|MAIL/u);
});
