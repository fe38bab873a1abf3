import { decodeCharset, decodeHeader, decodeTransfer, searchForm } from './decode.ts';
import { type HeaderField, headerValue, type MimeNode, parseMime } from './mime-tree.ts';

/** What a message says: its bytes and, worked out once when first asked, its tree and its searchable text. */
export class MessageContent {
  readonly raw: Buffer;
  /** The bytes as latin1: one character a byte. */
  readonly text: string;
  #tree: MimeNode | undefined;
  #headerText: string | undefined;
  #bodyText: string | undefined;
  #preview: string | undefined;

  /** Bare line feeds become CRLF, the form in which IMAP shows every message (RFC 9051 §2.3.4). */
  constructor(raw: Buffer | string) {
    const bytes = typeof raw === 'string' ? Buffer.from(raw, 'utf8') : raw;
    const text = bytes.toString('latin1');
    const bare = /(?<!\r)\n/u.test(text);
    this.text = bare ? text.replace(/(?<!\r)\n/gu, '\r\n') : text;
    this.raw = bare ? Buffer.from(this.text, 'latin1') : bytes;
  }

  get tree(): MimeNode {
    this.#tree ??= parseMime(this.text);
    return this.#tree;
  }

  get headers(): readonly HeaderField[] {
    return this.tree.headers;
  }

  /** Raw value (latin1) of the first field of that name in lower case. */
  header(name: string): string | undefined {
    return headerValue(this.headers, name);
  }

  /** All headers, also those of the parts, decoded, in search form. */
  get headerText(): string {
    this.#headerText ??= searchForm(nodes(this.tree).flatMap(headerLines).join('\r\n'));
    return this.#headerText;
  }

  /** Every text and message/… part decoded, HTML with its tags, in search form, as Dovecot without an index. */
  get bodyText(): string {
    this.#bodyText ??= searchForm(
      nodes(this.tree)
        .filter((node) => isLeaf(node) && /^(?:text|message)$/iu.test(node.type))
        .map((node) => this.decodedText(node))
        .join('\r\n'),
    );
    return this.#bodyText;
  }

  decodedBody(node: MimeNode): Buffer {
    return decodeTransfer(this.raw.subarray(node.bodyStart, node.bodyEnd), transferEncoding(node));
  }

  decodedText(node: MimeNode): string {
    const charset = node.parameters.find(([name]) => name === 'charset')?.[1] ?? 'utf-8';
    return decodeCharset(this.decodedBody(node), charset === 'us-ascii' ? 'utf-8' : charset);
  }

  /** The instant of the Date header; undefined when it has none that can be read. */
  get sentDate(): Date | undefined {
    const date = new Date((this.header('date') ?? '').replace(/\([^)]*\)/gu, ''));
    return Number.isNaN(date.getTime()) ? undefined : date;
  }

  /** The calendar day the sender's clock showed (SENTSINCE …: RFC 9051 §6.4.4 disregards the zone), as UTC midnight. */
  get sentDay(): number | undefined {
    const sent = this.sentDate;
    if (!sent) return undefined;
    const zone = /([+-])(\d{2})(\d{2})\s*(?:\([^)]*\)\s*)?$/u.exec(this.header('date') ?? '');
    const minutes = zone ? Number(`${zone[1]}1`) * (Number(zone[2]) * 60 + Number(zone[3])) : 0;
    return Math.floor((sent.getTime() + minutes * 60_000) / 86_400_000) * 86_400_000;
  }

  /** The first words of the text, for PREVIEW (RFC 8970): quotes left out, at most 200 characters. */
  get preview(): string {
    this.#preview ??= this.#firstWords();
    return this.#preview;
  }

  /** The preview if somebody has asked for it before. */
  get knownPreview(): string | undefined {
    return this.#preview;
  }

  #firstWords(): string {
    const leaf = nodes(this.tree).find((node) => isLeaf(node) && node.type.toLowerCase() === 'text');
    if (!leaf) return '';
    const text = this.decodedText(leaf);
    const plain = leaf.subtype.toLowerCase() === 'html' ? withoutTags(text) : text.replace(/^>.*$/gmu, '');
    return [...plain.replace(/\s+/gu, ' ').trim()].slice(0, 200).join('');
  }
}

/** Content-Transfer-Encoding as written; `7bit` when absent or no token. */
export function transferEncoding(node: MimeNode): string {
  const value = headerValue(node.headers, 'content-transfer-encoding') ?? '';
  return /^\s*([\w!#$%&'*+.^`{|}~-]+)\s*(?:\(|$)/u.exec(value)?.[1] ?? '7bit';
}

function nodes(node: MimeNode): MimeNode[] {
  return [node, ...node.children.flatMap(nodes), ...(node.message ? nodes(node.message) : [])];
}

function isLeaf(node: MimeNode): boolean {
  return node.children.length === 0 && !node.message;
}

function headerLines(node: MimeNode): string[] {
  return node.headers.map((field) => `${field.name}: ${decodeHeader(field.value)}`);
}

function withoutTags(html: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };
  return html
    .replace(/<(style|script|head)\b[\s\S]*?<\/\1>/giu, ' ')
    .replace(/<br\b[^>]*>|<\/(?:p|div|tr|h\d|li)>/giu, ' ')
    .replace(/<[^>]*>/gu, '')
    .replace(/&(amp|lt|gt|quot|nbsp);/gu, (_all, name: string) => entities[name] ?? '');
}
