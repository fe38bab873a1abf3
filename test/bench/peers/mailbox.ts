import { letter } from '../../support/letters.ts';
import {
  alternative,
  encodedWord,
  type Form,
  htmlOnly,
  japanese,
  latin1,
  plain,
  umlauts,
  withAttachment,
} from './mail-forms.ts';

/** A mail of the mailbox, with what is right to say of it. */
export interface KnownMail {
  subject: string;
  /** Address. */
  from: string;
  date: Date;
  raw: Buffer;
  /** What a reader of the mail sees, sentence by sentence. */
  sentences: readonly string[];
}

/** The mailbox that every server is asked about. */
export interface Mailbox {
  /** Oldest first. */
  mails: readonly KnownMail[];
  /** Those among the ten newest that servers stumble over, by what is odd about them. */
  readings: readonly { kind: string; mail: KnownMail }[];
  /** Of a moment after all others. */
  latest: KnownMail;
  /** From before all others; it comes into the folder last, as when somebody takes it out of the archive. */
  moved: KnownMail;
  sender: string;
  fromSender: readonly KnownMail[];
  /** Only in texts, in several charsets and encodings. */
  word: string;
  withWord: readonly KnownMail[];
}

export const mailCount = 500;
const minuteMs = 60_000;
const firstMail = Date.UTC(2026, 2, 2, 8);
const word = 'Rüdesheim';
const sender = 'greta.lindqvist@werft.example';
const fromSender = [17, 101, 188, 260, 377, 421, 480];
const withWord = [60, 201, 332];
const names = ['Jürgen Groß', 'Sofía Núñez', 'Ole Sørensen', 'Zoë Dupont', 'Ágnes Kovács'];
const zones = [0, 1, 9, -5];

/** Mails of two weeks, 41 minutes apart, from four time zones. */
export function makeMailbox(): Mailbox {
  const special = new Map([
    [491, { kind: 'text and HTML, umlauts', form: umlauts() }],
    [493, { kind: 'HTML alone', form: htmlOnly() }],
    [495, { kind: 'ISO-2022-JP', form: japanese() }],
    [497, { kind: '2 MB attachment', form: withAttachment() }],
  ]);
  const mails = Array.from({ length: mailCount }, (_, index) =>
    knownMail(special.get(index)?.form ?? ordinary(index), index),
  );
  return {
    mails,
    readings: [...special].map(([index, { kind }]) => ({ kind, mail: mails[index] as KnownMail })),
    latest: knownMail(ordinary(mailCount), mailCount),
    moved: knownMail(ordinary(-2000), -2000),
    sender,
    fromSender: mails.filter(({ from }) => from === sender),
    word,
    withWord: mails.filter(({ sentences }) => sentences.some((sentence) => sentence.includes(word))),
  };
}

function knownMail(form: Form, index: number): KnownMail {
  const { subject, encodedSubject = encodedWord(subject), sentences, headers, body } = form;
  const number = Math.abs(index);
  const date = new Date(firstMail + index * 41 * minuteMs);
  const name = names[number % names.length] ?? '';
  const from = fromSender.includes(index) ? sender : `person${number % 23}@firma.example`;
  const raw = letter({
    subject: encodedSubject,
    from: `${encodedWord(name)} <${from}>`,
    to: 'Bench <bench@rig.test>',
    date: dateHeader(date, zones[number % zones.length] ?? 0),
    id: `<peers.${number}@firma.example>`,
    headers,
    body,
  });
  return { subject, from, date, raw, sentences };
}

function ordinary(index: number): Form {
  const sentences = [
    `Dies ist Nachricht ${5000 + index}, die Prüfung läuft.`,
    ...(withWord.includes(index) ? [`Das Treffen ist am Bahnhof von ${word}.`] : []),
  ];
  const compose = [plain, latin1, alternative][Math.abs(index) % 3] ?? plain;
  return { subject: `Vorgang ${5000 + index}: Prüfung`, sentences, ...compose(sentences) };
}

/** As written in a zone that many hours east of Greenwich. */
function dateHeader(date: Date, hours: number): string {
  const there = new Date(date.getTime() + hours * 60 * minuteMs).toUTCString();
  const offset = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}00`;
  return there.replace('GMT', offset);
}
