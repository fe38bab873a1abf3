import { deflateSync } from 'node:zlib';
import { docx, paragraph, pdf, xlsx, zip } from '../../content/fixtures/office.ts';
import { mixed, part, parts } from '../../support/letters.ts';

/** Stands at the end of what a bomb says: who shows it has read all. */
export const bombEnd = 'END-OF-BOMB';

export interface Bomb {
  name: string;
  raw(): Buffer;
}

const plain = 'Content-Type: text/plain; charset=utf-8';
const html = 'Content-Type: text/html; charset=utf-8';
const docxType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A mail with these fields beside the usual ones, and this body. */
function mail(headers: readonly string[], body: string): Buffer {
  const usual = [
    'From: Bob <bob@example.org>',
    'To: alice@example.org',
    'Date: Mon, 02 Mar 2026 10:00:00 +0100',
  ];
  const subject = headers.some((header) => header.startsWith('Subject:')) ? [] : ['Subject: Bomb'];
  return Buffer.from([...usual, ...subject, 'MIME-Version: 1.0', ...headers, '', body].join('\r\n'), 'utf8');
}

function file(type: string, name: string, bytes: Uint8Array): Buffer {
  const headers = [
    `Content-Type: ${type}; name="${name}"`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
  ];
  const data = Buffer.from(bytes).toString('base64').replace(/.{76}/gu, '$&\r\n');
  return mail([mixed('f')], parts('f', part([plain], 'see file'), part(headers, data)));
}

/** Multiparts inside each other; the innermost holds the end. */
function nested(depth: number, type = 'mixed'): Buffer {
  const opening = Array.from({ length: depth }, (_, at) =>
    [`--n${at}`, `Content-Type: multipart/${type}; boundary="n${at + 1}"`, '', ''].join('\r\n'),
  );
  const closing = Array.from({ length: depth + 1 }, (_, at) => `--n${depth - at}--\r\n`);
  const text = part([plain], bombEnd);
  const body = `${opening.join('')}--n${depth}\r\n${text}\r\n${closing.join('')}`;
  return mail([`Content-Type: multipart/${type}; boundary="n0"`], body);
}

function forwards(depth: number): Buffer {
  const message = 'Subject: inner\r\nContent-Type: message/rfc822\r\n\r\n'.repeat(depth);
  return mail(['Content-Type: message/rfc822'], `${message}Subject: last\r\n\r\n${bombEnd}`);
}

const page = (inside: string) => mail([html], `<html><body>${inside}<p>${bombEnd}</p></body></html>`);
const around = (tag: string, times: number) => page(`<${tag}>`.repeat(times) + `</${tag}>`.repeat(times));

const laughs = ['<!ENTITY l0 "lol">']
  .concat(Array.from({ length: 20 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`))
  .join('');

/** A stored zip entry made by hand that claims to be small. */
function lyingZip(): Uint8Array {
  const bytes = Buffer.from(docx(paragraph('x'.repeat(20_000_000))));
  const at = bytes.indexOf('PK\x01\x02');
  if (at > 0) bytes.writeUInt32LE(10, at + 24);
  return bytes;
}

/** A page with the end, beside which the tree of pages holds itself. */
const recursivePdf = Buffer.from(
  Buffer.from(pdf([bombEnd]))
    .toString('latin1')
    .replace('/Kids[10 0 R]/Count 1', '/Kids[10 0 R 2 0 R 2 0 R]/Count 1000000'),
  'latin1',
);

/** A PDF of one page that is drawn by this stream. */
function pdfOf(stream: Uint8Array, filters: string): Buffer {
  const head =
    '%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n';
  const font = '5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj\n';
  const page = `3 0 obj <</Type/Page/Parent 2 0 R/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>> endobj\n`;
  return Buffer.concat([
    Buffer.from(`${head}${font}${page}4 0 obj <<${filters}/Length ${stream.length}>> stream\n`),
    stream,
    Buffer.from('\nendstream endobj\ntrailer <</Root 1 0 R>>\n%%EOF'),
  ]);
}

function flatePdf(): Buffer {
  const text = `BT /F1 9 Tf (${'A'.repeat(30_000_000)}) Tj ET`;
  return pdfOf(deflateSync(Buffer.from(text)), '/Filter/FlateDecode');
}

/** Less than a kilobyte that unpacks to 200 MB. */
function packedTwicePdf(): Buffer {
  const stream = deflateSync(deflateSync(Buffer.alloc(200_000_000), { level: 9 }));
  return pdfOf(stream, '/Filter[/FlateDecode/FlateDecode]');
}

const wordyPdf = () => pdfOf(Buffer.from(`BT /F1 12 Tf ${'(a) Tj '.repeat(700_000)}(${bombEnd}) Tj ET`), '');

const words = (count: number, word: string) => `Subject: ${`${word}\r\n `.repeat(count)}${bombEnd}`;

const makers: Readonly<Record<string, () => Buffer>> = {
  'multiparts 90 deep': () => nested(90),
  'multiparts 3,000 deep': () => nested(3_000),
  'alternatives 400 deep': () => nested(400, 'alternative'),
  'mails 40 deep': () => forwards(40),
  'mails 2,000 deep': () => forwards(2_000),
  'tables 3,000 deep': () => around('table><tr><td', 3_000),
  'quotes 20,000 deep': () => around('blockquote', 20_000),
  'elements 200,000 deep': () => around('div', 200_000),
  '2,000 parts': () =>
    mail([mixed('p')], parts('p', ...Array(2_000).fill(part([plain], 'x')), part([plain], bombEnd))),
  '20,000 empty parts': () =>
    mail([mixed('p')], `${'--p\r\n\r\n'.repeat(20_000)}--p\r\n\r\n${bombEnd}\r\n--p--`),
  '3,000 files of one name': () =>
    mail(
      [mixed('p')],
      parts(
        'p',
        part([plain], bombEnd),
        ...Array(3_000).fill(part(['Content-Disposition: attachment; filename="a.txt"'], 'x')),
      ),
    ),
  'a boundary that never ends': () =>
    mail([mixed('p')], `--p\r\n\r\n${bombEnd}\r\n${'--p-\r\n'.repeat(300_000)}`),
  'a header of 10 MB': () => mail([`X-Long: ${`${'x'.repeat(900)}\r\n `.repeat(11_000)}`, plain], bombEnd),
  '200,000 header fields': () => mail([...Array(200_000).fill('X-A: b'), plain], bombEnd),
  'a subject of 2 MB': () => mail([`Subject: ${`${'x'.repeat(900)}\r\n `.repeat(2_200)}`, plain], bombEnd),
  '50,000 recipients': () =>
    mail([`Cc: ${'a b <c@example.org>,\r\n '.repeat(50_000)}d@example.org`, plain], bombEnd),
  'groups in groups': () => mail([`Cc: ${'g: '.repeat(20_000)}`, plain], bombEnd),
  '30,000 references': () =>
    mail([`References: ${'<aaaa@example.org>\r\n '.repeat(30_000)}<b@x>`, plain], bombEnd),
  'a line of 10 MB': () => mail([plain], `${'x'.repeat(10_000_000)}\r\n${bombEnd}`),
  'a million empty lines': () => mail([plain], `a${'\r\n'.repeat(1_000_000)}${bombEnd}`),
  '300,000 quoted lines': () => mail([plain], `${'> > > a\r\n'.repeat(300_000)}${bombEnd}`),
  '20,000 encoded words': () => mail([words(20_000, '=?utf-8?q?=C3=BC?='), plain], bombEnd),
  '20,000 words of no charset': () => mail([words(20_000, '=?x-none?b?/////w==?='), plain], bombEnd),
  'encoded words in each other': () =>
    mail([`Subject: ${'=?utf-8?q?'.repeat(50_000)}${'?='.repeat(50_000)}`, plain], bombEnd),
  '100,000 attributes': () =>
    page(`<p ${Array.from({ length: 100_000 }, (_, at) => `a${at}=b`).join(' ')}>x</p>`),
  '20,000 style rules': () =>
    page(
      `<style>${'.a .b > .c ~ .d:not(.e){display:none}'.repeat(20_000)}</style>${'<i class="a b c d">x</i>'.repeat(5_000)}`,
    ),
  'a comment that never ends': () => mail([html], `<p>${bombEnd}</p><!--${'<!-- - -'.repeat(500_000)}`),
  'a million entities': () => page('&amp;&#x41;&notanentity'.repeat(300_000)),
  'a docx of 60 MB': () => file(docxType, 'a.docx', docx(paragraph('x'.repeat(60_000_000)))),
  'a docx that lies about its size': () => file(docxType, 'a.docx', lyingZip()),
  'a docx of 20,000 entries': () =>
    file(
      docxType,
      'a.docx',
      zip(Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`word/a${at}.xml`, 'x']))),
    ),
  'a docx of entities': () => {
    const document = `<?xml version="1.0"?><!DOCTYPE w:document [${laughs}]><w:document><w:body>&l20;</w:body></w:document>`;
    return file(docxType, 'a.docx', zip({ 'word/document.xml': document }));
  },
  'an xlsx of 60 MB': () =>
    file(
      xlsxType,
      'a.xlsx',
      xlsx([{ name: 'a', xml: `<sheetData>${'<row><c><v>1</v></c></row>'.repeat(2_400_000)}</sheetData>` }]),
    ),
  'an xlsx whose one text is everywhere': () => {
    const cells = '<row><c t="s"><v>0</v></c></row>'.repeat(200_000);
    const strings = `<si><t>${'long '.repeat(2_000)}</t></si>`;
    return file(
      xlsxType,
      'a.xlsx',
      xlsx([{ name: 'a', xml: `<sheetData>${cells}</sheetData>` }], { strings }),
    );
  },
  'a PDF of itself': () => file('application/pdf', 'a.pdf', recursivePdf),
  'a PDF of 30 MB': () => file('application/pdf', 'a.pdf', flatePdf()),
  'a PDF packed twice': () => file('application/pdf', 'a.pdf', packedTwicePdf()),
  'a PDF of 700,000 strings': () => file('application/pdf', 'a.pdf', wordyPdf()),
  'an invitation of 50,000 events': () =>
    mail(
      ['Content-Type: text/calendar; method=REQUEST; charset=utf-8'],
      `BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n${'BEGIN:VEVENT\r\nUID:x\r\nDTSTART:20260101T100000Z\r\nSUMMARY:x\r\nEND:VEVENT\r\n'.repeat(50_000)}END:VCALENDAR`,
    ),
};

export const bombs: readonly Bomb[] = Object.entries(makers).map(([name, raw]) => ({ name, raw }));
