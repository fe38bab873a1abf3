import { expect, test } from 'vitest';
import { extractText } from '../../../src/content/documents/extract.ts';
import { docx, paragraph } from '../fixtures/office.ts';

const color = (value: string, more = '') => `<w:color w:val="${value}"${more}/>`;
const fill = (value: string, pattern = 'clear') => `<w:shd w:val="${pattern}" w:fill="${value}"/>`;
const run = (properties: string, text: string) => paragraph({ properties, text });

async function read(body: string, styles = '') {
  const bytes = docx(body, { 'styles.xml': ['styles', `<w:styles>${styles}</w:styles>`] });
  const document = await extractText({ bytes, type: 'application/octet-stream', name: 'a' });
  return { text: document?.text.trim(), warnings: document?.warnings };
}

const hidden = {
  text: 'seen',
  warnings: [{ code: 'hidden_text_removed', detail: '6 hidden characters left out' }],
};

test.each([
  ['white', run(color('FFFFFF'), 'SECRET')],
  ['nearly white', run(color('fefefe'), 'SECRET')],
  ['white on white shading', run(color('FFFFFF') + fill('FFFFFF'), 'SECRET')],
  ['white on a shading of none', run(color('FFFFFF') + fill('000000', 'nil'), 'SECRET')],
  ['white by theme', run(color('000000', ' w:themeColor="background1"'), 'SECRET')],
  ['black on black', run(color('000000') + fill('000000'), 'SECRET')],
  ['yellow on a yellow marker', run(`${color('FFFF00')}<w:highlight w:val="yellow"/>`, 'SECRET')],
  ['white by a run style', run('<w:rStyle w:val="Pale"/>', 'SECRET')],
  ['white by a style based on one', run('<w:rStyle w:val="Paler"/>', 'SECRET')],
  [
    'white beside a dark paragraph mark',
    `<w:p><w:pPr><w:rPr>${fill('000000')}</w:rPr></w:pPr><w:r><w:rPr>${color('FFFFFF')}</w:rPr><w:t>SECRET</w:t></w:r></w:p>`,
  ],
  ['white in a plain cell', `<w:tbl><w:tr><w:tc>${run(color('FFFFFF'), 'SECRET')}</w:tc></w:tr></w:tbl>`],
])('docx: %s text is left out and counted', async (_, body) => {
  const styles =
    `<w:style w:styleId="Pale"><w:rPr>${color('FFFFFF')}</w:rPr></w:style>` +
    '<w:style w:styleId="Paler"><w:basedOn w:val="Pale"/><w:rPr/></w:style>';
  expect(await read(paragraph('seen') + body, styles)).toEqual(hidden);
});

const white = run(color('FFFFFF'), 'TEXT');

test.each([
  ['automatic', run(color('auto'), 'TEXT')],
  ['white on a dark shading', run(color('FFFFFF') + fill('1F3864'), 'TEXT')],
  ['white on a dark marker', run(`${color('FFFFFF')}<w:highlight w:val="darkBlue"/>`, 'TEXT')],
  [
    'white on a dark paragraph',
    `<w:p><w:pPr>${fill('1F3864')}</w:pPr><w:r><w:rPr>${color('FFFFFF')}</w:rPr><w:t>TEXT</w:t></w:r></w:p>`,
  ],
  [
    'white in a dark cell',
    `<w:tbl><w:tr><w:tc><w:tcPr>${fill('000080')}</w:tcPr>${white}</w:tc></w:tr></w:tbl>`,
  ],
  [
    'white in a table whose style shades its head',
    `<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/></w:tblPr><w:tr><w:tc>${white}</w:tc></w:tr></w:tbl>`,
  ],
  ['white in a text box', `<w:p><w:r><w:txbxContent>${white}</w:txbxContent></w:r></w:p>`],
  ['white by style, set back by the run', run(`<w:rStyle w:val="Pale"/>${color('auto')}`, 'TEXT')],
  ['grey', run(color('808080'), 'TEXT')],
])('docx: %s text is read', async (_, body) => {
  const styles =
    `<w:style w:styleId="Pale"><w:rPr>${color('FFFFFF')}</w:rPr></w:style>` +
    `<w:style w:type="table" w:styleId="Grid"><w:tblStylePr w:type="firstRow">${fill('4472C4')}</w:tblStylePr></w:style>`;
  expect(await read(body, styles)).toEqual({ text: 'TEXT', warnings: [] });
});

test('docx: a shaded cell ends where it ends', async () => {
  const cell = `<w:tc><w:tcPr>${fill('000080')}</w:tcPr>${paragraph('seen')}</w:tc>`;
  expect(await read(`<w:tbl><w:tr>${cell}</w:tr></w:tbl>${run(color('FFFFFF'), 'SECRET')}`)).toEqual(hidden);
});

test('docx: the standard style holds for paragraphs that name none', async () => {
  const styles = `<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:rPr>${color('FFFFFF')}</w:rPr></w:style>`;
  expect(await read(run(color('000000'), 'seen') + paragraph('SECRET'), styles)).toEqual(hidden);
});
