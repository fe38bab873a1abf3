import type { Fault } from '../../../src/sandbox/faults.ts';

/** What a server says that no server may say. */
export interface Garbage {
  name: string;
  /** Said before the true answer to a command, */
  fault?: Fault;
  /** or what becomes of every line of it. */
  rewrite?: (text: string) => string;
  /** Then the server denies what it has done, and nobody could tell. */
  isForged?: true;
}

const line = (text: string) => ({ fault: { before: `${text}\r\n` } });
const many = (text: string) => ({ fault: { before: `${text}\r\n`.repeat(200_000) } });

/** Lines between question and answer. */
const said: Garbage[] = [
  { name: 'wrong tag, OK', ...line('ZZ9 OK done') },
  { name: 'wrong tag, BAD', ...line('ZZ9 BAD what') },
  { name: 'tag of the past', ...line('1 OK done') },
  { name: 'EXPUNGE of the first', ...line('* 1 EXPUNGE') },
  { name: 'EXPUNGE of none', ...line('* 4294967295 EXPUNGE') },
  { name: 'EXPUNGE of zero', ...line('* 0 EXPUNGE') },
  { name: 'VANISHED', ...line('* VANISHED 1:4294967295') },
  { name: 'no mails at all', ...line('* 0 EXISTS') },
  { name: 'many mails', ...line('* 4294967295 EXISTS') },
  { name: 'FETCH of nobody', ...line('* 7 FETCH (UID 4000000000 FLAGS (\\Seen) RFC822.SIZE 3)') },
  { name: 'FETCH without UID', ...line('* 1 FETCH (FLAGS (\\Deleted \\Seen))') },
  { name: 'FETCH of zero', ...line('* 0 FETCH (UID 0 FLAGS ())') },
  { name: 'FETCH of nothing', ...line('* 1 FETCH ()') },
  { name: 'FETCH of NIL', ...line('* 1 FETCH NIL') },
  { name: 'bad ENVELOPE', ...line('* 1 FETCH (UID 4000000000 ENVELOPE ("x" (("a"))))') },
  { name: 'open parenthesis', ...line('* 1 FETCH (UID 1 FLAGS (((((((') },
  { name: 'open quote', ...line('* 1 FETCH (UID 1 BODY[TEXT] "') },
  { name: '8-bit in atoms', ...line('* 1 FETCH (UID 1 FLAGS (\xff\xfe \xe4\xf6\xfc))') },
  { name: '8-bit folder', ...line('* LIST (\\HasNoChildren) "/" \xe4\xf6\xfc') },
  { name: 'NUL', ...line('* OK \x00\x00\x00') },
  { name: 'noise', ...line(noise(300)) },
  { name: 'go ahead', ...line('+ go ahead') },
  { name: 'no capabilities', ...line('* CAPABILITY IMAP4rev1') },
  { name: 'alert', ...line('* NO [ALERT] the disk is full') },
  { name: 'SEARCH with noise', ...line('* SEARCH 1 x NIL 99999999999999999999 -3') },
  {
    name: 'nested lists',
    ...line(`* 1 FETCH (UID 1 BODYSTRUCTURE ${'('.repeat(50_000)}${')'.repeat(50_000)})`),
  },
  { name: 'huge literal', ...line('* 1 FETCH (UID 1 BODY[TEXT] {4294967296}') },
  { name: 'negative literal', ...line('* 1 FETCH (UID 1 BODY[TEXT] {-1}') },
  { name: 'literal never ending', ...line('* 1 FETCH (UID 1 BODY[TEXT] {40000000}') },
  { name: '200,000 OK', ...many('* OK still there') },
  { name: '200,000 EXISTS', ...many('* 3 EXISTS') },
  { name: '200,000 FETCH', ...many('* 1 FETCH (UID 4000000000 FLAGS (\\Seen))') },
  { name: '200,000 LIST', ...many('* LIST (\\HasNoChildren) "/" Nowhere') },
  { name: '200,000 wrong tags', ...many('ZZ9 OK done') },
  { name: 'endless line', fault: { before: `* OK ${'x'.repeat(64_000_000)}` } },
];

/** Answers turned into others. */
const turned: Garbage[] = [
  { name: 'NIL for every text', rewrite: (text) => untaggedOnly(text, /"[^"]*"/gu, 'NIL') },
  { name: 'NIL for every list', rewrite: (text) => untaggedOnly(text, /\(\([^()]*\)\)/gu, 'NIL') },
  {
    name: 'NIL for every envelope',
    rewrite: (text) => untaggedOnly(text, /ENVELOPE \(.*?\)(?= BODY)/gu, 'ENVELOPE NIL'),
  },
  {
    name: 'ENVELOPE of two',
    rewrite: (text) => untaggedOnly(text, /ENVELOPE \(.*?\)(?= BODY)/gu, 'ENVELOPE ("a" "b")'),
  },
  {
    name: 'ENVELOPE an atom',
    rewrite: (text) => untaggedOnly(text, /ENVELOPE \(.*?\)(?= BODY)/gu, 'ENVELOPE x'),
  },
  {
    name: 'no flags',
    rewrite: (text) => untaggedOnly(text, /FLAGS \([^)]*\)/gu, 'FLAGS NIL'),
    isForged: true,
  },
  { name: 'another UID', rewrite: (text) => untaggedOnly(text, /UID (\d+)/gu, 'UID 1$1') },
  { name: 'UID NIL', rewrite: (text) => untaggedOnly(text, /UID (\d+)/gu, 'UID NIL') },
  { name: 'no UIDVALIDITY', rewrite: (text) => text.replaceAll(/\* OK \[UIDVALIDITY \d+\].*\r\n/gu, '') },
  { name: 'UIDVALIDITY NIL', rewrite: (text) => text.replaceAll(/UIDVALIDITY \d+/gu, 'UIDVALIDITY NIL') },
  { name: 'UIDNEXT 0', rewrite: (text) => text.replaceAll(/UIDNEXT \d+/gu, 'UIDNEXT 0') },
  {
    name: 'numbers out of range',
    rewrite: (text) => text.replaceAll(/RFC822\.SIZE \d+/gu, 'RFC822.SIZE 99999999999999999999'),
  },
  {
    name: 'date of nowhere',
    rewrite: (text) => text.replaceAll(/INTERNALDATE "[^"]*"/gu, 'INTERNALDATE "99-Foo-0000 99:99:99 +9999"'),
  },
  {
    name: 'half a literal announced',
    rewrite: (text) =>
      text.replaceAll(/\{(\d+)\}\r\n/gu, (_, size) => `{${Math.floor(Number(size) / 2)}}\r\n`),
  },
  { name: 'lines ended by LF alone', rewrite: withLfAlone },
];

export const garbage: readonly Garbage[] = [...said, ...turned];

/** Outside of literals: there fewer bytes than announced would be a server that hangs. */
function withLfAlone(text: string): string {
  const pieces = text.split(/(\{\d+\}\r\n)/u);
  let literal = 0;
  const rewritten = pieces.map((piece) => {
    const announced = /^\{(\d+)\}\r\n$/u.exec(piece);
    if (announced && literal === 0) {
      literal = Number(announced[1]);
      return `{${literal}}\n`;
    }
    const raw = piece.slice(0, literal);
    literal -= raw.length;
    return raw + piece.slice(raw.length).replaceAll('\r\n', '\n');
  });
  return rewritten.join('');
}

function untaggedOnly(text: string, what: RegExp, by: string): string {
  return text.replaceAll(/^\* .*$/gmu, (found) => found.replaceAll(what, by));
}

/** Bytes of every kind but line ends, always the same. */
function noise(length: number): string {
  const codes = Array.from({ length }, (_, nth) => (nth * 151 + 7) % 256);
  return String.fromCharCode(...codes.filter((code) => code !== 10 && code !== 13));
}
