import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitQuoted } from '../../src/content/quotes.ts';

test.each([
  ['English', 'On Mon, 1 Jan 2026 at 10:00, Joe <j@x.de> wrote:\n> old\n> text'],
  [
    'broken over two lines',
    'Am Mo., 1. Jan. 2026 um 10:00 Uhr schrieb Joe Müller <\njoe@example.org>:\n\n> alt',
  ],
  ['German', 'Am 01.01.2026 um 10:00 schrieb Joe Müller:\n\n> alt\n>\n> text'],
  ['German, short', 'Joe Müller schrieb:\n> alt'],
  ['French', 'Le lun. 1 janv. 2026 à 10:00, Joe <j@x.fr> a écrit :\n> vieux'],
  ['none at all', '> only marks'],
  ['with the signature below', 'On Monday Joe wrote:\n> old\n\n-- \nAnna\nTel. 1'],
  ['with the signature above', '-- \nAnna\n\nOn Monday Joe wrote:\n> old'],
  [
    'above a list footer',
    `On Monday Joe wrote:\n> old\n${'_'.repeat(47)}\nlist mailing list\nhttps://l.example`,
  ],
  ['Outlook, English', '-----Original Message-----\nFrom: Joe\nSent: Monday\n\nold'],
  ['Outlook, German', '-----Ursprüngliche Nachricht-----\nVon: Joe\n\nalt'],
  [
    'Outlook header block',
    'Von: Joe <j@x.de>\nGesendet: Montag, 1. Januar 2026 10:00\nAn: Anna\nBetreff: AW: Test\n\nalt',
  ],
  ['the same under a rule', `${'_'.repeat(32)}\nFrom: Joe\nSent: Monday\nTo: Anna\nSubject: Test\n\nold`],
  ['the same in bold', '*From:* Joe\n*Sent:* Monday\n*To:* Anna\n*Subject:* Test\n\nold'],
  ['without marks', 'Am 12.03.2026 um 14:22 schrieb A B <a@b.de>:\nalter Text\nohne Zeichen'],
])('history goes: %s', (_, history) => {
  const text = `Hallo,\npasst.\n\n${history}`;
  expect(splitQuoted(text)).toEqual({ text: 'Hallo,\npasst.', omitted: text.length - 13 });
});

test.each([
  ['answers between the quotes', '> q1\nanswer\n> q2\nanswer 2'],
  ['a quote behind answers', 'On Monday Joe wrote:\n> q1\n\nanswer\n\n> q2'],
  ['nothing but a quote', 'On Monday Joe wrote:\n> all\n> of it'],
  ['nothing but a forwarded header block', 'From: A\nSent: Mon\nTo: B\nSubject: X\n\nforwarded'],
  [
    'a forwarded message',
    'FYI\n\n---------- Forwarded message ---------\nFrom: A\nDate: x\nSubject: s\nTo: b\n\ntext\n> inner',
  ],
  [
    'a message forwarded by Apple Mail',
    'Anbei\n\nAnfang der weitergeleiteten Nachricht:\n\nVon: x\nDatum: y\nBetreff: z\nAn: q\n\ntext',
  ],
  ['prose that speaks of writing', 'Er schrieb am Montag, und ich sagte:\nDas geht.'],
  ['a list of fields', 'From: Berlin\nPrice: 10\nWhen: Monday'],
  ['a rule of two dashes far above the end', `A\n--\n${'more\n'.repeat(40)}end`],
  ['a signature alone', '-- \nAnna'],
  ['nothing', ''],
])('stays whole: %s', (_, text) => {
  expect(splitQuoted(text)).toEqual({ text, omitted: 0 });
});

test('the signature goes, with or without its blank', () => {
  expect(splitQuoted('text\n-- \nAnna\nTel. 1')).toEqual({ text: 'text', omitted: 16 });
  expect(splitQuoted('text\n--\nAnna').text).toBe('text');
  expect(splitQuoted('> q\nanswer\n-- \nAnna').text).toBe('> q\nanswer');
});

test('what is kept is the beginning, and the counts add up', () => {
  const line = fc.constantFrom(
    'text',
    '> quote',
    '-- ',
    '',
    'On Mon, 1 Jan 2026 10:00 Joe wrote:',
    'Von: a',
    'An: b',
    'Gesendet: c',
    'Betreff: d',
    '-----Original Message-----',
    '___________________________',
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 15 }), (lines) => {
      const whole = lines.join('\n');
      const { text, omitted } = splitQuoted(whole);
      expect(whole.startsWith(text)).toBe(true);
      expect(text.length + omitted).toBeLessThanOrEqual(whole.length);
      if (lines.includes('text')) expect(text.trim()).not.toBe('');
    }),
    { numRuns: 1000 },
  );
});

test.each(['>', '> x\n', 'On \n', 'From:\n', '-- \n', '\n', 'Am schrieb 10:00 2026 ', '\n> '])(
  'a flood of %j takes no time',
  (unit) => {
    const text = `x\n${unit.repeat(500_000 / unit.length)}\n> y`;
    const started = performance.now();
    splitQuoted(text);
    expect(performance.now() - started).toBeLessThan(1500);
  },
);
