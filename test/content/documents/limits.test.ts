import { strToU8, Zip, ZipDeflate, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { extractText } from '../../../src/content/documents/extract.ts';
import { docx, odf, paragraph, pptx, relationships, shape, xlsx } from '../fixtures/office.ts';

const documentXml = `<w:document><w:body>${paragraph('still here')}</w:body></w:document>`;

async function read(bytes: Uint8Array, name = 'a.docx') {
  const started = performance.now();
  const result = await extractText({ bytes, type: 'application/octet-stream', name });
  return {
    text: result?.text,
    faults: result?.warnings.map(({ detail }) => detail),
    ms: performance.now() - started,
  };
}

test('ten thousand entries: what came first is read, the rest is not', async () => {
  const files: Record<string, Uint8Array> = { 'word/document.xml': strToU8(documentXml) };
  for (let at = 0; at < 10_000; at += 1) files[`word/media/${at}.xml`] = new Uint8Array(1);
  const { text, faults, ms } = await read(zipSync(files, { level: 0 }));
  expect([text, faults]).toEqual(['still here', ['more than 5000 files in the archive']]);
  expect(ms).toBeLessThan(2_000);
});

test('a zip bomb is stopped, and what stood before it is read', async () => {
  const bomb = zipSync({
    'word/document.xml': strToU8(documentXml),
    'word/styles.xml': new Uint8Array(30 * 1024 * 1024),
  });
  const before = process.memoryUsage.rss();
  const { text, faults, ms } = await read(bomb);
  expect([text, faults]).toEqual(['still here', ['the archive unpacks to far more than it should']]);
  expect(ms).toBeLessThan(3_000);
  expect(process.memoryUsage.rss() - before).toBeLessThan(150 * 1024 * 1024);
});

test('a size that lies does not help a bomb', async () => {
  const bomb = zipSync({ 'content.xml': new Uint8Array(30 * 1024 * 1024) });
  const view = new DataView(bomb.buffer);
  const declaredSize = 22;
  expect(view.getUint32(declaredSize, true)).toBe(30 * 1024 * 1024);
  view.setUint32(declaredSize, 1, true);
  const { faults, ms } = await read(bomb, 'a.odt');
  expect(faults).toContain('the archive unpacks to far more than it should');
  expect(ms).toBeLessThan(3_000);
});

test('entries without sizes in front, as LibreOffice and streams write them, are read', async () => {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  const add = (path: string, text: string) => {
    const entry = new ZipDeflate(path);
    zip.add(entry);
    entry.push(strToU8(text), true);
  };
  add('_rels/.rels', relationships({ a: ['officeDocument', 'word/document.xml'] }));
  add('word/media/image.png', 'x'.repeat(50_000));
  add('word/document.xml', documentXml);
  zip.end();
  expect(await read(Buffer.concat(chunks))).toMatchObject({ text: 'still here', faults: [] });
});

test('entities a document defines are not expanded', async () => {
  const levels = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`);
  const laughs = `<!DOCTYPE x [<!ENTITY l0 "lol"><!ENTITY f SYSTEM "file:///etc/passwd">${levels.join('')}]>`;
  const body = `<w:document>${paragraph('a &l9; &f; b')}</w:document>`;
  const bytes = zipSync({ 'word/document.xml': strToU8(laughs + body) });
  const { text, faults, ms } = await read(bytes);
  expect(text).toBe('a &l9; &f; b');
  expect(faults).toEqual(['the XML inside is damaged']);
  expect(ms).toBeLessThan(500);
});

test('one string in a million cells, a far column and repeated rows stay within the limits', async () => {
  const long = 'y'.repeat(30_000);
  const cells = '<row><c r="XFD1" t="s"><v>0</v></c></row>'.repeat(100_000);
  const sheet = await read(
    xlsx([{ name: 'S', xml: cells }], { strings: `<si><t>${long}</t></si>` }),
    'a.xlsx',
  );
  expect(sheet.text?.length).toBeLessThanOrEqual(5_000_000);
  expect(sheet.faults).toEqual(['only the first 5000000 characters were read']);
  const cell = `<table:table-cell table:number-columns-repeated="999999999"><text:p>${long}</text:p></table:table-cell>`;
  const row = `<table:table-row table:number-rows-repeated="999999999">${cell}</table:table-row>`;
  const table = await read(odf('spreadsheet', `<table:table>${row.repeat(50)}</table:table>`), 'a.ods');
  expect(table.text?.length).toBeLessThanOrEqual(5_000_000);
  const spaces = await read(odf('text', '<text:p>a<text:s text:c="4000000000"/>b</text:p>'), 'a.odt');
  expect(spaces.text).toBe(`a${' '.repeat(100)}b`);
  expect(sheet.ms + table.ms).toBeLessThan(4_000);
});

test('deep nesting neither overflows nor takes long', async () => {
  const { text, ms } = await read(
    docx(`${'<w:sdt>'.repeat(200_000)}${paragraph('deep')}${'</w:sdt>'.repeat(200_000)}`),
  );
  expect(text).toBe('deep');
  expect(ms).toBeLessThan(3_000);
});

test.each([
  ['docx', docx(paragraph('text of the document'))],
  ['xlsx', xlsx([{ name: 'S', xml: '<row><c><v>12</v></c></row>' }])],
  ['pptx', pptx([{ xml: shape('text'), notes: 'more' }])],
  ['odt', odf('text', '<text:p>text</text:p>')],
])('a damaged %s never throws, cut or scrambled anywhere', async (extension, bytes) => {
  for (let at = 0; at < bytes.length; at += 7) {
    const cut = await read(bytes.subarray(0, at), `a.${extension}`);
    const scrambled = Uint8Array.from(bytes);
    scrambled.set([0xff, 0x3c, 0x00].slice(0, bytes.length - at), at);
    const read2 = await read(scrambled, `a.${extension}`);
    for (const { text, faults = [] } of [cut, read2]) {
      // Either nothing was there to read, or it was read, or it says that something is wrong.
      expect(text === undefined || text !== '' || faults.length > 0).toBe(true);
    }
  }
});
