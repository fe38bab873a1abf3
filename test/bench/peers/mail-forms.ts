import iconv from 'iconv-lite';
import { encodeWord } from 'nodemailer/lib/mime-funcs';
import { encode as encodeQp } from 'nodemailer/lib/qp';
import { mixed, part, parts } from '../../support/letters.ts';
import { Random } from '../random.ts';

/** What of a mail differs from the others: header lines of its body, and the body. */
export interface Form {
  subject: string;
  /** As the header has it; default UTF-8 encoded words. */
  encodedSubject?: string;
  /** What a reader sees, sentence by sentence. */
  sentences: readonly string[];
  headers: string[];
  body: string;
}

type Body = Pick<Form, 'headers' | 'body'>;

const attachmentBytes = 2_000_000;

export function encodedWord(text: string): string {
  return encodeWord(text, 'B', 52);
}

export function plain(sentences: readonly string[]): Body {
  return { headers: headersOf('text/plain; charset=utf-8', 'base64'), body: base64(sentences.join('\r\n')) };
}

export function latin1(sentences: readonly string[]): Body {
  return quotedPrintable(sentences, 'iso-8859-1');
}

export function alternative(sentences: readonly string[]): Body {
  // Latin-1 has neither the euro nor the dash.
  const text = quotedPrintable(sentences, 'windows-1252');
  const html = part(
    headersOf('text/html; charset=utf-8', 'base64'),
    base64(sentences.map((sentence) => `<p>${sentence}</p>`).join('\r\n')),
  );
  return {
    headers: ['Content-Type: multipart/alternative; boundary="alt"'],
    body: parts('alt', part(text.headers, text.body), html),
  };
}

export function umlauts(): Form {
  const sentences = [
    'Grüße aus Köln, die Überprüfung ist fertig.',
    'Maße: 3 m² für 40 € – größer geht nicht.',
  ];
  return { subject: 'Überprüfung in Köln: Größe und Maße', sentences, ...alternative(sentences) };
}

export function htmlOnly(): Form {
  const html = [
    '<html><head><style>.box { color: #c00; padding: 4px }</style></head><body><table><tr><td>',
    '<p>Ihre Bestellung <b>4711</b> ist unterwegs.</p>',
    '<p class="box">Lieferung: Dienstag &amp; Mittwoch, f&uuml;r 12&nbsp;&euro;.</p>',
    '</td></tr></table></body></html>',
  ];
  return {
    subject: 'Ihre Bestellung 4711',
    sentences: ['Ihre Bestellung 4711 ist unterwegs.', 'Lieferung: Dienstag & Mittwoch, für 12 €.'],
    headers: headersOf('text/html; charset=utf-8', 'base64'),
    body: base64(html.join('\r\n')),
  };
}

export function japanese(): Form {
  const subject = '会議のお知らせ';
  const sentences = ['会議は火曜日の午後三時です。', 'よろしくお願いします。'];
  return {
    subject,
    encodedSubject: `=?ISO-2022-JP?B?${iso2022jp(subject).toString('base64')}?=`,
    sentences,
    headers: headersOf('text/plain; charset=ISO-2022-JP', '7bit'),
    body: sentences.map((sentence) => iso2022jp(sentence).toString('latin1')).join('\r\n'),
  };
}

export function withAttachment(): Form {
  const sentences = ['Anbei die Zeichnungen für die Werkstatt.'];
  const text = latin1(sentences);
  const disposition = 'Content-Disposition: attachment; filename="drawings.pdf"';
  const file = part(
    [...headersOf('application/pdf; name="drawings.pdf"', 'base64'), disposition],
    base64(incompressible(attachmentBytes)),
  );
  const body = parts('mix', part(text.headers, text.body), file);
  return { subject: 'Zeichnungen', sentences, headers: [mixed('mix')], body };
}

function headersOf(type: string, encoding: string): string[] {
  return [`Content-Type: ${type}`, `Content-Transfer-Encoding: ${encoding}`];
}

function quotedPrintable(sentences: readonly string[], charset: string): Body {
  return {
    headers: headersOf(`text/plain; charset=${charset}`, 'quoted-printable'),
    body: encodeQp(iconv.encode(sentences.join('\r\n'), charset)),
  };
}

function base64(content: string | Buffer): string {
  return Buffer.from(content).toString('base64').replace(/.{76}/g, '$&\r\n');
}

/** As a PDF is: repeated bytes would be nothing to a server that compresses. */
function incompressible(count: number): Buffer {
  const random = new Random(1);
  return Buffer.from(Uint8Array.from({ length: count }, () => random.below(256)));
}

/** Of text without ASCII: EUC-JP with seven bits, between two escapes. */
function iso2022jp(text: string): Buffer {
  const sevenBits = iconv.encode(text, 'EUC-JP').map((byte) => byte & 0x7f);
  return Buffer.concat([Buffer.from('\x1b$B'), sevenBits, Buffer.from('\x1b(B')]);
}
