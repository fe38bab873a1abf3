import { expect, test } from 'vitest';
import { extractText } from '../../../src/content/documents/extract.ts';
import { docx, odf, paragraph, pptx, shape, xlsx } from '../fixtures/office.ts';

async function read(bytes: Uint8Array) {
  const document = await extractText({ bytes, type: 'application/octet-stream', name: 'a' });
  return { text: document?.text.trim(), codes: document?.warnings.map(({ code }) => code) };
}

const hidden = { text: 'seen', codes: ['hidden_text_removed'] };
const shown = { text: 'seen\nMORE', codes: [] };

const word = (body: string, styles = '') =>
  docx(paragraph('seen') + body, { 'styles.xml': ['styles', `<w:styles>${styles}</w:styles>`] });
const run = (properties: string, text = 'SECRET') => paragraph({ properties, text });
const within = (properties: string, text = 'SECRET') =>
  `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
const row = (properties: string) =>
  `<w:tbl><w:tr><w:trPr>${properties}</w:trPr><w:tc>${paragraph('SECRET')}</w:tc></w:tr></w:tbl>`;
const defaults = (properties: string) =>
  `<w:docDefaults><w:rPrDefault><w:rPr>${properties}</w:rPr></w:rPrDefault></w:docDefaults>`;

test.each([
  ['specVanish', word(run('<w:specVanish/>'))],
  ['letters of a point and a half', word(run('<w:sz w:val="3"/>'))],
  ['letters far below their line', word(run('<w:position w:val="-3000"/>'))],
  ['letters of no width', word(run('<w:w w:val="1"/>'))],
  ['letters on each other', word(run('<w:spacing w:val="-400"/>'))],
  ['letters filled with nothing', word(run('<w14:textFill><w14:noFill/></w14:textFill>'))],
  ['a hidden row', word(row('<w:hidden/>'))],
  ['a row of no height', word(row('<w:trHeight w:val="1" w:hRule="exact"/>'))],
  ['lines of no height', word(within('<w:spacing w:line="1" w:lineRule="exact"/>'))],
  ['a frame beside the page', word(within('<w:framePr w:x="-30000" w:y="-30000"/><w:ind w:left="0"/>'))],
  ['an indent beside the page', word(within('<w:ind w:left="-30000"/>'))],
  [
    'white before it was changed to black',
    word(run('<w:color w:val="FFFFFF"/><w:rPrChange><w:rPr><w:color w:val="000000"/></w:rPr></w:rPrChange>')),
  ],
])('docx: %s: left out and counted', async (_what, bytes) => {
  expect(await read(bytes)).toEqual(hidden);
});

test('docx: what the defaults hide is hidden, where a run does not show it again', async () => {
  const again = docx(paragraph('SECRET', { properties: '<w:vanish w:val="0"/>', text: 'seen' }), {
    'styles.xml': ['styles', `<w:styles>${defaults('<w:vanish/>')}</w:styles>`],
  });
  expect(await read(again)).toEqual(hidden);
});

test.each([
  ['hidden on web pages only', word(run('<w:webHidden/>', 'MORE'))],
  ['a little closer', word(run('<w:spacing w:val="-10"/><w:w w:val="90"/>', 'MORE'))],
  ['indented to the left', word(within('<w:ind w:left="-400"/>', 'MORE'))],
  ['a low line', word(within('<w:spacing w:line="240" w:lineRule="exact"/>', 'MORE'))],
  [
    'beside a hidden content control mark',
    word(`<w:sdt><w:sdtPr><w:rPr><w:vanish/></w:rPr></w:sdtPr>${paragraph('MORE')}</w:sdt>`),
  ],
])('docx: %s: is read', async (_what, bytes) => {
  expect(await read(bytes)).toEqual(shown);
});

const cell = (style: number, text: string) => `<c s="${style}" t="inlineStr"><is><t>${text}</t></is></c>`;
const sheet = (xml: string, styles = '') => xlsx([{ name: 'S', xml }], { styles });
const rows = (text: string) => `<row>${cell(0, 'seen')}</row><row>${cell(1, text)}</row>`;
const font = (font: string) => `<fonts><font/><font>${font}</font></fonts>`;
const styled = (fonts: string, more = '') =>
  `${fonts}<fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FF1F3864"/></patternFill></fill></fills><cellXfs><xf/><xf fontId="1" ${more}/></cellXfs>`;

test.each([
  ['a white font', sheet(rows('SECRET'), styled(font('<color rgb="FFFFFFFF"/>')))],
  ['a font white by theme', sheet(rows('SECRET'), styled(font('<color theme="0"/>')))],
  [
    'a font in the colour of its fill',
    sheet(rows('SECRET'), styled(font('<color rgb="FF1F3864"/>'), 'fillId="1"')),
  ],
  ['a font of a point', sheet(rows('SECRET'), styled(font('<sz val="1"/>')))],
  [
    'a format that shows nothing',
    sheet(
      rows('SECRET'),
      `<numFmts><numFmt numFmtId="170" formatCode=";;;"/></numFmts><cellXfs><xf/><xf numFmtId="170"/></cellXfs>`,
    ),
  ],
  [
    'a row of no height',
    sheet(`<row>${cell(0, 'seen')}</row><row ht="0" customHeight="1">${cell(0, 'SECRET')}</row>`),
  ],
  [
    'a column of no width',
    sheet(`<cols><col min="2" max="2" width="0"/></cols><row>${cell(0, 'seen')}${cell(0, 'SECRET')}</row>`),
  ],
])('xlsx: %s: left out and counted', async (_what, bytes) => {
  expect(await read(bytes)).toEqual({ ...hidden, text: '# S\nseen' });
});

test.each([
  ['white on a dark fill', sheet(rows('MORE'), styled(font('<color theme="0"/>'), 'fillId="1"'))],
  ['grey', sheet(rows('MORE'), styled(font('<color rgb="FF808080"/>')))],
])('xlsx: %s: is read', async (_what, bytes) => {
  expect(await read(bytes)).toEqual({ ...shown, text: '# S\nseen\nMORE' });
});

const placed = (x: number, run = '') =>
  `<p:sp><p:spPr><a:xfrm><a:off x="${x}" y="0"/><a:ext cx="9" cy="9"/></a:xfrm></p:spPr><p:txBody><a:p><a:r>${run}<a:t>SECRET</a:t></a:r></a:p></p:txBody></p:sp>`;

test.each([
  ['beside the slide', placed(-99_999)],
  ['of a point', placed(0, '<a:rPr sz="100"/>')],
  ['filled with nothing', placed(0, '<a:rPr sz="1800"><a:ln><a:solidFill/></a:ln><a:noFill/></a:rPr>')],
])('pptx: text %s: left out and counted', async (_what, xml) => {
  const { text, codes } = await read(pptx([{ xml: shape('seen') + xml }]));
  expect([text, codes]).toEqual(['# Slide 1\nseen', hidden.codes]);
});

test('pptx: text on the slide, in a group with numbers of its own or without an outline is read', async () => {
  const group = `<p:grpSp><p:grpSpPr/>${placed(-99_999).replace('SECRET', 'A')}</p:grpSp>`;
  const bare = placed(0, '<a:rPr><a:ln><a:noFill/></a:ln></a:rPr>').replace('SECRET', 'B');
  expect(await read(pptx([{ xml: group + bare }]))).toEqual({ text: '# Slide 1\nA\nB', codes: [] });
});

const style = (name: string, properties: string, parent = '') =>
  `<style:style style:name="${name}" style:parent-style-name="${parent}"><style:text-properties ${properties}/></style:style>`;
const odt = (body: string, styles = '') => odf('text', `<text:p>seen</text:p>${body}`, styles);
const span = (text: string) => `<text:p><text:span text:style-name="T">${text}</text:span></text:p>`;

test.each([
  ['white', odt(span('SECRET'), style('T', 'fo:color="#ffffff"'))],
  ['white by a parent', odt(span('SECRET'), style('W', 'fo:color="#ffffff"') + style('T', '', 'W'))],
  ['of half a point', odt(span('SECRET'), style('T', 'fo:font-size="0.5pt"'))],
  [
    'before the field that hides it',
    odt('<text:p>SECRET<text:hidden-paragraph text:is-hidden="true"/></text:p>'),
  ],
  [
    'after a field that hides by itself',
    odt('<text:p><text:hidden-paragraph text:condition="ooow:TRUE"/>SECRET</text:p>'),
  ],
  [
    'in a section hidden on a condition',
    odt(
      '<text:section text:display="condition" text:condition="ooow:TRUE"><text:p>SECRET</text:p></text:section>',
    ),
  ],
])('odt: text %s: left out and counted', async (_what, bytes) => {
  expect(await read(bytes)).toEqual(hidden);
});

test.each([
  ['white on dark', odt(span('MORE'), style('T', 'fo:color="#ffffff" fo:background-color="#000080"'))],
  [
    'dark in a white paragraph',
    odt(
      `<text:p text:style-name="W">${span('MORE').slice(8)}`,
      style('W', 'fo:color="#ffffff"') + style('T', 'fo:color="#000000"'),
    ),
  ],
  ['white in a frame', odt(`<draw:frame>${span('MORE')}</draw:frame>`, style('T', 'fo:color="#ffffff"'))],
  [
    'with a field that hides nothing',
    odt('<text:p>MORE<text:hidden-paragraph text:condition="ooow:FALSE"/></text:p>'),
  ],
])('odt: text %s: is read', async (_what, bytes) => {
  expect(await read(bytes)).toEqual(shown);
});
