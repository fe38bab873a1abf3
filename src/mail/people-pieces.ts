/** What stands between two separators of a text that names people. */
export interface Piece {
  /** What separates it from the piece before it. */
  after: string;
  start: number;
  end: number;
  /** Outside quotes. */
  words: string[];
  quoted: string[];
  addresses: string[];
}

const quotes = String.raw`"(?:[^"\\]|\\[^])*(?:"(?!@)|$)|(?<![\p{L}\p{N}])['‘‹\x60][^'’›\x60"]+['’›\x60](?![\p{L}\p{N}])`;
const local = String.raw`[^\s<>,;:()"|[\]{}*@，；、]`;
const domain = String.raw`(?:[\p{L}\p{N}\p{M}._-]*[\p{L}\p{N}\p{M}])?`;
const address = `(?:"[^"]*"(?=@)|${local}*)(?:@${domain})+`;
/** Tried in this order wherever a text goes on. The signs of `24/7` and `C++` part nothing. */
const token = new RegExp(
  [
    `(?<quoted>${quotes})`,
    `(?<address>${address})`,
    String.raw`(?<comment>\([^()@]*(?:\)|$))`,
    String.raw`(?<separator>[,，、;；|\n]|(?<=[\p{L}\s])[/+](?=[\p{L}\s])|(?<!\S)(?:or|oder|and|und|&)(?!\S))`,
    `(?<word>(?:(?![/+])${local})+|[^])`,
  ].join('|'),
  'giu',
);

/** The pieces of a text, in their order; none for nothing between two separators. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  const begin = (): Piece => {
    const piece = { after: '', start: text.length, end: 0, words: [], quoted: [], addresses: [] };
    pieces.push(piece);
    return piece;
  };
  let piece = begin();
  for (const { 0: raw, index, groups = {} } of text.matchAll(token)) {
    const { separator } = groups;
    if (separator !== undefined) {
      if (piece.end > 0) piece = begin();
      piece.after += `${separator.toLowerCase()} `;
      continue;
    }
    if (groups.address !== undefined) piece.addresses.push(bareAddress(raw));
    else if (groups.quoted !== undefined) piece.quoted.push(unquoted(raw));
    else if (/[\p{L}\p{N}]/u.test(groups.word ?? '')) piece.words.push(raw);
    if (raw.trim() === '') continue;
    piece.start = Math.min(piece.start, index);
    piece.end = index + raw.length;
  }
  return pieces.filter(({ end }) => end > 0);
}

/** Without the quotes around it, if they are around all of it. */
export function unquoted(name: string): string {
  const [, inDouble, inSingle] = /^(?:"((?:[^"\\]|\\.)*)"?|['‘‹`]([^'’›`]+)['’›`])$/su.exec(name) ?? [];
  return (inDouble?.replace(/\\(.)/gu, '$1') ?? inSingle ?? name).trim();
}

function bareAddress(written: string): string {
  return written.replace(/^[^\p{L}\p{N}@"]+(?=[\p{L}\p{N}])/u, '');
}
