interface Line {
  depth: number;
  text: string;
}

const signature = '-- ';

/**
 * Joins the soft-broken lines of `format=flowed` text (RFC 3676): paragraphs get back onto one line, quote marks
 * are kept as `> ` per level, space-stuffing is undone, the signature separator stays. Lines end in LF.
 */
export function unflow(text: string, delSp: boolean): string {
  const lines: string[] = [];
  let open: { depth: number; pieces: string[] } | undefined;
  const close = () => {
    if (open) lines.push(quoted(open.depth, open.pieces.join('')));
    open = undefined;
  };
  for (const { depth, text: line } of text.split(/\r\n|\r|\n/u).map(readLine)) {
    if (open && open.depth !== depth) close();
    // An empty line is a paragraph's end to everyone, though strictly it would join the soft line before it.
    if (line === signature || line === '') {
      close();
      lines.push(quoted(depth, line));
      continue;
    }
    const soft = line.endsWith(' ');
    open ??= { depth, pieces: [] };
    open.pieces.push(soft && delSp ? line.slice(0, -1) : line);
    if (!soft) close();
  }
  close();
  return lines.join('\n');
}

/** Quote marks first, then one stuffed space (RFC 3676 §4.4 and §4.5). */
function readLine(line: string): Line {
  const depth = /^>*/u.exec(line)?.[0].length ?? 0;
  const rest = line.slice(depth);
  return { depth, text: rest.startsWith(' ') ? rest.slice(1) : rest };
}

/** Only a fixed line ends a paragraph properly; blanks at its end mean nothing then. */
function quoted(depth: number, text: string): string {
  const line = text === signature ? text : text.trimEnd();
  if (depth === 0) return line;
  return `${'>'.repeat(depth)} ${line}`.trimEnd();
}
