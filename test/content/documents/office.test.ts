import { expect, test } from 'vitest';
import { extractText } from '../../../src/content/documents/extract.ts';
import { docx, odf, paragraph, pptx, shape, xlsx, zip } from '../fixtures/office.ts';

async function read(bytes: Uint8Array, name = 'a') {
  return (
    (await extractText({ bytes, type: 'application/octet-stream', name })) ?? { text: 'none', warnings: [] }
  );
}

const hidden = (count: number) => [
  { code: 'hidden_text_removed', detail: `${count} hidden characters left out` },
];

test('docx: paragraphs, tables, breaks, notes', async () => {
  const cell = (...texts: string[]) => `<w:tc>${texts.map((text) => paragraph(text)).join('')}</w:tc>`;
  const bytes = docx(
    paragraph('Sehr geehrte ', 'Frau Müller &amp; Co') +
      '<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>' +
      `<w:tbl><w:tr>${cell('Pos', 'Nr')}${cell('Preis')}</w:tr><w:tr>${cell('1')}${cell('9,99 €')}</w:tr></w:tbl>` +
      paragraph('Ende'),
    {
      'header1.xml': ['header', `<w:hdr>${paragraph('Kopf')}</w:hdr>`],
      'footnotes.xml': ['footnotes', `<w:footnotes>${paragraph('Fußnote')}</w:footnotes>`],
    },
  );
  expect(await read(bytes)).toEqual({
    text: 'Sehr geehrte Frau Müller & Co\na\tb\nc\nPos Nr\tPreis\n1\t9,99 €\nEnde\nFußnote\nKopf',
    warnings: [],
  });
});

test('docx: text hidden by run, by style, by size of one point is left out and counted', async () => {
  const styles =
    '<w:styles><w:style w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="Ok"/></w:styles>';
  const bytes = docx(
    paragraph(
      'seen',
      { properties: '<w:vanish/>', text: 'one' },
      { properties: '<w:vanish w:val="0"/>', text: '!' },
      { properties: '<w:rStyle w:val="Ghost"/>', text: 'two' },
      { properties: '<w:sz w:val="2"/>', text: 'six' },
      { properties: '<w:rStyle w:val="Ok"/><w:sz w:val="22"/>', text: '?' },
    ) +
      '<w:p><w:pPr><w:pStyle w:val="Ghost"/></w:pPr><w:r><w:t>three</w:t></w:r></w:p>' +
      '<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>mark only</w:t></w:r></w:p>',
    { 'styles.xml': ['styles', styles] },
  );
  expect(await read(bytes)).toEqual({ text: 'seen!?\n\nmark only', warnings: hidden(14) });
});

test('docx: deleted and moved text and the twin for old readers are no text', async () => {
  const bytes = docx(
    '<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins>' +
      '<w:moveFrom><w:r><w:t>old place</w:t></w:r></w:moveFrom><w:r><w:instrText>PAGE</w:instrText></w:r>' +
      '<mc:AlternateContent><mc:Choice><w:r><w:t> box</w:t></w:r></mc:Choice>' +
      '<mc:Fallback><w:r><w:t> box</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>',
  );
  expect(await read(bytes)).toEqual({ text: 'new box', warnings: [] });
});

test('docx: the main part is where the package says, whatever prefix it uses', async () => {
  const bytes = zip({
    '_rels/.rels':
      '<Relationships><Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/word/Document2.xml"/></Relationships>',
    'word/document2.xml': '<x:document><x:body><x:p><x:r><x:t>strict</x:t></x:r></x:p></x:body></x:document>',
  });
  expect((await read(bytes)).text).toBe('strict');
});

test('xlsx: sheets by name, strings, numbers, dates, percent, gaps', async () => {
  const sheet =
    '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>in</t></is></c><c r="D1" t="s"><v>1</v></c></row>' +
    '<row r="2"><c r="A2" s="1"><v>46109</v></c><c r="B2" s="2"><v>46109.4375</v></c><c r="C2" s="3"><v>0.19</v></c><c r="D2"><v>0.30000000000000004</v></c></row>' +
    '<row r="3"><c><f>A1*2</f><v>1234.5</v></c><c t="b"><v>1</v></c><c t="str"><f>x</f><v>yes</v></c><c t="e"><v>#DIV/0!</v></c><c s="4"><v>1.5625</v></c></row>' +
    '<row r="4"/></sheetData>';
  const strings = '<si><t>Name</t></si><si><r><t>rich</t></r><r><t> text</t></r><rPh><t>ruby</t></rPh></si>';
  const styles =
    '<numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy\\ hh:mm"/></numFmts>' +
    '<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>' +
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="9"/><xf numFmtId="46"/></cellXfs>';
  expect(await read(xlsx([{ name: 'Umsatz', xml: sheet }], { strings, styles }))).toEqual({
    text: '# Umsatz\nName\tin\t\trich text\n2026-03-28\t2026-03-28 10:30\t19%\t0.3\n1234.5\tTRUE\tyes\t#DIV/0!\t37:30',
    warnings: [],
  });
});

test('xlsx: the epoch of 1904 is honoured', async () => {
  const sheet = { name: 'S', xml: '<row><c s="1"><v>44647</v></c></row>' };
  const styles = '<cellXfs><xf/><xf numFmtId="14"/></cellXfs>';
  const { text } = await read(xlsx([sheet], { styles, workbookPr: '<workbookPr date1904="1"/>' }));
  expect(text).toBe('# S\n2026-03-28');
});

test('xlsx: hidden sheets, rows and columns are left out and counted', async () => {
  const open =
    '<cols><col min="2" max="3" hidden="1"/></cols><row><c r="A1"><v>1</v></c><c r="B1"><v>22</v></c><c r="D1"><v>4</v></c></row>' +
    '<row hidden="1"><c r="A2"><v>333</v></c></row>';
  const secret = '<row><c t="str"><v>secret</v></c></row>';
  const bytes = xlsx([
    { name: 'Open', xml: open },
    { name: 'Shut', state: 'hidden', xml: secret },
    { name: 'Shut2', state: 'veryHidden', xml: secret },
  ]);
  expect(await read(bytes)).toEqual({ text: '# Open\n1\t\t\t4', warnings: hidden(17) });
});

test('pptx: slides in the order shown, with notes; hidden slides and shapes left out and counted', async () => {
  const bytes = pptx([
    { xml: shape('first') + shape('off', ' hidden="1"'), notes: 'say hello' },
    { xml: shape('secret'), hidden: true, notes: 'hush' },
    {
      xml: '<p:sp><p:txBody><a:p><a:r><a:t>a</a:t></a:r><a:br/><a:r><a:t>b</a:t></a:r><a:fld type="slidenum"><a:t>3</a:t></a:fld></a:p></p:txBody></p:sp>',
    },
  ]);
  expect(await read(bytes)).toEqual({
    text: '# Slide 1\nfirst\nNotes:\nsay hello\n\n# Slide 3\na\nb',
    warnings: hidden(13),
  });
});

test('odt: paragraphs, spaces, tables, notes; hidden and deleted text left out', async () => {
  const styles = '<style:style style:name="T9"><style:text-properties text:display="none"/></style:style>';
  const bytes = odf(
    'text',
    '<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes><text:h>Titel</text:h>' +
      '<text:p>a<text:s text:c="2"/>b<text:tab/>c<text:line-break/>d<text:span text:style-name="T9">ghost</text:span>' +
      '<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>note</text:p></text:note-body></text:note></text:p>' +
      '<table:table><table:table-row><table:table-cell><text:p>x</text:p><text:p>y</text:p></table:table-cell><table:table-cell><text:p>z</text:p></table:table-cell></table:table-row></table:table>' +
      '<text:section text:display="none"><text:p>none</text:p></text:section>',
    styles,
  );
  expect(await read(bytes)).toEqual({ text: 'Titel\na  b\tc\nd [note ]\nx y\tz', warnings: hidden(9) });
});

test('ods: sheets, repeated cells and rows; hidden ones left out', async () => {
  const cell = (text: string, more = '') =>
    `<table:table-cell${more}><text:p>${text}</text:p></table:table-cell>`;
  const bytes = odf(
    'spreadsheet',
    '<table:table table:name="Eins"><table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>' +
      `<table:table-row table:number-rows-repeated="2">${cell('1')}${cell('shut')}${cell('0', ' table:number-columns-repeated="2"')}</table:table-row>` +
      `<table:table-row table:visibility="collapse">${cell('gone')}</table:table-row>` +
      '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>' +
      `<table:table table:name="Zwei" table:style-name="ta2"><table:table-row>${cell('secret')}</table:table-row></table:table>`,
    '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>',
  );
  expect(await read(bytes)).toEqual({ text: '# Eins\n1\t\t0\t0\n1\t\t0\t0', warnings: hidden(14) });
});

test('odp: slides with notes; hidden slides left out', async () => {
  const page = (text: string, more = '') =>
    `<draw:page${more}><draw:text-box><text:p>${text}</text:p></draw:text-box>`;
  const bytes = odf(
    'presentation',
    `${page('eins')}<presentation:notes><text:p>sag was</text:p></presentation:notes></draw:page>` +
      `${page('zwei', ' draw:style-name="dp2"')}</draw:page>${page('drei')}</draw:page>`,
    '<style:style style:name="dp2"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>',
  );
  expect(await read(bytes)).toEqual({
    text: '# Slide 1\neins\nNotes:\nsag was\n\n# Slide 3\ndrei',
    warnings: hidden(4),
  });
});

test('an OpenDocument file with a password says so', async () => {
  const bytes = zip({
    'content.xml': 'x',
    'META-INF/manifest.xml': '<manifest:manifest><manifest:encryption-data/></manifest:manifest>',
  });
  expect((await read(bytes)).warnings).toEqual([{ code: 'malformed', detail: 'password protected' }]);
});
