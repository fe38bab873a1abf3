import { parseFragment } from 'parse5';
import { beforeAll, describe, expect, test } from 'vitest';
import { named } from '../../src/mail/text-forms.ts';
import type { Letter } from '../support/letters.ts';
import { MailRig } from '../support/mail-rig.ts';
import { context, mailboxKinds, openMail, openSandbox } from '../support/mailboxes.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/.{76}/gu, '$&\r\n');
const html = (body: string, ...more: string[]): Letter => ({
  headers: ['Content-Type: text/html; charset=utf-8', ...more],
  body,
});
const transfer = (name: string) => `Content-Transfer-Encoding: ${name}`;
const flowed = 'Content-Type: text/plain; charset=utf-8; format=flowed';

/** The same words to a reader, each time stored in another way. */
const wrapped: Record<string, Letter> = {
  'one line': { body: 'the second quarter report of März' },
  'plain lines': { body: 'the second\r\nquarter report of\r\nMärz' },
  'quoted-printable lines': {
    headers: [transfer('quoted-printable')],
    body: 'the second\r\nquarter report of\r\nM=C3=A4rz',
  },
  'soft breaks': {
    headers: [transfer('quoted-printable')],
    body: 'the second=\r\n quarter report of M=C3=A4=\r\nrz',
  },
  'base64 with CRLF': {
    headers: [transfer('base64')],
    body: base64('the second\r\nquarter report of\r\nMärz'),
  },
  'base64 with LF': { headers: [transfer('base64')], body: base64('the second\nquarter report of\nMärz') },
  'flowed lines': { headers: [flowed], body: 'the second \r\nquarter report of \r\nMärz' },
  'flowed and quoted-printable': {
    headers: [flowed, transfer('quoted-printable')],
    body: 'the second=20\r\nquarter report of=20\r\nM=C3=A4rz',
  },
  'HTML source': html('<p>the second\r\nquarter report of\r\nMärz</p>'),
  'HTML of names': html('<p>the second\r\nquarter report of\r\nM&auml;rz</p>'),
  'blanks that hold together': html('<p>the second&nbsp;quarter report of&nbsp;M&auml;rz</p>'),
};
const apart: Record<string, Letter> = {
  'another order': { body: 'the quarter\r\nsecond report. Of it: März' },
  'a line between': { body: 'the second\r\nand last\r\nquarter report' },
  'one word of it': { body: 'seconds and quarters' },
};

const entities: Record<string, Letter> = {
  'in letters': { body: "Schöne Grüße, Smith & Sons, AT&T: 100 € und O'Brien. Preis – für Sie" },
  'ampersands only': html(
    '<p>Schöne Grüße, Smith &amp; Sons, AT&amp;T: 100&nbsp;€ und O&#39;Brien. Preis – für Sie</p>',
  ),
  'signs by name': html(
    '<p>Schöne Grüße, Smith &amp; Sons, AT&amp;T: 100&nbsp;&euro; und O&rsquo;Brien. Preis &ndash; für&nbsp;Sie</p>',
  ),
  'all by name': html(
    '<p>Sch&ouml;ne Gr&uuml;&szlig;e, Smith &amp; Sons, AT&amp;T: 100&nbsp;&euro; und O&rsquo;Brien. Preis &ndash; f&uuml;r Sie</p>',
    transfer('quoted-printable'),
  ),
};

const subjects: Record<string, string> = {
  'one line': 'second quarter one',
  folded: 'second\r\n quarter two',
  'folded with two blanks': 'second\r\n  quarter three',
  'folded with a tab': 'second\r\n\tquarter four',
  'three blanks': 'second   quarter five',
  'a word encoded': '=?utf-8?Q?second?=\r\n  quarter =?utf-8?Q?s=C3=A9x?=',
};

describe.each(mailboxKinds)('texts as they are read, on $name', ({ open }) => {
  const rig = new MailRig(open);

  const store = async (folder: string, letters: Record<string, Letter>) => {
    await rig.other.mailboxCreate(folder);
    for (const [nth, [subject, parts]] of Object.entries(letters).entries())
      await rig.put(folder, `01-${String(nth + 10)}`, { subject, ...parts });
  };
  const found = async (folder: string, query: string) =>
    (await rig.subjects({ folder, query, limit: 100 })).reverse();

  beforeAll(async () => {
    await store('Wrapped', { ...wrapped, ...apart });
    await store('Entities', entities);
    const heads = Object.values(subjects).map((subject, nth) => [String(nth), { subject }]);
    await store('Subjects', Object.fromEntries(heads));
  });

  test('a phrase is found wherever its lines break, and only it', async () => {
    const all = Object.keys(wrapped);
    for (const phrase of ['second quarter', 'report of märz', 'the second quarter report of März']) {
      expect(await found('Wrapped', `"${phrase}"`), phrase).toEqual(all);
      expect(await found('Wrapped', `-"${phrase}"`), phrase).toEqual(Object.keys(apart));
    }
    expect(await found('Wrapped', '"quarter second"')).toEqual(['another order']);
    expect(await found('Wrapped', '"the quarter second report of it"')).toEqual([]);
  });

  test('a phrase of many words is found through all its breaks', async () => {
    const words = Array.from({ length: 40 }, (_, n) => `word${n}`);
    const lines = words.map((word, nth) => word + (nth % 10 === 9 ? '\r\n' : ' ')).join('');
    await store('Long', { long: { body: lines }, other: { body: lines.replace('word39', 'word40') } });
    expect(await found('Long', `"${words.join(' ')}"`)).toEqual(['long']);
    expect(await found('Long', `-"${words.join(' ')}"`)).toEqual(['other']);
  });

  test.each([
    'Grüße',
    'GRÜSSE',
    '"schöne grüße"',
    '"Smith & Sons"',
    'AT&T',
    '"100 €"',
    "O'Brien",
    'o’brien',
    '"Preis – für"',
    '"– für Sie"',
  ])('%s is found in HTML however its signs are written', async (query) => {
    // Servers differ in whether SS is ß.
    const sought = query === 'GRÜSSE' ? 'GRÜßE' : query;
    expect(await found('Entities', sought)).toEqual(Object.keys(entities));
    expect(await found('Entities', `-${sought}`)).toEqual([]);
  });

  test('a phrase of the subject is found wherever the header folds', async () => {
    const all = await rig.subjects({ folder: 'Subjects' });
    expect(all).toHaveLength(6);
    expect(await rig.subjects({ folder: 'Subjects', subject: '"second quarter"' })).toEqual(all);
    expect(await found('Subjects', '"second quarter"')).toEqual(all.toReversed());
  });
});

test('the names of signs are those of HTML', () => {
  const text = String.fromCodePoint(38, 60, 62, ...Array.from({ length: 95 }, (_, n) => 0xa1 + n));
  const written = named(`${text}ŒœŠšŸ‘’–—•…€™`);
  expect(written.match(/&\w+;/gu)).toHaveLength(3 + 95 + 13);
  expect(parseFragment(written).childNodes).toMatchObject([{ value: `${text}ŒœŠšŸ‘’–—•…€™` }]);
});

interface Server {
  capabilities?: string[];
  refusal?: string;
  /** Receives what it is asked. */
  lines?: string[];
}

describe('a server that knows no line breaks in search texts', () => {
  const body = 'the second quarter\r\nof the year';
  const searchOn = async ({ capabilities, refusal, lines = [] }: Server) => {
    const box = await openSandbox({
      ...(capabilities ? { capabilities } : {}),
      intercept: ({ protocol, command, line }) => {
        if (protocol !== 'imap' || !/^UID (?:SEARCH|SORT)$/u.test(command)) return undefined;
        lines.push(line);
        return refusal && /second\s*\n/u.test(line) ? { reply: refusal } : undefined;
      },
    });
    const account = await openMail(box.env);
    try {
      box.sandbox.deliver('alice@sandbox.test', 'INBOX', `Subject: it\r\n\r\n${body}\r\n`);
      const request = { query: '"second quarter"', folder: 'INBOX' };
      const { emails, incomplete } = await account.mail.search(request, context());
      return { lines, subjects: emails.map(({ subject }) => subject), incomplete };
    } finally {
      await account.close();
      await box.close();
    }
  };

  test.each(['BAD no line breaks', 'NO not so', 'NO [CANNOT] not so'])('%s', async (refusal) => {
    const { subjects, incomplete } = await searchOn({ refusal });
    expect({ subjects, incomplete }).toEqual({ subjects: ['it'], incomplete: undefined });
  });

  test('a busy server is not asked again', async () => {
    const lines: string[] = [];
    await expect(searchOn({ refusal: 'NO [UNAVAILABLE] later', lines })).rejects.toMatchObject({
      code: 'rate_limited',
    });
    expect(lines.filter((line) => line.includes('second'))).toHaveLength(1);
  });

  test('without LITERAL+ no text costs a round trip of its own', async () => {
    const { subjects, lines } = await searchOn({ capabilities: ['SORT', 'UIDPLUS', 'SPECIAL-USE'] });
    expect(subjects).toEqual(['it']);
    expect(lines.join('')).toContain('second quarter');
    expect(lines.join('')).not.toMatch(/second\s*\n/u);
  });
});
