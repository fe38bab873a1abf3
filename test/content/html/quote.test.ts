import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentIdOf, quotableHtml, textAsHtml } from '../../../src/content/html/quote.ts';
import { htmlToText } from '../../../src/content/html.ts';

const html = (source: string) => quotableHtml(source).html;

test('what says how it looks stays, what could do something goes', () => {
  expect(
    html(
      '<table border=1 cellpadding=2 background="https://x.example/b" onclick=a()><tr><td bgcolor="#eee" style="color:#111;padding:4px 2px;background:url(https://x.example/t);position:fixed">x</table>',
    ),
  ).toBe(
    '<table border="1" cellpadding="2"><tbody><tr><td bgcolor="#eee" style="color:#111;padding:4px 2px">x</td></tr></tbody></table>',
  );
  expect(html('<span style=\'font-family:"Segoe UI",Arial;color:rgb(1, 2, 3) !important\'>x</span>')).toBe(
    '<span style="font-family:&quot;Segoe UI&quot;,Arial;color:rgb(1, 2, 3) !important">x</span>',
  );
  expect(html('<form action="https://x.example"><input name=a><button>Go</button></form>')).toBe(
    '<div>Go</div>',
  );
});

test.each([
  'color:url(x)',
  'color:u\\72l(x)',
  'background:image-set("x" 1x)',
  'color:var(--x)',
  'width:expression(alert(1))',
  'behavior:url(x)',
  'position:absolute',
  'display:none',
  '-moz-binding:url(x)',
  'color:red/*',
  'font-family:"\\"',
])('the declaration %s is left out', (declaration) => {
  expect(html(`<b style='${declaration};text-align:left'>x</b>`)).not.toContain(declaration);
});

test('pictures of the mail stay, those from elsewhere become their name', () => {
  const source =
    '<img src="cid:image001.png@01DA" width=100 alt="Plan"><img src="CID:a%40b"><img src="https://t.example/x.gif" alt="Logo"><img src="//t.example/y"><img src="data:image/svg+xml,<svg>"><img srcset="https://t.example/z 1x" src="cid:a@b">';
  expect(quotableHtml(source)).toEqual({
    html: '<img src="cid:image001.png@01DA" width="100" alt="Plan"><img src="cid:a@b">[Logo]<img src="cid:a@b">',
    cids: ['image001.png@01DA', 'a@b'],
  });
  expect(quotableHtml(source, { cids: new Set(['a@b']) }).cids).toEqual(['a@b']);
  expect(quotableHtml(source, { cids: new Set() }).html).toBe('[Plan][Logo]');
});

test('only addresses that can be a Content-ID name one', () => {
  expect(contentIdOf(' cid:x@y ')).toBe('x@y');
  for (const src of [
    undefined,
    '',
    'cid:',
    'cid:a b',
    'cid:a"b',
    'cid:a%22b',
    'cid:a%0D%0Ab',
    'http://x',
    'cid:ü',
  ]) {
    expect(contentIdOf(src)).toBeUndefined();
  }
});

test('hidden text, comments and tracking pixels are not handed on', () => {
  const source =
    '<style>.h{display:none}</style><p class=h>ignore all</p><!-- note --><p style="font-size:0">zero</p><img src="cid:p" width=1 height=1>seen';
  expect(quotableHtml(source)).toEqual({ html: '<p style="font-size:0"></p>seen', cids: [] });
});

test('text does not vanish with the style sheet that made it readable', () => {
  const source =
    '<style>.d{background:#000}</style><div class=d style="color:#fff;padding:2px">white <b>bold</b></div>';
  expect(htmlToText(source).text).toBe('white bold');
  expect(html(source)).toBe('<div>white <b>bold</b></div>');
});

test('an element that was not closed ends with the quote', () => {
  expect(html('<div><blockquote><table><tr><td>x')).toBe(
    '<div><blockquote><table><tbody><tr><td>x</td></tr></tbody></table></blockquote></div>',
  );
  expect(html('</div></blockquote>x</body></html>y')).toBe('xy');
});

test('a signature goes only when that is asked for', () => {
  const source = 'Hi<div class="moz-signature">Bob</div><div id="Signature">Bob</div>';
  expect(quotableHtml(source, { withoutSignature: true }).html).toBe('Hi');
  expect(html(source)).toContain('Bob');
});

test('links stay whole, those that run something go', () => {
  const long = `https://x.example/?t=${'a'.repeat(5_000)}`;
  expect(html(`<a href="${long}" target=_blank>x</a><a href="javascript:a()">y</a>`)).toBe(
    `<a href="${long}">x</a>y`,
  );
});

test('plain text shows line by line', () => {
  expect(textAsHtml('a  b\n<c>\0')).toBe('a &nbsp;b<br>\n&lt;c&gt;');
});

test('too much is cut, said, and still closed', () => {
  const large = quotableHtml(`<blockquote>${'<p>some text</p>'.repeat(200_000)}`);
  expect(large.truncated).toBe(true);
  expect(large.html.length).toBeLessThan(2_100_000);
  expect(large.html.endsWith('</blockquote>')).toBe(true);
  const deep = html(`${'<div>'.repeat(5_000)}x`);
  expect(deep.match(/<div>/gu)?.length).toBe(deep.match(/<\/div>/gu)?.length);
});

const bits = fc.constantFrom(
  ...[
    '<',
    '>',
    '"',
    "'",
    '`',
    '=',
    '/',
    '&lt;',
    '&#60;',
    '&quot;',
    'x',
    ' ',
    '\n',
    '\0',
    '--',
    ';',
    ':',
    '(',
    ')',
  ],
  ...[
    '<script>',
    '</script>',
    '<style>',
    '</style>',
    '<svg onload=x>',
    '<img src=',
    '<img src="cid:a" alt="',
    '<a href="',
  ],
  ...[
    'javascript:',
    'https://t.example/',
    'cid:a@b',
    '<b>',
    '</b>',
    '<table background=',
    '<td style="',
    'color:red',
  ],
  ...[
    'background:url(',
    'url(',
    '<!--',
    '-->',
    '<iframe src=',
    '<blockquote>',
    '</blockquote>',
    '</body>',
    '<base href="',
  ],
  ...[
    'onerror=a()',
    '<form action=',
    '<meta http-equiv=refresh content=',
    '<link rel=stylesheet href=',
    '<video poster=',
  ],
);

test('whatever a stranger writes, nothing runs or loads and every element is closed', () => {
  const allowed =
    /^(?:href|style|align|valign|width|height|bgcolor|border|cellpadding|cellspacing|color|face|size|colspan|rowspan|start|type|dir|lang|alt|nowrap|src)$/u;
  fc.assert(
    fc.property(fc.array(bits, { maxLength: 25 }), (pieces) => {
      const { html: markup, cids } = quotableHtml(pieces.join(''));
      const images: string[] = [];
      for (const [, name = '', rest = ''] of markup.matchAll(/<([^\s/>]+)([^>]*)>/gu)) {
        expect(name).toMatch(
          /^(?:[a-z]|h[1-6]|br|hr|img|ul|ol|li|d[ldt]|t[hdrt]|table|thead|tbody|tfoot|caption|blockquote|pre|code|strong|em|del|ins|su[bp]|small|big|span|font|div|center)$/u,
        );
        expect(rest).toMatch(/^(?: [a-z]+="[^"]*")*$/u);
        for (const [, key = '', value = ''] of rest.matchAll(/ ([a-z]+)="([^"]*)"/gu)) {
          expect(key).toMatch(allowed);
          if (key === 'href') expect(value).toMatch(/^(?:https?|mailto|tel):/u);
          if (key === 'style') expect(value).not.toMatch(/url|\\|@/iu);
          if (key === 'src') images.push(value);
        }
      }
      expect([...new Set(images)].sort()).toEqual(cids.map((id) => `cid:${id}`).sort());
      const opened = markup.match(/<(?!br|hr|img|\/)[a-z]/gu)?.length ?? 0;
      expect(markup.match(/<\//gu)?.length ?? 0).toBe(opened);
    }),
    { numRuns: 2000 },
  );
});

test('what was seen of a document is still seen of its quote', () => {
  fc.assert(
    fc.property(fc.array(bits, { maxLength: 20 }), (pieces) => {
      const source = pieces.join('');
      const quoted = htmlToText(html(source));
      expect(quoted.hiddenRemoved).toBe(0);
    }),
    { numRuns: 1000 },
  );
});
