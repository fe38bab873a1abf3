import iconv from 'iconv-lite';
import libmime from 'libmime';

/** An IMAP conversation that reads every message of a folder and changes nothing, `\Recent` included. */
export function readCommands(folder: string): string {
  const mailbox = iconv.encode(folder, 'utf-7-imap').toString('latin1').replace(/["\\]/g, '\\$&');
  return `0 EXAMINE "${mailbox}"\r\n1 FETCH 1:* BODY.PEEK[]\r\nend LOGOUT\r\n`;
}

/** The messages in the answer, oldest first; none when the folder is empty or absent. */
export function messagesRead(reply: Buffer): Buffer[] {
  const text = reply.toString('latin1'); // one character a byte
  const literal = /^\* \d+ FETCH .*\{(\d+)\}\r\n/gm;
  const messages: Buffer[] = [];
  for (let match = literal.exec(text); match; match = literal.exec(text)) {
    const end = literal.lastIndex + Number(match[1]);
    messages.push(reply.subarray(literal.lastIndex, end));
    literal.lastIndex = end;
  }
  return messages;
}

/** Whether a message has this Message-ID (`<…>`) or, for any other text, exactly this subject. */
export function isAbout(raw: Buffer, subjectOrId: string): boolean {
  const head = raw.toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
  const field = (name: string) =>
    new RegExp(`^${name}:((?:.|\r\n[ \t])*)`, 'im')
      .exec(head)?.[1]
      ?.replace(/\r\n(?=[ \t])/g, '')
      .trim() ?? '';
  if (/^<.+>$/.test(subjectOrId)) return field('Message-ID') === subjectOrId;
  const subject = Buffer.from(field('Subject'), 'latin1').toString('utf8');
  return libmime.decodeWords(subject) === subjectOrId;
}
