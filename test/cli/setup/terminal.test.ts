import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { terminal } from '../../../src/cli/setup/terminal.ts';

/** A terminal of this process: what is typed when a text has appeared, and all that appeared. */
function typist(script: readonly (readonly [seen: string, keys: string])[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 40 });
  const left = [...script];
  let shown = '';
  let from = 0;
  output.on('data', (chunk: Buffer) => {
    shown += stripVTControlCharacters(chunk.toString());
    const [next] = left;
    const at = next ? shown.indexOf(next[0], from) : -1;
    if (!next || at < 0) return;
    left.shift();
    from = at + next[0].length;
    // After the prompt has drawn itself; a person is slower.
    setTimeout(() => input.write(next[1]), 20);
  });
  return { ask: terminal(input, output), input, shown: () => shown, left };
}

const enter = '\r';
const down = '\u001B[B';

test('a person at a terminal answers every kind of question, and no password appears', async () => {
  const { ask, shown, left } = typist([
    ['Address', `x@y.de${enter}`],
    ['Password', `geheim${enter}`],
    ['Where', `${down}${enter}`],
    ['Which', `${down} ${enter}`],
    ['Sure', enter],
  ]);
  const check = (answer: string) => (answer.includes('@') ? undefined : 'No address.');
  expect(await ask.text({ message: 'Address', check })).toBe('x@y.de');
  expect(await ask.secret({ message: 'Password' })).toBe('geheim');
  const choices = [
    { value: 'a', label: 'A' },
    { value: 'b', label: 'B' },
  ] as const;
  expect(await ask.choose({ message: 'Where', choices })).toBe('b');
  expect(await ask.chooseSome({ message: 'Which', choices, initial: ['a'] })).toEqual(['a', 'b']);
  expect(await ask.confirm({ message: 'Sure', initial: true })).toBe(true);
  expect(await ask.wait('Waiting …', Promise.resolve(7))).toBe(7);
  expect(left).toEqual([]);
  expect(shown()).toContain('Waiting');
  expect(shown()).not.toContain('geheim');
});

test('an answer that will not do is asked again with a reason, and nothing typed is an empty answer', async () => {
  const { ask, shown } = typist([
    ['Address', `xy${enter}`],
    ['No address.', `@z.de${enter}`],
    ['Password', enter],
  ]);
  const check = (answer: string) => (answer.includes('@') ? undefined : 'No address.');
  expect(await ask.text({ message: 'Address', check })).toBe('xy@z.de');
  expect(await ask.secret({ message: 'Password' })).toBe('');
  expect(shown()).toContain('No address.');
});

test.each(['\u0003', '\u0004', '\u001B'])('Ctrl-C, Ctrl-D and Escape give up: %j', async (key) => {
  const asked = [
    (ask: ReturnType<typeof terminal>) => ask.text({ message: 'Q' }),
    (ask: ReturnType<typeof terminal>) => ask.secret({ message: 'Q' }),
    (ask: ReturnType<typeof terminal>) => ask.choose({ message: 'Q', choices: [{ value: 'a', label: 'A' }] }),
    (ask: ReturnType<typeof terminal>) => ask.confirm({ message: 'Q', initial: true }),
  ];
  for (const question of asked) {
    await expect(question(typist([['Q', key]]).ask)).rejects.toThrow('Cancelled');
  }
});

test('a terminal that goes away gives up, at a question and while waiting', async () => {
  const { ask, input } = typist([]);
  const asked = ask.text({ message: 'Q' });
  setTimeout(() => input.end(), 20);
  await expect(asked).rejects.toThrow('Cancelled');
  await expect(ask.wait('Waiting …', new Promise(() => undefined))).rejects.toThrow('Cancelled');
});

test.each(['\u0003', '\u0004'])('waiting can be given up: %j', async (key) => {
  const { ask } = typist([
    ['Before', enter],
    ['Waiting', key],
  ]);
  await ask.confirm({ message: 'Before', initial: true });
  await expect(ask.wait('Waiting …', new Promise(() => undefined))).rejects.toThrow('Cancelled');
});

test('what has to be finished is finished, however often one wants to stop', async () => {
  const { ask, input, shown } = typist([
    ['Before', enter],
    ['Putting back', '\u0003'],
    ['One moment', '\u0003\u0004'],
  ]);
  await ask.confirm({ message: 'Before', initial: true });
  const modes: boolean[] = [];
  Object.assign(input, { setRawMode: (raw: boolean) => modes.push(raw) });
  const work = new Promise((resolve) => setTimeout(resolve, 400, 'back'));
  expect(await ask.finish('Putting back …', work)).toBe('back');
  // The terminal makes a signal of Ctrl-C, which ends the tools that work for us, too, unless its keys are taken.
  expect(modes).toEqual([true, false]);
  expect(shown()).toContain('Putting back … One moment');
});

test.each(['SIGINT', 'SIGHUP', 'SIGTERM'] as const)(
  '%s gives up as a person does, and the last word is said',
  async (signal) => {
    const before = process.listenerCount(signal);
    const { ask, input } = typist([]);
    ask.begin('Hello');
    const asked = ask.text({ message: 'Q' });
    setTimeout(() => process.kill(process.pid, signal), 20);
    await expect(asked).rejects.toThrow('Cancelled');
    await expect(ask.wait('Waiting …', new Promise(() => undefined))).rejects.toThrow('Cancelled');
    input.emit('error', new Error('setRawMode EIO'));
    const work = new Promise((resolve) => setTimeout(resolve, 50, 'back'));
    process.kill(process.pid, signal);
    expect(await ask.finish('Putting back …', work)).toBe('back');
    ask.end('Stopped.');
    expect(process.listenerCount(signal)).toBe(before);
  },
);

test('what is typed while waiting does not answer the next question', async () => {
  const { ask, input } = typist([
    ['Before', enter],
    ['Waiting', `jjk${down}geheim${enter}`],
    ['Where', enter],
  ]);
  await ask.confirm({ message: 'Before', initial: true });
  const modes: boolean[] = [];
  Object.assign(input, { setRawMode: (raw: boolean) => modes.push(raw) });
  await ask.wait('Waiting …', new Promise((resolve) => setTimeout(resolve, 100)));
  expect(modes).toEqual([true, false]);
  const choices = [
    { value: 'a', label: 'A' },
    { value: 'b', label: 'B' },
  ] as const;
  expect(await ask.choose({ message: 'Where', choices })).toBe('a');
});

test('many questions end without a word from Node about listeners', async () => {
  const warnings: string[] = [];
  const listen = ({ message }: Error) => void warnings.push(message);
  process.on('warning', listen);
  onTestFinished(() => void process.off('warning', listen));
  const { ask } = typist(Array.from({ length: 12 }, (_, index) => [`Q${index}.`, enter] as const));
  for (let index = 0; index < 12; index += 1) await ask.confirm({ message: `Q${index}.`, initial: true });
  await new Promise((resolve) => setImmediate(resolve));
  expect(warnings).toEqual([]);
});
