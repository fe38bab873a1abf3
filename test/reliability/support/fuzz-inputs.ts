import * as fc from 'fast-check';
import { argumentWords, htmlWords, icsWords, imapWords, mimeWords } from './fuzz-words.ts';

/** Words of a language in any order, with noise between them: most of what it makes is nearly right. */
function soup(words: readonly string[], maxLength = 60): fc.Arbitrary<string> {
  const noise = fc.string({ unit: 'binary', maxLength: 12 });
  const long = fc
    .tuple(fc.constantFrom(...words), fc.integer({ min: 50, max: 3000 }))
    .map(([word, times]) => word.repeat(times));
  const piece = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...words) },
    { weight: 3, arbitrary: noise },
    { weight: 1, arbitrary: long },
  );
  return fc.array(piece, { maxLength, size: 'max' }).map((pieces) => pieces.join(''));
}

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.nat(40),
  put: fc.oneof(
    fc.uint8Array({ maxLength: 8 }),
    fc.constantFrom(
      ...['\r\n', '--', '=', '"', '\0', '\xff', '(', '<!--'].map((text) => Buffer.from(text, 'latin1')),
    ),
  ),
});

/** One of the files with some bytes taken out and others put in; a character for each byte. */
export function mutated(files: readonly Buffer[]): fc.Arbitrary<string> {
  const edits = fc.array(edit, { minLength: 1, maxLength: 6 });
  return fc.tuple(fc.constantFrom(...files), edits).map(([file, edits]) =>
    edits
      .reduce((bytes, { at, drop, put }) => {
        const from = Math.floor(at * bytes.length);
        return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + drop)]);
      }, file)
      .toString('latin1'),
  );
}

export const mimeSoup: fc.Arbitrary<string> = soup(mimeWords);

export const htmlSoup: fc.Arbitrary<string> = soup(htmlWords, 120);

export const canary = 'CANARY';
const hiders: readonly (readonly [string, string])[] = [
  ['<div style="display:none">', '</div>'],
  ['<span style="font-size:0px">', '</span>'],
  ['<span style="visibility: hidden">', '</span>'],
  ['<div style="opacity:0">', '</div>'],
  ['<div hidden>', '</div>'],
  ['<div style="position:absolute;left:-9999px">', '</div>'],
  ['<div style="height:0;overflow:hidden">', '</div>'],
  ['<span class="gone">', '</span>'],
  ['<span style="DISPLAY : NONE ! important">', '</span>'],
  ['<!-- ', ' -->'],
  ['<script>', '</script>'],
  ['<style>', '</style>'],
  ['<template>', '</template>'],
];
const wrappers = ['div', 'b', 'i', 'td', 'li', 'ul', 'blockquote', 'center', 'font', 'h1', 'u', 'section'];

/** Well-formed HTML with the canary in places nobody sees, and nowhere else. */
export const hiddenHtml: fc.Arbitrary<string> = fc
  .letrec<{ node: string }>((tie) => {
    const text = fc.constantFrom(
      'words',
      'of a letter',
      'ÄÖ €',
      '1 < 2 &amp; 3',
      '\u200b',
      '<br>',
      '<img alt="x">',
    );
    const hidden = fc.constantFrom(...hiders).map(([open, close]) => `${open}${canary}${close}`);
    const style = fc.constantFrom(
      '',
      ' style="color:red"',
      ' dir=rtl',
      ' style="display:block"',
      ' align=center',
    );
    const inner = fc.array(tie('node'), { maxLength: 4 });
    const element = fc
      .tuple(fc.constantFrom(...wrappers), style, inner)
      .map(([tag, attribute, children]) => `<${tag}${attribute}>${children.join('')}</${tag}>`);
    return { node: fc.oneof({ depthSize: 'small', withCrossShrink: true }, text, hidden, element) };
  })
  .node.map((body) => `<style>.gone{display:none}</style><p>SEEN</p>${body}`);

/** An event's lines, nearly right. */
export const icsSoup: fc.Arbitrary<string> = soup(icsWords, 40).map(
  (lines) =>
    `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\n${lines}END:VEVENT\r\nEND:VCALENDAR\r\n`,
);

/** Lines no server should send, and where among its own lines they come. */
export const imapNoise = fc.array(
  fc.record({ line: fc.nat(30), text: fc.oneof(fc.constantFrom(...imapWords), soup(imapWords, 6)) }),
  { minLength: 1, maxLength: 4 },
);
export type ImapNoise = { line: number; text: string }[];

const argumentText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...argumentWords) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);
const odd = fc.oneof(
  fc.constantFrom(null, true, -1, 1e21, 0.5, [], {}, [[]]),
  argumentText,
  fc.jsonValue({ maxDepth: 2 }),
);

interface Schema {
  type?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

/** Arguments as that schema wants them, and now and then as it does not. */
export function argumentsOf({
  properties = {},
  required = [],
}: Schema): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(properties).map(([name, schema]) => [name, fieldOf(schema)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: required });
}

function fieldOf(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: typed(schema) }, { weight: 1, arbitrary: odd });
}

function typed({ type, enum: choices, items = {}, properties, required }: Schema): fc.Arbitrary<unknown> {
  if (choices) return fc.constantFrom(...choices);
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer' || type === 'number') return fc.oneof(fc.integer(), fc.integer({ min: 0, max: 50 }));
  if (type === 'array') return fc.array(fieldOf(items), { maxLength: 4 });
  if (type === 'object') return argumentsOf({ properties: properties ?? {}, required: required ?? [] });
  return argumentText;
}
