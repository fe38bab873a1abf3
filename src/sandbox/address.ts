/** One entry of an address list as ENVELOPE shows it: raw bytes (latin1), undefined is NIL (RFC 9051 §7.5.2). */
export interface EnvelopeAddress {
  name: string | undefined;
  mailbox: string | undefined;
  host: string | undefined;
}

const token = /\s*(?:"((?:[^"\\]|\\.)*)"?|(\((?:[^()\\]|\\.|\([^()]*\))*\)?)|([<>,:;])|([^\s"(<>,:;]+))/guy;

interface Draft {
  words: string[];
  comment: string | undefined;
  angle: string | undefined;
}

/**
 * Reads an address list (RFC 5322 §3.4) the forgiving way. A group is its name with no host, its members, and
 * an entry without mailbox and host.
 */
export function parseAddresses(raw: string): EnvelopeAddress[] {
  const addresses: EnvelopeAddress[] = [];
  let draft = emptyDraft();
  let inGroup = false;
  const finish = () => {
    const address = toAddress(draft);
    if (address) addresses.push(address);
    draft = emptyDraft();
  };
  for (const [, quoted, comment, special, word] of raw.replace(/\r?\n(?=[ \t])/gu, '').matchAll(token)) {
    if (special === '<') draft.angle = '';
    else if (special === ',') finish();
    else if (special === ':' && draft.angle === undefined) {
      addresses.push({ name: undefined, mailbox: draft.words.join(' '), host: undefined });
      draft = emptyDraft();
      inGroup = true;
    } else if (special === ';') {
      finish();
      if (inGroup) addresses.push({ name: undefined, mailbox: undefined, host: undefined });
      inGroup = false;
    } else if (comment) draft.comment = comment.slice(1, -1).trim();
    else addWord(draft, quoted, word, special);
  }
  finish();
  return addresses;
}

function addWord(draft: Draft, quoted: string | undefined, word = '', special = ''): void {
  if (special === '>') {
    if (draft.angle !== undefined) draft.angle += '>';
    return;
  }
  const text = quoted?.replace(/\\(.)/gu, '$1') ?? word + special;
  if (draft.angle === undefined) draft.words.push(text);
  else if (!draft.angle.endsWith('>')) draft.angle += text;
}

function toAddress({ words, comment, angle }: Draft): EnvelopeAddress | undefined {
  if (angle === undefined && words.length === 0) return undefined;
  const spec = angle === undefined ? words.join('') : angle.replace(/>$/u, '').replace(/^@[^:]*:/u, '');
  const at = spec.lastIndexOf('@');
  const name = angle === undefined ? comment : words.join(' ');
  return {
    name: name === '' ? undefined : name,
    mailbox: (at < 0 ? spec : spec.slice(0, at)) || 'MISSING_MAILBOX',
    host: (at < 0 ? '' : spec.slice(at + 1)) || 'MISSING_DOMAIN',
  };
}

function emptyDraft(): Draft {
  return { words: [], comment: undefined, angle: undefined };
}
