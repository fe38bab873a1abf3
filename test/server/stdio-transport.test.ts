import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineReader } from '../../src/server/line-reader.ts';
import { StdioTransport } from '../../src/server/stdio-transport.ts';

/** What arrives when those bytes do, and what is answered. */
async function over(input: string | Buffer, maxLineBytes?: number) {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const transport = new StdioTransport(stdin, stdout, maxLineBytes === undefined ? {} : { maxLineBytes });
  const messages: unknown[] = [];
  const errors: string[] = [];
  transport.onmessage = (message) => void messages.push(message);
  transport.onerror = ({ message }) => void errors.push(message);
  await transport.start();
  stdin.write(input);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const text = String(stdout.read() ?? '');
  const answers = text.split('\n').filter(Boolean);
  return { messages, errors, answers: answers.map((line): unknown => JSON.parse(line)) };
}

const ping = (id: number | string) => ({ jsonrpc: '2.0', id, method: 'ping' });
const line = (message: unknown) => `${JSON.stringify(message)}\n`;

test.each([
  [
    'as the TypeScript client writes it',
    { method: 'tools/call', params: { id: 'no' }, jsonrpc: '2.0', id: 7 },
    7,
  ],
  ['with its id first', { jsonrpc: '2.0', id: 'a-1', method: 'x', params: { id: 3 } }, 'a-1'],
  [
    'with an id of its arguments only',
    { jsonrpc: '2.0', method: 'x', params: { text: '', id: 3 } },
    undefined,
  ],
  ['with its id behind the method', { jsonrpc: '2.0', method: 'x', id: -4, params: { id: 3 } }, -4],
  ['with jsonrpc behind its id', { method: 'x', params: { id: 3 }, id: 'p2', jsonrpc: '2.0' }, 'p2'],
])(
  'a line that is too long, %s, is refused under its own id, and the next is read',
  async (_how, message, id) => {
    const long = { ...message, params: { ...message.params, text: 'x'.repeat(200_000) } };
    const { messages, answers } = await over(`${line(long)}${line(ping(8))}`, 100_000);
    expect(messages).toEqual([ping(8)]);
    const error = { code: -32600, message: expect.stringContaining('by their path') };
    expect(answers).toEqual([{ jsonrpc: '2.0', ...(id !== undefined && { id }), error }]);
  },
);

test('an answer that is too long is not answered', async () => {
  const text = 'x'.repeat(200_000);
  const sent = [
    { jsonrpc: '2.0', id: 1, result: { text } },
    { error: { code: 1, message: text }, jsonrpc: '2.0', id: 2 },
  ];
  const { answers, errors } = await over(sent.map(line).join(''), 100_000);
  expect(answers).toEqual([]);
  expect(errors).toHaveLength(2);
});

test.each([
  ['{"jsonrpc":"2.0","id":3,"method":5}', 3],
  ['{"jsonrpc":"2.0","id":11}', 11],
  ['[[{"jsonrpc":"2.0","id":14,"method":"ping"}]]', undefined],
  ['5', undefined],
  ['null', undefined],
  ['{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}', undefined],
])('%s is answered, under no other id than its own', async (text, id) => {
  const { answers } = await over(`${text}\n`);
  const error = { code: -32600, message: expect.any(String) };
  expect(answers).toEqual([{ jsonrpc: '2.0', ...(id !== undefined && { id }), error }]);
});

test('a last line needs no newline, and nothing is lost to a reader that is slow', async () => {
  const [stdin, stdout] = [new PassThrough(), new PassThrough({ highWaterMark: 1 })];
  const transport = new StdioTransport(stdin, stdout);
  const messages: unknown[] = [];
  transport.onmessage = (message) => void messages.push(message);
  await transport.start();
  stdin.end(line(ping(1)).trim());
  await once(stdin, 'end');
  expect(messages).toEqual([ping(1)]);
  const sent = Promise.all(
    Array.from({ length: 30 }, (_, id) => transport.send({ jsonrpc: '2.0', id, result: {} })),
  );
  expect(stdout.listenerCount('drain')).toBe(1);
  let isFlushed = false;
  const flushed = transport.flushed().then(() => {
    isFlushed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isFlushed).toBe(false);
  stdout.resume();
  await Promise.all([sent, flushed]);
  expect(stdout.writableLength).toBe(0);
});

test('what is no JSON and no JSON-RPC is refused, blank lines and answers nobody asked for are not', async () => {
  const { messages, answers, errors } = await over(
    `{"jsonrpc"\n\n\r\n${line({ jsonrpc: '2.0', id: 3, method: 'x', params: [] })}${line({ id: 4, result: 1 })}${line(ping(5))}`,
  );
  expect(messages).toEqual([ping(5)]);
  expect(answers).toEqual([
    { jsonrpc: '2.0', error: { code: -32700, message: 'The line is not valid JSON.' } },
    { jsonrpc: '2.0', id: 3, error: { code: -32600, message: expect.any(String) } },
  ]);
  expect(errors).toHaveLength(3);
});

test.each([
  ['null for params', { ...ping(1), params: null }, ping(1)],
  ['null for _meta', { ...ping(1), params: { _meta: null, a: null } }, { ...ping(1), params: { a: null } }],
  [
    'null for a progress token',
    { ...ping(1), params: { _meta: { progressToken: null, x: 1 } } },
    { ...ping(1), params: { _meta: { x: 1 } } },
  ],
  ['a member of its own', { ...ping(1), trace: 'x' }, ping(1)],
])('a request with %s is taken as it was meant', async (_what, sent, taken) => {
  const { messages, answers } = await over(`\uFEFF${line(sent)}`);
  expect(messages).toEqual([taken]);
  expect(answers).toEqual([]);
});

test.each([
  ['no id but null', null, undefined],
  ['a fraction as id', 1.5, 1.5],
])('a request with %s is answered', async (_what, id, answered) => {
  const { messages, answers } = await over(line({ ...ping(1), id }));
  expect(messages).toEqual([]);
  expect(answers).toMatchObject([{ error: { code: -32600 } }]);
  expect(answers).toMatchObject([answered === undefined ? {} : { id: answered }]);
});

test('the messages of a batch are taken one by one', async () => {
  const { messages, answers } = await over(`${line([ping(1), ping(2)])}[]\n`);
  expect(messages).toEqual([ping(1), ping(2)]);
  expect(answers).toMatchObject([{ error: { code: -32600 } }]);
});

test('lines come whole, however their bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 12 }),
      (texts, cuts) => {
        const lines = texts.map((text) => text.replaceAll('\n', ''));
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        const read: string[] = [];
        const long: number[] = [];
        const reader = new LineReader({
          maxBytes: 60,
          onLine: (text) => read.push(text),
          onTooLong: () => long.push(1),
        });
        const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        for (const [index, end] of places.entries()) reader.push(bytes.subarray(places[index - 1] ?? 0, end));
        const short = lines.filter((text) => Buffer.byteLength(text) <= 60);
        expect(read).toEqual(short);
        expect(long).toHaveLength(lines.length - short.length);
      },
    ),
  );
});
