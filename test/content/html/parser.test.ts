import { expect, test } from 'vitest';
import { parseHtml } from '../../../src/content/html/parser.ts';
import { htmlToText } from '../../../src/content/html.ts';

const text = (html: string) => htmlToText(html).text;

test.each([
  ['a font reopened in the next paragraph', '<p><font style="display:none">x</p>SECRET'],
  ['white letters nobody closed', '<p><font color=white>x</p>SECRET'],
  ['an end tag that a table cell keeps inside', '<div hidden><table><tr><td></div>SECRET</table></div>'],
  ['text after the end of the body', '<body><div hidden></body>SECRET</html>'],
  ['text after the end of the document', '<body><div hidden></body></html>SECRET'],
  ['a form closed across its content', '<form><div hidden></form>SECRET</div>'],
  ['formatting closed across a block', '<b><div hidden></b>SECRET</div>'],
  ['a marquee that keeps an end tag inside', '<div hidden><marquee></div>SECRET</marquee></div>'],
  ['markup behind a sham CDATA section', '<![CDATA[><div hidden>]]>SECRET</div>'],
  ['attributes of a second body', '<body>SECRET<body style="font-size:0">'],
])('%s is hidden as browsers hide it', (_, html) => {
  expect(text(html)).not.toContain('SECRET');
});

test.each([
  ['text in a table but in no cell', '<table><tr hidden><div>SEEN</div></tr></table>'],
  ['text after a heading closed by another', '<h1 hidden>x</h2><p>SEEN</p>'],
  ['a paragraph that breaks out of a drawing', '<svg><p>SEEN</p></svg>'],
  ['what is for readers without scripts', '<noscript><p>SEEN</p></noscript>'],
])('%s is seen as browsers show it', (_, html) => {
  expect(text(html)).toMatch(/^x?\s*SEEN$/u);
});

test.each([
  '<template><style>.x{display:block!important}</style></template>',
  '<iframe><style>.x{display:block!important}</style></iframe>',
  '<noembed><style>.x{display:block!important}</style></noembed>',
  '<style type="text/plain">.x{display:block!important}</style>',
])('%s styles nothing', (sham) => {
  expect(text(`${sham}<p class=x style="display:none">SECRET</p>`)).toBe('');
});

test('class names count in any case only without a doctype', () => {
  const html = '<style>.HIDE{display:none}</style><p class=hide>TEXT</p>';
  expect(text(html)).toBe('');
  expect(text(`<!doctype html>${html}`)).toBe('TEXT');
});

test('copies the parser makes of what nobody closed end the tree, with the text before them', () => {
  const html = `start${Array.from({ length: 3000 }, (_, nth) => `<p><b id=${nth}>`).join('')}end`;
  const started = process.cpuUsage();
  expect(htmlToText(html)).toMatchObject({ text: 'start', truncated: true });
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(3000);
});

test('what a tree keeps of one mail is not in the next', () => {
  parseHtml('<body><body data-x=1>');
  const { document } = parseHtml('<p>x</p>');
  expect(JSON.stringify(Object.keys(document))).not.toContain('data-x');
  expect(parseHtml(`${'<i>x</i>'.repeat(200_000)}`).truncated).toBe(true);
});
