import type { MessageContent } from './content.ts';
import type { MimeNode } from './mime-tree.ts';

/** What stands between the brackets of BODY[…] (RFC 9051 §6.4.5). */
export interface Section {
  part: readonly number[];
  text: '' | 'HEADER' | 'HEADER.FIELDS' | 'HEADER.FIELDS.NOT' | 'TEXT' | 'MIME';
  /** Lower case, for HEADER.FIELDS. */
  fields: readonly string[];
}

/** undefined when the text is no section. */
export function parseSection(spec: string): Section | undefined {
  const match =
    /^((?:[1-9]\d*(?:\.(?=.))?)*)(|HEADER|HEADER\.FIELDS(?:\.NOT)?|TEXT|MIME)(?: \(([^()]*)\))?$/iu.exec(
      spec.trim(),
    );
  if (!match) return undefined;
  const [, path = '', rawText = '', names] = match;
  const text = rawText.toUpperCase() as Section['text'];
  if (text.startsWith('HEADER.FIELDS') !== (names !== undefined)) return undefined;
  const fields = (names ?? '').split(' ').map((name) => name.replaceAll('"', '').toLowerCase());
  return { part: path.split('.').filter(Boolean).map(Number), text, fields: fields.filter(Boolean) };
}

/** The bytes of a section; empty where the message has no such part, as Dovecot answers. */
export function readSection(content: MessageContent, section: Section): Buffer {
  const { raw } = content;
  if (section.part.length === 0) return ofMessage(content, content.tree, section);
  const node = findPart(content.tree, section.part);
  if (!node) return Buffer.alloc(0);
  if (section.text === 'MIME') return raw.subarray(node.headerStart, node.bodyStart);
  if (section.text === '') return raw.subarray(node.bodyStart, node.bodyEnd);
  return node.message ? ofMessage(content, node.message, section) : Buffer.alloc(0);
}

/** Part `1.2`: children of a multipart, through message/rfc822; `1` of a single-part message is its body. */
export function findPart(root: MimeNode, path: readonly number[]): MimeNode | undefined {
  let container: MimeNode | undefined = root;
  let node: MimeNode | undefined;
  for (const number of path) {
    if (!container) return undefined;
    const isMultipart: boolean = container.type.toLowerCase() === 'multipart';
    node = isMultipart ? container.children[number - 1] : number === 1 ? container : undefined;
    if (!node) return undefined;
    container = node.message ?? (node !== container && node.children.length > 0 ? node : undefined);
  }
  return node;
}

function ofMessage(content: MessageContent, message: MimeNode, section: Section): Buffer {
  const { raw } = content;
  switch (section.text) {
    case 'HEADER':
      return raw.subarray(message.headerStart, message.bodyStart);
    case 'TEXT':
      return raw.subarray(message.bodyStart, message.bodyEnd);
    case 'HEADER.FIELDS':
    case 'HEADER.FIELDS.NOT': {
      const wanted = section.text === 'HEADER.FIELDS';
      const fields = message.headers.filter(
        ({ name }) => section.fields.includes(name.toLowerCase()) === wanted,
      );
      return Buffer.concat([
        ...fields.map(({ start, end }) => raw.subarray(start, end)),
        Buffer.from('\r\n'),
      ]);
    }
    default:
      return raw.subarray(message.headerStart, message.bodyEnd);
  }
}
