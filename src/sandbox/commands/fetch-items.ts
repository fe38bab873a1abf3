import { transferEncoding } from '../content.ts';
import { formatImapDateTime } from '../imap-date.ts';
import { formatFlags, type Row } from '../mailbox-view.ts';
import { findPart, parseSection, readSection } from '../section.ts';
import { formatEnvelope, formatStructure } from '../structure.ts';
import { imapString, type Output } from '../wire.ts';

/** One thing to tell of a message, its name included. */
export interface FetchItem {
  render(row: Row): Output[];
  marksSeen?: boolean;
  /** Needs the stored bytes, which an expunged message has no more. */
  readsBody?: boolean;
  /** Told only for a message this FETCH marks as read. */
  onlyWhenSeen?: boolean;
}

const simpleItems: Record<string, (row: Row) => string> = {
  UID: ({ message }) => `UID ${message.uid}`,
  FLAGS: (row) => `FLAGS ${formatFlags(row)}`,
  INTERNALDATE: ({ message }) => `INTERNALDATE ${formatImapDateTime(message.internalDate)}`,
  'RFC822.SIZE': ({ message }) => `RFC822.SIZE ${message.content.raw.length}`,
  ENVELOPE: ({ message }) => `ENVELOPE ${formatEnvelope(message.content.tree)}`,
  BODY: ({ message }) => `BODY ${formatStructure(message.content, message.content.tree, false)}`,
  BODYSTRUCTURE: ({ message }) =>
    `BODYSTRUCTURE ${formatStructure(message.content, message.content.tree, true)}`,
};

const optionalItems: Record<string, { capability: string; render: (row: Row) => string }> = {
  MODSEQ: { capability: 'CONDSTORE', render: ({ message }) => `MODSEQ (${message.modseq})` },
  PREVIEW: { capability: 'PREVIEW', render: ({ message }) => formatPreview(message.content.preview) },
  'PREVIEW LAZY': {
    capability: 'PREVIEW',
    render: ({ message }) => formatPreview(message.content.knownPreview),
  },
};

function formatPreview(text: string | undefined): string {
  return `PREVIEW ${imapString(text === undefined ? undefined : Buffer.from(text).toString('latin1'))}`;
}

const legacySections: Record<string, { section: string; peek: boolean }> = {
  RFC822: { section: '', peek: false },
  'RFC822.HEADER': { section: 'HEADER', peek: true },
  'RFC822.TEXT': { section: 'TEXT', peek: false },
};

/** undefined when the name is no data item, or one of a capability that is not advertised. */
export function parseFetchItem(text: string, has: (capability: string) => boolean): FetchItem | undefined {
  const name = text.toUpperCase();
  const simple = simpleItems[name];
  if (simple) return { render: (row) => [simple(row)] };
  const optional = optionalItems[name];
  if (optional) return has(optional.capability) ? { render: (row) => [optional.render(row)] } : undefined;
  const legacy = legacySections[name];
  if (legacy) return bodyItem(name, legacy.section, undefined, !legacy.peek);
  const match = /^(BODY|BINARY)(\.PEEK|\.SIZE)?\[(.*)\](<\d+(?:\.\d+)?>)?$/su.exec(name);
  if (!match) return undefined;
  const [, kind, suffix, section = '', partial] = match;
  if (kind === 'BINARY') return has('BINARY') ? binaryItem(section, suffix, partial) : undefined;
  return suffix === '.SIZE' ? undefined : bodyItem(`BODY[${section}]`, section, partial, suffix !== '.PEEK');
}

function bodyItem(
  label: string,
  spec: string,
  partial: string | undefined,
  marksSeen: boolean,
): FetchItem | undefined {
  const section = parseSection(spec);
  if (!section || (section.text === 'MIME' && section.part.length === 0)) return undefined;
  return {
    marksSeen,
    readsBody: true,
    render: ({ message }) => {
      const name = label + origin(partial);
      if (message.expunged) return [`${name} NIL`];
      return literal(name, cut(readSection(message.content, section), partial));
    },
  };
}

/** A part with its transfer encoding undone (RFC 3516). */
function binaryItem(
  spec: string,
  suffix: string | undefined,
  partial: string | undefined,
): FetchItem | undefined {
  const section = parseSection(spec);
  if (section?.text !== '') return undefined;
  const read = ({ message }: Row): Buffer => {
    if (section.part.length === 0) return message.content.raw;
    const node = findPart(message.content.tree, section.part);
    return node ? message.content.decodedBody(node) : Buffer.alloc(0);
  };
  const isDecoded = ({ message }: Row): boolean => {
    const node = findPart(message.content.tree, section.part);
    return node !== undefined && /^(?:base64|quoted-printable)$/iu.test(transferEncoding(node));
  };
  if (suffix === '.SIZE') return { render: (row) => [`BINARY.SIZE[${spec}] ${read(row).length}`] };
  return {
    marksSeen: suffix !== '.PEEK',
    readsBody: true,
    render: (row) => {
      const name = `BINARY[${spec}]${origin(partial)}`;
      if (row.message.expunged) return [`${name} NIL`];
      return literal(name, cut(read(row), partial), isDecoded(row));
    },
  };
}

/** Decoded bytes may hold NUL and go as literal8 (RFC 3516 §4.2). */
function literal(name: string, bytes: Buffer, binary = false): Output[] {
  return [`${name} ${binary ? '~' : ''}{${bytes.length}}\r\n`, bytes];
}

function cut(bytes: Buffer, partial: string | undefined): Buffer {
  const [start, length] = (partial ?? '').slice(1, -1).split('.').map(Number);
  if (!partial || start === undefined) return bytes;
  return bytes.subarray(start, length === undefined ? undefined : start + length);
}

function origin(partial: string | undefined): string {
  return partial ? `<${/\d+/u.exec(partial)?.[0]}>` : '';
}
