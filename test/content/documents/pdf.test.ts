import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, deflateRawSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { ContentReader } from '../../../src/content/worker/content-reader.ts';
import { pdf } from '../fixtures/office.ts';

const reader = new ContentReader();
afterAll(() => reader.close());

/** pdf.js is only ever run on a thread. */
async function read(bytes: Uint8Array, { from = reader, encoding = 'binary' } = {}) {
  const parameters = {};
  const part = { part: '2', type: 'application/pdf', parameters, encoding, size: 0, children: [] };
  const input = { bytes, part, zone: 'Europe/Berlin', maxImageBytes: 0 };
  const { text = '', warnings = [] } = await from.attachment(input, new AbortController().signal);
  return { text, warnings };
}

test('a PDF gives its text page by page', async () => {
  expect(await read(pdf(['Rechnung 4711', 'Seite zwei']))).toEqual({
    text: 'Rechnung 4711\n\nSeite zwei',
    warnings: [],
  });
});

test('a PDF is read as mail carries it, in base64', async () => {
  const bytes = Buffer.from(Buffer.from(pdf(['Rechnung 4711'])).toString('base64'));
  expect(await read(bytes, { encoding: 'base64' })).toEqual({ text: 'Rechnung 4711', warnings: [] });
});

test('the bytes handed in are left as they are', async () => {
  const bytes = pdf(['x']);
  const before = bytes.length;
  await read(bytes);
  expect([bytes.length, Buffer.from(bytes).toString('latin1', 0, 5)]).toEqual([before, '%PDF-']);
});

test('a PDF with a password says so', async () => {
  const encrypt = `trailer <</Root 1 0 R/ID[<00><00>]/Encrypt <</Filter/Standard/V 1/R 2/O <${'61'.repeat(32)}>/U <${'62'.repeat(32)}>/P -4>>>>`;
  const text = Buffer.from(pdf(['secret']))
    .toString('latin1')
    .replace('trailer <</Root 1 0 R>>', encrypt);
  expect(await read(Buffer.from(text, 'latin1'))).toEqual({
    text: '',
    warnings: [{ code: 'malformed', detail: 'password protected' }],
  });
});

test('only two hundred pages are read, and it says so', async () => {
  const result = await read(pdf(Array.from({ length: 203 }, (_, at) => `page${at + 1}`)));
  expect(result.text.endsWith('page200')).toBe(true);
  expect(result.warnings).toEqual([
    { code: 'malformed', detail: 'only the first 200 of 203 pages were read' },
  ]);
});

/** Seen at the top of a page, then this. */
const after = (drawing: string, line = 'SECRET') => pdf([`seen) Tj ${drawing} 0 -50 Td (${line}`]);
const withPicture = (bytes: Uint8Array, pixels: number) => {
  const picture = `90 0 obj <</Type/XObject/Subtype/Image/Width ${pixels}/Height ${pixels}/Length 0>> stream\nendstream endobj`;
  return Buffer.from(
    Buffer.from(bytes).toString('latin1').replace('trailer', `${picture}\ntrailer`),
    'latin1',
  );
};

test.each([
  ['drawn without ink', after('3 Tr')],
  ['drawn without ink over a small picture', withPicture(after('3 Tr'), 16)],
  ['on the same line as what is seen', pdf(['seen) Tj 3 Tr (SECRET'])],
  ['white', after('1 g')],
  ['nearly white', after('0.99 0.99 0.99 rg')],
  ['of a tenth of a point', after('/F1 0.1 Tf')],
  ['beside the page', after('-5000 0 Td')],
])('PDF: text %s is left out', async (what, bytes) => {
  const { text, warnings } = await read(bytes);
  expect(text).toBe('seen');
  // Of what is beside the page pdf.js tells nothing.
  const codes = what === 'beside the page' ? [] : ['hidden_text_removed'];
  expect(warnings.map(({ code }) => code)).toEqual(codes);
});

test.each([
  ['drawn without ink where a page was scanned', withPicture(after('3 Tr', 'MORE'), 1_000)],
  ['white on a dark ground', after('0 0 600 800 re f 1 g', 'MORE')],
  ['drawn with ink again', after('3 Tr 0 Tr', 'MORE')],
  ['in a small print', after('/F1 4 Tf', 'MORE')],
])('PDF: text %s is read', async (_what, bytes) => {
  expect(await read(bytes)).toEqual({ text: 'seen\nMORE', warnings: [] });
});

test('a damaged PDF gives what is readable and never throws', async () => {
  expect(await read(Buffer.from('%PDF-1.7 garbage'))).toEqual({
    text: '',
    warnings: [{ code: 'malformed', detail: 'the document is damaged' }],
  });
  const whole = pdf(['first', 'second']);
  for (const part of [0.3, 0.6, 0.9]) {
    const result = await read(whole.subarray(0, Math.floor(whole.length * part)));
    expect(typeof result.text).toBe('string');
  }
});

test('a page that unpacks to gigabytes is stopped while other work goes on', async () => {
  // Blocks that do not end the stream may follow one another: three gigabytes made from twenty megabytes.
  const block = deflateRawSync(Buffer.alloc(20_000_000, ' '), { finishFlush: constants.Z_FULL_FLUSH });
  const content = `x\x9c${block.toString('latin1').repeat(150)}`;
  const objects = [
    '%PDF-1.4',
    '1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj',
    '2 0 obj <</Type/Pages/Kids[10 0 R]/Count 1>> endobj',
    '10 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>/Contents 11 0 R>> endobj',
    `11 0 obj <</Length ${content.length}/Filter/FlateDecode>> stream\n${content}\nendstream endobj`,
    'trailer <</Root 1 0 R>>',
  ];
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 10);
  const result = await read(Buffer.from(objects.join('\n'), 'latin1'));
  clearInterval(timer);
  const [warning, ...more] = result.warnings;
  expect(more).toEqual([]);
  expect(warning?.detail).toMatch(/unpacks to far more|took too long/u);
  expect(longest).toBeLessThan(1_000);
}, 30_000);

test('reading a PDF prints nothing, on neither stream', async () => {
  const script = `
    const { ContentReader } = await import('./src/content/worker/content-reader.ts');
    const { pdf } = await import('./test/content/fixtures/office.ts');
    const bytes = Buffer.from(Buffer.from(pdf(['x'])).toString('latin1').replace('/Type/Page/', '/Type/Pag/'), 'latin1');
    const reader = new ContentReader();
    const part = { part: '2', type: 'application/pdf', parameters: {}, encoding: 'binary', size: 0, children: [] };
    for (const each of [bytes, Buffer.from('%PDF-1.4 ((')])
      await reader.attachment({ bytes: each, part, zone: 'Europe/Berlin', maxImageBytes: 0 }, new AbortController().signal);
    await reader.close();`;
  const cwd = join(import.meta.dirname, '../../..');
  const run = promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', script],
    { cwd },
  );
  expect(await run).toEqual({ stdout: '', stderr: '' });
});
