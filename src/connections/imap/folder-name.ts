import { decodePath, encodePath } from 'imapflow/lib/tools.js';

/** Neither UTF8=ACCEPT nor IMAP4rev2 is ever enabled, so folder names travel in modified UTF-7 (RFC 3501 §5.1.3). */
const rev1 = { enabled: new Set<string>(), capabilities: new Map<string, boolean>() } as never;

/** Nobody sees these, but a model reads them: controls, what Unicode calls ignorable, halves of pairs. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
const variation = /[\ufe0e\ufe0f]/u;
const joiner = /[\u200c\u200d]/u;
const spelled = /\\u\{([0-9a-f]{1,6})\}/gu;
const likeSpelled = /\\(?=u\{[0-9a-f]{1,6}\})/gu;

/**
 * The path a folder has with us: its name, in which every character that nobody sees is spelled out, as `\u{202e}`.
 * No two folders have one path, so that what is shown can be passed back.
 */
export function folderPath(wireName: string): string {
  const path = spelledOut(decodePath(rev1, wireName));
  return path.toUpperCase() === 'INBOX' ? 'INBOX' : path;
}

/** What a command calls the folder of this path: as the server lists it, for in NFD it is another one than in NFC. */
export function wireName(path: string): string {
  // imapflow leaves these as they are, and a line end would end the command.
  return encodePath(rev1, folderName(path)).replace(/[\t\r\n\u007f]+/gu, shifted);
}

/** The name of the folder that has this path, nothing spelled out. */
export function folderName(path: string): string {
  return path.replace(spelled, (text, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code > 0x10ffff ? text : String.fromCodePoint(code);
  });
}

/** A folder's name as `folderPath` spells it. */
export function spelledOut(name: string): string {
  const escaped = name.replace(likeSpelled, '\\u{5c}');
  return withUnseen(escaped, (point) => `\\u{${point.codePointAt(0)?.toString(16)}}`);
}

/** What people see of a folder's name. */
export function seenOf(name: string): string {
  return withUnseen(name, () => '');
}

function withUnseen(name: string, shown: (point: string) => string): string {
  const points = [...name];
  const isKept = (point: string, index: number) =>
    !unseen.test(point) || isJoining(point, points[index - 1], points[index + 1]);
  return points.map((point, index) => (isKept(point, index) ? point : shown(point))).join('');
}

/** Persian and Indic spelling, and what makes emoji; one at a time. */
function isJoining(point: string, before = '\0', after = '\0'): boolean {
  if (variation.test(point)) return !unseen.test(before);
  return joiner.test(point) && !unseen.test(after) && (!unseen.test(before) || variation.test(before));
}

/** RFC 3501 §5.1.3: UTF-16 in base64 with a comma for the slash. */
function shifted(text: string): string {
  const base64 = Buffer.from(text, 'utf16le').swap16().toString('base64');
  return `&${base64.replace(/=+$/u, '').replaceAll('/', ',')}-`;
}
