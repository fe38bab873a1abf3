import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanHtml, htmlToText } from '../../src/content/html.ts';

const seed = 20260301;

/** What nobody sees. */
const canary = 'CANARY';

/** Tags of a place, and what they do to the text in it. */
type Frame = readonly [open: string, close: string];

const shown: readonly Frame[] = [
  ...['div', 'b', 'i', 'u', 'font', 'center', 'section', 'blockquote', 'h1', 'span', 'em', 'p'].map(
    (name): Frame => [`<${name}>`, `</${name}>`],
  ),
  ['<ul><li>', '</li></ul>'],
  ['<table><tr><td>', '</td></tr></table>'],
  ['<pre>', '</pre>'],
  ['<a href="https://example.org/">', '</a>'],
  ['<div style="color:#333;background:white;font-size:90%">', '</div>'],
  ['<div style="max-height:9px">', '</div>'],
  ['<details open><summary>', '</summary></details>'],
  // No mail client runs scripts.
  ['<noscript>', '</noscript>'],
];

/** They hide every element below them, too. */
const covers: readonly Frame[] = [
  ...[
    ...['display:none', 'DISPLAY:NONE!important', 'font-size:0', 'opacity:0'],
    ...['position:absolute;left:-9999px', 'height:0;overflow:hidden', 'transform:scale(0)'],
    ...['clip-path:inset(50%)', 'd\\69splay:/**/none', '--x:none;display:var(--x)'],
  ].map((style): Frame => [`<div style="${style}">`, '</div>']),
  ['<div hidden>', '</div>'],
  ['<div class=gone>', '</div>'],
  ['<dialog>', '</dialog>'],
  ['<details><b>', '</b></details>'],
];

/** They hide the text in them, but not a link, nor a box with colours of its own; or nothing else can stand in them. */
const coats: readonly Frame[] = [
  ['<div style="color:#fff">', '</div>'],
  ['<div style="color:#123456;background:#123457">', '</div>'],
  ['<span class="x gone">', '</span>'],
  ['<template>', '</template>'],
  ['<svg><desc>', '</desc></svg>'],
  ['<svg><title>', '</title></svg>'],
  ['<script>', '</script>'],
  ['<style>', '</style>'],
  ['<title>', '</title>'],
  ['<!--', '-->'],
];

const { seen, unseen } = fc.letrec<{ seen: string; unseen: string }>((tie) => {
  const around = (frame: Frame, inner: readonly string[]) => `${frame[0]}${inner.join(' ')}${frame[1]}`;
  const many = (name: 'seen' | 'unseen') => fc.array(tie(name), { maxLength: 4 });
  const canaries = fc.constantFrom(canary, `${canary} &amp; more`, `&#67;ANARY`, `<br>${canary}`);
  const unseenFrame = fc
    .tuple(fc.constantFrom(...covers, ...coats), fc.array(canaries, { minLength: 1, maxLength: 3 }))
    .map(([frame, inner]) => around(frame, inner));
  const covered = fc
    .tuple(fc.constantFrom(...covers), fc.constantFrom(...shown), fc.array(canaries))
    .map(([outer, inner, texts]) => around(outer, [around(inner, texts)]));
  return {
    unseen: fc.oneof(unseenFrame, covered),
    seen: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('WORD', 'WORD<br>', 'WORD &lt;'),
      tie('unseen'),
      fc.tuple(fc.constantFrom(...shown), many('seen')).map(([frame, inner]) => around(frame, inner)),
    ),
  };
});

const document = fc
  .tuple(fc.array(seen, { maxLength: 6 }), fc.boolean(), unseen)
  .map(([nodes, whole, last]) => {
    const body = `<style>.gone{display:none}</style>${nodes.join(' ')}${last}<p hidden>${canary}</p>`;
    return whole ? `<!doctype html><html><head></head><body>${body}</body></html>` : body;
  });

const count = (text: string, word: string) => text.split(word).length - 1;

test('every word that is seen is in the text, none that is hidden', () => {
  let words = 0;
  fc.assert(
    fc.property(document, (html) => {
      const { text, hiddenRemoved } = htmlToText(html);
      const markup = cleanHtml(html).html;
      expect([count(text, canary), count(markup, canary)]).toEqual([0, 0]);
      expect([count(text, 'WORD'), count(markup, 'WORD')]).toEqual(Array(2).fill(count(html, 'WORD')));
      expect(hiddenRemoved).toBeGreaterThanOrEqual(canary.length);
      words += count(html, 'WORD');
    }),
    { numRuns: 120, seed },
  );
  expect(words).toBeGreaterThan(150);
});

test('broken markup gives bounded text, never a throw, never code', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...[...shown, ...covers, ...coats].flat(),
      '<',
      '</',
      '<!',
      '<p',
      '">',
      "='",
      '&#x',
      '&#0;',
      '<![CDATA[',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      'WORD',
      '</b>',
      '</table>',
      '<td>',
      '<select><option>',
      '<textarea>',
      '<plaintext>',
      '<a href=x>',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40, size: 'max' }), (pieces) => {
      const html = `${pieces.join('')}</script><script>alert("${canary}")</script>`;
      const { text, hiddenRemoved } = htmlToText(html);
      // Each nesting of a quote or list indents every line below it.
      expect(text.length).toBeLessThan(2000 + html.length * 40);
      expect(hiddenRemoved).toBeLessThanOrEqual(html.length * 2);
      expect(cleanHtml(html).html).not.toMatch(/<(?:script|style|svg|iframe|form)\b|\son\w+=|javascript:/iu);
    }),
    { numRuns: 40, seed },
  );
});
