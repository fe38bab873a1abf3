import iconv from 'iconv-lite';
import { Random } from '../../bench/random.ts';
import type { Delivery } from '../../servers/imap-append.ts';
import { mixed, part, parts } from '../../support/letters.ts';
import { corpusMails } from './corpora.ts';
import { shuffled } from './shuffled.ts';

/** What a search can ask about a mail. Undefined is what only a guess could tell. */
export interface Facts {
  subject: string | undefined;
  from: string | undefined;
  to: readonly string[] | undefined;
  /** As it is read: what ends is a paragraph, not a line. */
  text: string | undefined;
  sent: Date | undefined;
  hasAttachment: boolean | undefined;
  size: number;
  flags: readonly string[];
}

export interface SearchMail {
  delivery: Delivery & { date: Date; flags: readonly string[] };
  facts: Facts;
}

interface Language {
  charset: string;
  words: readonly string[];
}

/** Each with a charset that makers of its time would use, or UTF-8. */
const languages: readonly Language[] = [
  {
    charset: 'us-ascii',
    words: ['invoice', 'meeting', 'holiday', 'report', 'garden', 'kettle', 'AT&T', 'zebra'],
  },
  {
    charset: 'iso-8859-1',
    words: ['Grüße', 'Rechnung', 'Übergabe', 'Straße', 'schön', 'Ärger', 'Öl', 'Müller'],
  },
  { charset: 'windows-1252', words: ['café', 'déjà', 'naïve', 'œuvre', 'garçon', 'forêt', "l'été", '100€'] },
  { charset: 'iso-8859-2', words: ['źródło', 'łódka', 'příliš', 'kůň', 'gwiazda', 'dąb', 'świat', 'rzeka'] },
  { charset: 'koi8-r', words: ['привет', 'счёт', 'встреча', 'отпуск', 'окно', 'книга', 'ёлка', 'река'] },
  { charset: 'iso-8859-7', words: ['λόγο', 'θάλασσα', 'ημέρα', 'βιβλίο', 'φίλε', 'άνεμο', 'νερό', 'σπίτι'] },
  {
    charset: 'shift_jis',
    words: ['会議', '請求書', '休暇', 'こんにちは', 'カタカナ', '東京', '図書館', '花見'],
  },
  { charset: 'gb18030', words: ['发票', '会谈', '假期', '你好', '北京', '花园', '窗户', '茶壶'] },
  { charset: 'euc-kr', words: ['안녕', '회의', '청구서', '휴가', '서울', '정원', '창문', '주전자'] },
  {
    charset: 'utf-8',
    words: ['naïveté', 'Ελλάδα', '🎉party', 'ﬁnal', 'Ångström', 'Ĳssel', 'ǅungla', '½cup'],
  },
];

/** Side by side they stand in some mails. */
export function phrase(random: Random): string {
  const { words } = random.pick(languages);
  return Array.from({ length: random.pick([2, 2, 3]) }, () => random.pick(words)).join(' ');
}

export const allWords: readonly string[] = languages.flatMap(({ words }) => words);
export const people: readonly string[] = [
  ...['Jörg Ärmel <joerg@example.org>', 'Pat Smith <smith@example.org>', 'Zoë <zoe@sub.example.net>'],
  ...[
    'Анна Петрова <anna@example.ru>',
    '田中 <tanaka@example.jp>',
    'bare@example.com',
    'A. B. <a.b@example.org>',
  ],
  ...["Pat O'Brien <pat@example.ie>", 'Brienne Otto <otto@example.ie>', "o'hara@example.ie"],
  ...['Bob Brown <bob@example.org>', 'Müller GmbH <info@mueller.example>', 'X <x+tag@example.org>'],
];
export const keywords = ['Wichtig', '$Label1', 'todo'] as const;

/** Instants at which days begin or clocks change, in zones all over the world. */
export const edges: readonly string[] = [
  ...['2025-12-31T23:00:00Z', '2026-01-01T00:00:00Z', '2026-03-08T07:00:00Z', '2026-03-28T23:00:00Z'],
  ...['2026-03-29T01:00:00Z', '2026-03-29T22:00:00Z', '2026-04-04T14:00:00Z', '2026-04-23T22:00:00Z'],
  ...['2026-04-30T21:00:00Z', '2026-06-30T18:30:00Z', '2026-09-26T14:00:00Z', '2026-10-24T22:00:00Z'],
  ...['2026-10-25T01:00:00Z', '2026-10-25T23:00:00Z', '2026-10-29T21:00:00Z', '2026-11-01T06:00:00Z'],
];

/** That many mails, half of them at an edge of time, in all languages, and plain ones of the corpus among them. */
export function searchMails(count: number, seed: number): SearchMail[] {
  const random = new Random(seed);
  const found = shuffled(corpusMails(), seed).slice(0, Math.floor(count / 5));
  const corpus = found.map(({ raw }) => corpusMail(raw, random));
  return [...corpus, ...Array.from({ length: count - corpus.length }, () => generated(random))];
}

function generated(random: Random): SearchMail {
  const language = random.pick(languages);
  const charset = random.chance(0.3) ? 'utf-8' : language.charset;
  const some = (count: number) => Array.from({ length: count }, () => random.pick(language.words));
  const subject = some(2).join(' ');
  const lines = [some(4), some(4), some(3)].map((line) => line.join(' '));
  const look = random.pick(looks);
  const [from, ...to] = [random.pick(people), random.pick(people), random.pick(people)];
  const sent = new Date(
    Date.parse(random.pick(edges)) + random.pick([-1000, 0, 1000, random.below(86_400_000)]),
  );
  const hasAttachment = random.chance(0.2);
  const head = [
    `From: ${person(from, charset)}`,
    `${random.pick(['To', 'To', 'Cc'])}: ${to.map((one) => person(one, charset)).join(',\r\n ')}`,
    `Subject: ${folded(word(subject, charset, random.chance(0.5)), random)}`,
    `Date: ${dateField(sent, random.pick([0, 60, -300, 330, 765]))}`,
    'MIME-Version: 1.0',
  ];
  const raw = Buffer.from(
    [...head, ...body(lines, look, charset, random, hasAttachment)].join('\r\n'),
    'latin1',
  );
  const date = new Date(sent.getTime() + random.pick([1000, 60_000, 40 * 86_400_000]));
  const text = lines.join(look.parts ? '\n' : ' ');
  const facts = { subject, from, to, text, sent, hasAttachment };
  return delivered(raw, date, random, facts);
}

/** How lines of words are written down. */
interface Look {
  type: string;
  write(lines: readonly string[]): string;
  /** Each line stands alone for who reads it. */
  parts?: true;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;');
const names: Readonly<Record<string, string>> = {
  ...{
    ü: 'uuml',
    ö: 'ouml',
    ä: 'auml',
    Ü: 'Uuml',
    Ö: 'Ouml',
    Ä: 'Auml',
    ß: 'szlig',
    '€': 'euro',
    œ: 'oelig',
  },
  ...{
    Å: 'Aring',
    š: 'scaron',
    é: 'eacute',
    è: 'egrave',
    ê: 'ecirc',
    à: 'agrave',
    ï: 'iuml',
    ç: 'ccedil',
    ó: 'oacute',
    í: 'iacute',
  },
};
const named = (text: string) =>
  escaped(text).replace(/[^ -~]/gu, (sign) => (names[sign] ? `&${names[sign]};` : sign));

const looks: readonly Look[] = [
  { type: 'text/plain', write: (lines) => lines.join('\r\n') },
  { type: 'text/plain', write: (lines) => lines.join('\r\n') },
  { type: 'text/plain; format=flowed', write: (lines) => lines.join(' \r\n') },
  { type: 'text/html', write: (lines) => `<p>${lines.map(escaped).join('</p>\r\n<p>')}</p>`, parts: true },
  { type: 'text/html', write: (lines) => `<p>${escaped(lines.join('\r\n'))}</p>` },
  { type: 'text/html', write: (lines) => `<p>${named(lines.join('\r\n'))}</p>` },
  { type: 'text/html', write: (lines) => `<p>${escaped(lines.join('\n')).replaceAll('\n', '&nbsp;')}</p>` },
];

function body(
  lines: readonly string[],
  { type, write }: Look,
  charset: string,
  random: Random,
  hasAttachment: boolean,
): string[] {
  const bytes = iconv.encode(write(lines), charset);
  const way = random.pick(['base64', 'quoted-printable', '8bit'] as const);
  const head = [`Content-Type: ${type}; charset=${charset}`, `Content-Transfer-Encoding: ${way}`];
  const content = transferred(bytes, way);
  if (!hasAttachment) return [...head, '', content];
  const file = [
    'Content-Type: application/octet-stream; name="f.bin"',
    'Content-Disposition: attachment; filename="f.bin"',
  ];
  const data = Buffer.alloc(random.below(20_000), 0xfe).toString('base64').replace(/.{76}/gu, '$&\r\n');
  const attached = part([...file, 'Content-Transfer-Encoding: base64'], data);
  return [mixed('s12'), '', parts('s12', part(head, content), attached)];
}

function transferred(bytes: Buffer, way: 'base64' | 'quoted-printable' | '8bit'): string {
  if (way === 'base64') return bytes.toString('base64').replace(/.{76}/gu, '$&\r\n');
  if (way === '8bit') return bytes.toString('latin1');
  return bytes
    .toString('latin1')
    .replace(/[^\r\n -<>-~]| (?=\r\n)/gu, (c) => `=${hex(c)}`)
    .replace(/(?:=..|[^=\r\n]){60}/gu, '$&=\r\n');
}

/** At one of its blanks, if that is so by chance. */
function folded(field: string, random: Random): string {
  return random.chance(0.3) ? field.replace(' ', random.pick(['\r\n ', '\r\n\t', ' \r\n '])) : field;
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
}

function word(text: string, charset: string, isBase64: boolean): string {
  if (/^[ -~]*$/u.test(text)) return text;
  const bytes = iconv.encode(text, charset);
  const quoted = [...bytes.toString('latin1')]
    .map((c) => (/[A-Za-z0-9]/u.test(c) ? c : `=${hex(c)}`))
    .join('');
  return isBase64 ? `=?${charset}?B?${bytes.toString('base64')}?=` : `=?${charset}?Q?${quoted}?=`;
}

function person(text: string, charset: string): string {
  const [, name, address] = /^(.+) (<.+>)$/u.exec(text) ?? [];
  if (!name) return text;
  if (/^[ -~]*$/u.test(name)) return `${/^[\w ]+$/u.test(name) ? name : `"${name}"`} ${address}`;
  const isSayable = charset !== 'us-ascii' && iconv.decode(iconv.encode(name, charset), charset) === name;
  return `${word(name, isSayable ? charset : 'utf-8', true)} ${address}`;
}

function dateField(instant: Date, offsetMinutes: number): string {
  const local = new Date(instant.getTime() + offsetMinutes * 60_000).toUTCString().replace(' GMT', '');
  const minutes = Math.abs(offsetMinutes);
  const zone = [Math.floor(minutes / 60), minutes % 60]
    .map((piece) => String(piece).padStart(2, '0'))
    .join('');
  return `${local} ${offsetMinutes < 0 ? '-' : '+'}${zone}`;
}

/** Of a mail of the corpus the texts are known only where nothing has to be decoded to know them. */
function corpusMail(raw: Buffer, random: Random): SearchMail {
  const stored = Buffer.from(
    raw.toString('latin1').replace(/\r?\n/gu, '\r\n').replaceAll('\0', ' '),
    'latin1',
  );
  const unknown = { subject: undefined, from: undefined, to: undefined, text: undefined };
  const date = new Date(Date.parse('2026-05-01T12:00:00Z') + random.below(90 * 86_400_000));
  return delivered(stored, date, random, { ...unknown, sent: undefined, hasAttachment: undefined });
}

function delivered(
  raw: Buffer,
  date: Date,
  random: Random,
  facts: Omit<Facts, 'size' | 'flags'>,
): SearchMail {
  const flags = ['\\Seen', '\\Flagged', '\\Answered', ...keywords].filter(() => random.chance(0.3));
  return { delivery: { raw, date, flags }, facts: { ...facts, size: raw.length, flags } };
}
