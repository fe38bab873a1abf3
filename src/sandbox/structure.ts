import { type EnvelopeAddress, parseAddresses } from './address.ts';
import { type MessageContent, transferEncoding } from './content.ts';
import { headerValue, headerValues, type MimeNode, type Parameter, parseParameterized } from './mime-tree.ts';
import { imapString } from './wire.ts';

/**
 * ENVELOPE of a message or of the message inside a part (RFC 9051 §7.5.2). Where a field stands twice, Dovecot
 * shows the last text and all addresses.
 */
export function formatEnvelope(node: MimeNode): string {
  const text = (name: string) => imapString(unfold(headerValues(node.headers, name).at(-1)));
  const list = (name: string) => {
    const addresses = headerValues(node.headers, name).flatMap(parseAddresses);
    return addresses.length === 0 ? undefined : `(${addresses.map(formatAddress).join('')})`;
  };
  const from = list('from') ?? 'NIL';
  const fields = [
    text('date'),
    text('subject'),
    from,
    list('sender') ?? from,
    list('reply-to') ?? from,
    list('to') ?? 'NIL',
    list('cc') ?? 'NIL',
    list('bcc') ?? 'NIL',
    text('in-reply-to'),
    text('message-id'),
  ];
  return `(${fields.join(' ')})`;
}

/** BODYSTRUCTURE, or BODY when not `extended` (RFC 9051 §7.5.2). */
export function formatStructure(content: MessageContent, node: MimeNode, extended: boolean): string {
  const type = node.type.toLowerCase();
  if (type === 'multipart') return formatMultipart(content, node, extended);
  const body = content.text.slice(node.bodyStart, node.bodyEnd);
  const id = (name: string) => imapString(unfold(headerValue(node.headers, name)));
  const fields = [
    imapString(node.type),
    imapString(node.subtype),
    formatParameters(type === 'text' ? withCharset(node.parameters) : node.parameters),
    id('content-id'),
    id('content-description'),
    imapString(transferEncoding(node)),
    `${body.length}`,
  ];
  if (node.message) {
    fields.push(formatEnvelope(node.message), formatStructure(content, node.message, extended));
  }
  if (type === 'text' || node.message) fields.push(`${body.split('\n').length - 1}`);
  if (extended) fields.push(id('content-md5'), ...extension(node));
  return `(${fields.join(' ')})`;
}

function formatMultipart(content: MessageContent, node: MimeNode, extended: boolean): string {
  // A multipart must hold a part; Dovecot shows an empty one where there is none.
  const parts =
    node.children.length > 0
      ? node.children.map((child) => formatStructure(content, child, extended)).join('')
      : `("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0${extended ? ' NIL NIL NIL NIL' : ''})`;
  const tail = extended ? [formatParameters(node.parameters), ...extension(node)] : [];
  return `(${[parts, imapString(node.subtype), ...tail].join(' ')})`;
}

function extension(node: MimeNode): string[] {
  const [disposition, parameters] = parseParameterized(
    headerValue(node.headers, 'content-disposition') ?? '',
  );
  const language = unfold(headerValue(node.headers, 'content-language'));
  return [
    disposition ? `(${imapString(disposition)} ${formatParameters(parameters)})` : 'NIL',
    language
      ? `(${language
          .split(/\s*,\s*/u)
          .map(imapString)
          .join(' ')})`
      : 'NIL',
    imapString(unfold(headerValue(node.headers, 'content-location'))),
  ];
}

function formatParameters(parameters: readonly Parameter[]): string {
  const joined = joinContinuations(parameters);
  if (joined.length === 0) return 'NIL';
  return `(${joined.flatMap(([name, value]) => [imapString(name), imapString(value)]).join(' ')})`;
}

/** `name*0` `name*1` become one `name` (RFC 2231 §3); encoded pieces keep their form and become `name*`. */
function joinContinuations(parameters: readonly Parameter[]): Parameter[] {
  const whole: Parameter[] = [];
  const pieces = new Map<string, { value: string; encoded: boolean }>();
  for (const [name, value] of parameters) {
    const piece = /^([^*]+)\*\d+(\*?)$/u.exec(name);
    if (!piece) {
      whole.push([name, value]);
      continue;
    }
    const known = pieces.get(piece[1] ?? '') ?? { value: '', encoded: false };
    pieces.set(piece[1] ?? '', { value: known.value + value, encoded: known.encoded || piece[2] === '*' });
  }
  for (const [name, { value, encoded }] of pieces) whole.push([encoded ? `${name}*` : name, value]);
  return whole;
}

function withCharset(parameters: readonly Parameter[]): readonly Parameter[] {
  return parameters.some(([name]) => name === 'charset')
    ? parameters
    : [...parameters, ['charset', 'us-ascii']];
}

function formatAddress({ name, mailbox, host }: EnvelopeAddress): string {
  return `(${imapString(name)} NIL ${imapString(mailbox)} ${imapString(host)})`;
}

function unfold(value: string | undefined): string | undefined {
  return value?.replace(/\r?\n[ \t]/gu, ' ').trim();
}
