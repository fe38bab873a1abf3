import mailparser, { type ParsedMail } from 'mailparser';
import { formatAddress, parseAddresses } from '../address.ts';
import { decodeBytes } from '../charset.ts';
import { cleanLine } from '../clean.ts';
import { type Headers, parseHeaders } from '../headers.ts';
import { htmlToText } from '../html.ts';
import { displayName } from '../structure.ts';
import type { TextSink } from './text-sink.ts';

const maxDepth = 3;
const maxAttachments = 100;
const maxMismatches = 10;
const maxRawChars = 20_000;

/**
 * A message as text: From, To, Subject, Date, body, attachments by name; attached messages likewise, three deep.
 * mailparser only takes the parts apart, since its own text keeps what HTML hides. What it refuses as a whole is
 * given as raw text.
 */
export async function readEml(bytes: Uint8Array, sink: TextSink, depth = 1): Promise<void> {
  putHeaders(parseHeaders(bytes), sink);
  let mail: ParsedMail;
  try {
    mail = await mailparser.simpleParser(Buffer.from(bytes), {
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipTextLinks: true,
      skipImageLinks: true,
    });
  } catch {
    sink.fault('the message could not be taken apart; its raw text is shown');
    sink.add(`\n${decodeBytes(bodyOf(bytes), undefined).text.slice(0, maxRawChars)}\n`);
    return;
  }
  putBody(mail, sink);
  for (const attachment of mail.attachments.slice(0, maxAttachments)) {
    const { contentType, filename, size } = attachment;
    const content: unknown = attachment.content;
    const isMessage = contentType === 'message/rfc822' && content instanceof Uint8Array;
    if (isMessage && depth < maxDepth) {
      sink.add('\nAttached message:\n');
      await readEml(content, sink, depth + 1);
    } else
      sink.add(
        `\nAttachment: ${nameOf(contentType, filename)} (${cleanLine(contentType, 100)}, ${size} bytes)`,
      );
  }
  sink.add('\n');
}

function putHeaders(headers: Headers, sink: TextSink): void {
  for (const name of ['From', 'To', 'Cc']) {
    const addresses = headers.all(name).flatMap(parseAddresses).map(formatAddress);
    if (addresses.length > 0) sink.add(`${name}: ${addresses.join(', ')}\n`);
  }
  for (const name of ['Subject', 'Date']) {
    const value = headers.first(name);
    if (value) sink.add(`${name}: ${cleanLine(value)}\n`);
  }
}

function putBody(mail: ParsedMail, sink: TextSink): void {
  const plain = mail.text ?? '';
  if (plain.trim() !== '' || !mail.html) {
    sink.add(`\n${plain}\n`);
    return;
  }
  putHtml(mail.html, sink);
}

/** HTML as a reader sees it: what it hides is counted, links that name another host are warned of. */
export function putHtml(html: string, sink: TextSink): void {
  const { text, hiddenRemoved, mismatches, truncated } = htmlToText(html);
  sink.add(`\n${text}\n`);
  sink.hide(hiddenRemoved);
  for (const { text: shown, href } of mismatches.slice(0, maxMismatches)) {
    sink.warn({ code: 'link_mismatch', detail: cleanLine(`${shown} leads to ${href}`, 200) });
  }
  if (truncated) sink.fault('the HTML is too large or too deep; the text is not all of it');
}

function nameOf(type: string, filename: string | undefined): string {
  const part = { part: '1', type, parameters: {}, encoding: '7bit', size: 0, children: [] };
  return displayName(filename === undefined ? part : { ...part, filename });
}

function bodyOf(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.subarray(0, 1_000_000)).toString('latin1');
  const empty = /\r\n\r\n|\n\n|\r\r/u.exec(text);
  return empty ? bytes.subarray(empty.index + empty[0].length) : bytes;
}
