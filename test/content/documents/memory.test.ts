import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ContentReader } from '../../../src/content/worker/content-reader.ts';
import { docx, paragraph, pdf, unzip, zip } from '../fixtures/office.ts';

const reader = new ContentReader();
beforeAll(() => read(pdf(['warm'])));
afterAll(() => reader.close());

async function read(bytes: Uint8Array, type = 'application/pdf') {
  const part = { part: '2', type, parameters: {}, encoding: 'binary', size: 0, children: [] };
  const input = { bytes, part, zone: 'Europe/Berlin', maxImageBytes: 0 };
  const { text = '', warnings = [] } = await reader.attachment(input, new AbortController().signal);
  return { text, warnings };
}

/** What the process grew by at most, in MB. */
async function growthDuring(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 5);
  await work();
  await sleep(10);
  clearInterval(timer);
  return (most - before) / 1024 / 1024;
}

function withContent(content: Uint8Array, filters: string): Buffer {
  const [head = '', tail = ''] = Buffer.from(pdf(['LINE']))
    .toString('latin1')
    .split(/<<\/Length \d+>> stream\n.*?\nendstream/su);
  const open = `<</Length ${content.length}${filters}>> stream\n`;
  return Buffer.concat([Buffer.from(head + open, 'latin1'), content, Buffer.from(`\nendstream${tail}`)]);
}

test('a PDF of a kilobyte that unpacks to 200 MB costs less than 150', async () => {
  const twice = deflateSync(deflateSync(Buffer.alloc(200_000_000), { level: 9 }));
  const bomb = withContent(twice, '/Filter[/FlateDecode/FlateDecode]');
  expect(bomb.length).toBeLessThan(1_500);
  let warnings: { code: string; detail: string }[] = [];
  const grown = await growthDuring(async () => {
    ({ warnings } = await read(bomb));
  });
  expect(warnings).toEqual([{ code: 'malformed', detail: 'it unpacks to far more than it should' }]);
  expect(grown).toBeLessThan(150);
  expect((await read(pdf(['next']))).text).toBe('next');
}, 30_000);

test('a page that draws very much is read, and it says that hidden text was not looked for', async () => {
  const drawing = `BT /F1 12 Tf 50 700 Td (seen) Tj ${'(a) Tj '.repeat(900_000)} ET`;
  const { text, warnings } = await read(withContent(Buffer.from(drawing), ''));
  expect(text).toMatch(/^seen/u);
  const detail = 'a page draws so much that hidden text on it was not looked for';
  expect(warnings).toEqual([{ code: 'malformed', detail }]);
}, 30_000);

test('a PDF of 20 MB and a docx of 10 MB are read to the end', async () => {
  const pages = Array.from({ length: 150 }, (_, at) => `Page ${at} says something`);
  const picture = Buffer.alloc(20_000_000, 0x55);
  const object = '9000 0 obj <</Type/XObject/Subtype/Image/Width 5000/Height 4000/BitsPerComponent 8';
  const image = `${object}/ColorSpace/DeviceGray/Length ${picture.length}>> stream\n`;
  const large = Buffer.concat([
    Buffer.from(
      Buffer.from(pdf(pages))
        .toString('latin1')
        .replace(/trailer.*$/su, ''),
      'latin1',
    ),
    Buffer.from(image),
    picture,
    Buffer.from('\nendstream endobj\ntrailer <</Root 1 0 R>>\n%%EOF'),
  ]);
  const { text, warnings } = await read(large);
  expect([text.endsWith('Page 149 says something'), warnings]).toEqual([true, []]);
  const body = Array.from({ length: 20_000 }, (_, at) => paragraph(`This is the line with number ${at}.`));
  const parts = unzip(docx(body.join('')));
  const pictures = { 'word/media/a.png': 'x'.repeat(10_000_000) };
  const word = await read(zip({ ...parts, ...pictures }, { level: 0 }), 'application/octet-stream');
  expect([word.text.endsWith('number 19999.'), word.warnings]).toEqual([true, []]);
}, 30_000);
