import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanHtml, htmlToText } from '../../../src/content/html.ts';

/** Far above what each takes (0.1 to 1.5 s), far below what quadratic work would. */
const maxMs = 6000;

/** Processor time in ms since `before`: other work on the machine is none of ours. */
function spent(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const floods: Record<string, string> = {
  'nested tables': `${'<table><tr><td>'.repeat(3000)}deep${'</td></tr></table>'.repeat(3000)}`,
  'unclosed elements': `${'<div>'.repeat(100_000)}deep`,
  'unclosed formatting': `${'<b>'.repeat(100_000)}deep`,
  'end tags that fit nothing': `${'<i>'.repeat(9900)}deep${'</b>'.repeat(480_000)}`,
  forms: `<form>${'<b>'.repeat(9000)}${'<form>'.repeat(100_000)}deep`,
  'nested links': `${'<a href=https://x.de/>x'.repeat(8_000)}deep`,
  'nested quotes': `${'<blockquote>x'.repeat(30_000)}deep`,
  'nested lists': `${'<ul><li>x'.repeat(50_000)}deep`,
  'hidden in hidden': `${'<p hidden><div aria-hidden=true>'.repeat(40_000)}deep`,
  attributes: `<p ${'a=b '.repeat(300_000)}>deep`,
  'different styles': `${Array.from({ length: 8_000 }, (_, i) => `<p style="color:#${i};x:y">a`).join('')}deep`,
  'many rules': `<style>${Array.from({ length: 3000 }, (_, i) => `.c${i} .d p{color:red}`).join('')}</style>${'<p class="c1 d">x</p>'.repeat(20_000)}`,
  'costly selectors': `<style>${':has(p):has(i) ~ b, p + p + p, *:nth-child(7){color:red}'.repeat(300)}</style>${'<p>x</p>'.repeat(30_000)}`,
  'nested rules': `<style>${'p,i,b{'.repeat(2000)}color:red</style>deep`,
  'many nested rules': `<style>${'a,b,c{'.repeat(6)}${'p,q,r{color:red}'.repeat(20_000)}</style>${'<p>x</p>'.repeat(5000)}`,
  formulas: `<p style="width:calc(${'('.repeat(4000)}1px">`.repeat(300),
  'open functions': `<p style="transform:${'scale('.repeat(1500)}">`.repeat(150),
  'open gradients': `<p style="background:${'linear-gradient((('.repeat(500)}">`.repeat(150),
  'open backgrounds': `<p style="background:${'a'.repeat(9900)}(">`.repeat(150),
  'open braces': `<style>${'@media screen{a{'.repeat(20_000)}</style>deep`,
  'open brackets': `<style>a${'('.repeat(100_000)}</style>deep`,
  'wide table': `<table><tr>${'<td><b>x</b></td>'.repeat(25_000)}`,
  'wide headed table': `<table><tr>${'<th>a'.repeat(1000)}${'<tr><td>a<td>b'.repeat(20_000)}`,
  breaks: '<br>x'.repeat(80_000),
  'angle brackets': '<'.repeat(500_000),
  comments: '<!-- x -->'.repeat(50_000),
  variables: '<p style="--a:var(--a)var(--a);color:var(--a)">'.repeat(8_000),
};

test.each(Object.entries(floods))('%s take bounded time', (_, html) => {
  const started = process.cpuUsage();
  const { text } = htmlToText(html);
  cleanHtml(html);
  expect(spent(started)).toBeLessThan(maxMs);
  expect(text.length).toBeLessThan(2_100_000);
});

test('end tags that fit nothing cost next to nothing', () => {
  const started = process.cpuUsage();
  expect(htmlToText(floods['end tags that fit nothing'] ?? '').text).toBe('deep');
  expect(spent(started)).toBeLessThan(2000);
});

test('deep text is read', () => {
  expect(htmlToText(floods['nested tables'] ?? '')).toEqual({
    text: 'deep',
    hiddenRemoved: 0,
    mismatches: [],
  });
});

test('too deep to judge is not shown', () => {
  const deep = '<b>'.repeat(20_000);
  expect(htmlToText(`seen${deep}<i hidden>SECRET`)).toMatchObject({ text: 'seen', truncated: true });
  expect(htmlToText(`<style>u{display:none}</style>seen${deep}<u>SECRET`)).toMatchObject({ text: 'seen' });
  expect(htmlToText(`<p class=h>SECRET</p>${deep}<style>.h{display:none}</style>`)).toMatchObject({
    text: '',
  });
  expect(htmlToText(`seen${deep}<script>SECRET`)).toMatchObject({ text: 'seen', truncated: true });
});

test('a sheet that exhausts the selectors smuggles nothing past', () => {
  const css = `${'.q *:nth-child(9) ~ *{color:red}'.repeat(500)}.h{display:none}`;
  const html = `<style>${css}</style><div class=q>${'<p>x</p>'.repeat(20_000)}<p class=h>SECRET</p></div>`;
  const { text, unjudged } = htmlToText(html);
  expect(text).not.toContain('SECRET');
  expect(unjudged).toBe(true);
});

test('a style sheet beyond what is read smuggles nothing past', () => {
  const html = `<p class=h>SECRET</p>${' '.repeat(2_000_000)}<style>.h{display:none}</style>`;
  expect(htmlToText(html)).toMatchObject({ text: '', truncated: true });
});

test('what is beyond two million characters is cut, and said', () => {
  const { text, truncated } = htmlToText(`start<p>${' '.repeat(2_000_000)}end`);
  expect(text).toBe('start');
  expect(truncated).toBe(true);
});

test('no input makes it throw', () => {
  const tag = fc.constantFrom(
    ...'p div table tr td a img ul li blockquote pre style script details br svg math template title form b'.split(
      ' ',
    ),
  );
  const attribute = fc.oneof(
    fc
      .tuple(
        fc.constantFrom(
          'style',
          'class',
          'href',
          'alt',
          'width',
          'color',
          'start',
          'colspan',
          'aria-hidden',
          'hidden',
        ),
        fc.string(),
      )
      .map(([name, value]) => ` ${name}="${value}"`),
    fc.string(),
  );
  const piece = fc.oneof(
    fc.tuple(tag, attribute).map(([name, rest]) => `<${name}${rest}>`),
    tag.map((name) => `</${name}>`),
    fc.string({ unit: 'binary' }),
    fc.string().map((css) => `<style>p{${css}} ${css}{color:red}</style>`),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const html = pieces.join('');
      expect(htmlToText(html).hiddenRemoved).toBeGreaterThanOrEqual(0);
      expect(cleanHtml(html).html).not.toMatch(/<(?:script|style|img|svg)/u);
    }),
    { numRuns: 400 },
  );
});
