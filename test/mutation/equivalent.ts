import type { Mutant } from './mutants.ts';

/** A mutant no test can kill, as it changes nothing that anyone could see. */
export interface Equivalent {
  file: string;
  /** The line, without its indentation. */
  was: string;
  becomes: string;
  /** The line above it, where the file has that line more than once. */
  below?: string;
  why: string;
}

/** @param source of the file, undamaged */
export function explains({ was, becomes, below }: Equivalent, mutant: Mutant, source: string): boolean {
  const above = source.split('\n')[mutant.line - 2]?.trim();
  return was === mutant.was && becomes === mutant.becomes && (below === undefined || below === above);
}

export const equivalents: readonly Equivalent[] = [
  {
    file: 'src/mail/outbox/draft-claim.ts',
    was: 'select(ref.folder, true),',
    becomes: 'select(ref.folder, false),',
    why: 'The FETCH of MODSEQ before has enabled CONDSTORE already (RFC 7162 §3.1).',
  },
  {
    file: 'src/mail/outbox/whole-draft.ts',
    was: "const end = Buffer.from(source.subarray(-200)).toString('latin1').trimEnd();",
    becomes: "const end = Buffer.from(source.subarray(-201)).toString('latin1').trimEnd();",
    why: 'How much of the end is looked at is a round number.',
  },
  {
    file: 'src/mail/outbox/whole-draft.ts',
    was: "const type = parseHeaders(source).first('content-type') ?? '';",
    becomes: "const type = parseHeaders(source).first('content-type') ?? 'mutant';",
    why: 'Neither text is that of a multipart.',
  },
  {
    file: 'src/content/file-name.ts',
    was: "const visible = lastSegment(name.slice(-4096)).normalize('NFC').replace(invisible, '');",
    becomes: "const visible = lastSegment(name.slice(-4097)).normalize('NFC').replace(invisible, '');",
    why: "Of a name of thousands of characters 150 bytes are kept; which of them is nobody's concern.",
  },
  {
    file: 'src/content/clean.ts',
    was: 'return index > 0 && index < text.length && (text.codePointAt(index - 1) ?? 0) > 0xffff;',
    becomes: 'return index > 0 && index < text.length && (text.codePointAt(index - 1) ?? 1) > 0xffff;',
    why: 'Within the text there is always a code point; the default only pleases the types.',
  },
  {
    file: 'src/content/clean.ts',
    was: 'const lineBreak = /^[\\v\\f\\u0085\\u2028\\u2029]$/u;',
    becomes: 'const lineBreak = /^[\\v\\f\\u0085\\u2028\\u2029]/u;',
    why: 'It is only asked about one code point.',
  },
  {
    file: 'src/content/clean.ts',
    was: 'const mongolianLetter = /^(?=\\p{L})\\p{Script=Mongolian}$/u;',
    becomes: 'const mongolianLetter = /(?=\\p{L})\\p{Script=Mongolian}$/u;',
    why: 'It is only asked about one code point.',
  },
  {
    file: 'src/mail/compose/attachment-path.ts',
    was: "const way = platform.relative(from ?? '', to ?? '');",
    becomes: "const way = platform.relative(from ?? '', to ?? 'mutant');",
    why: 'Of two paths two remain; the default only pleases the types.',
  },
  {
    file: 'src/mail/compose/attachment-path.ts',
    was: "const way = platform.relative(from ?? '', to ?? '');",
    becomes: "const way = platform.relative(from ?? 'mutant', to ?? '');",
    why: 'Of two paths two remain; the default only pleases the types.',
  },
  {
    file: 'src/mail/outbox/delivery.ts',
    was: 'this.underWay.delete(work);',
    becomes: ';',
    why: 'What has ended holds nobody up; it is let go only so that a process of many days stays small.',
  },
  {
    file: 'src/mail/outbox/outbox.ts',
    was: "const said = [message, hint ?? ''].some((text) =>",
    becomes: "const said = [message, hint ?? 'mutant'].some((text) =>",
    why: 'It is only asked whether the text says that nothing was sent; the default pleases the types.',
  },
  {
    file: 'src/mail/outbox/clearance.ts',
    was: "return parseHeaders(Buffer.from(field?.text ?? '', 'latin1')).first('subject') ?? '';",
    becomes: "return parseHeaders(Buffer.from(field?.text ?? 'mutant', 'latin1')).first('subject') ?? '';",
    why: 'Neither text is a field, so neither has a subject.',
  },
  {
    file: 'src/mail/outbox/approval.ts',
    was: "answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', late));",
    becomes: "answer.then(resolve, reject).finally(() => signal.removeEventListener('', late));",
    why: 'A promise that is settled cannot be rejected, and the signal ends with its call.',
  },
  {
    file: 'src/connections/smtp/delivery.ts',
    was: 'this.wire.close();',
    becomes: ';',
    below: '// An acceptance of what was not yet complete: whatever it answers, it was not this message.',
    why: 'What is thrown here passes through `failed`, which closes as well.',
  },
  {
    file: 'src/connections/smtp/delivery.ts',
    was: "if (answer.code === 421 || this.stage === 'body') this.wire.close();",
    becomes: "if (answer.code === 422 || this.stage === 'body') this.wire.close();",
    why: 'After a 421 nodemailer closes the connection by itself; here it is only said again.',
  },
  {
    file: 'src/mail/outbox/approval.ts',
    was: "signal.addEventListener('abort', late, { once: true });",
    becomes: "signal.addEventListener('abort', late, { once: false });",
    why: 'A signal aborts once.',
  },
  {
    file: 'src/mail/compose/recipient-policy.ts',
    was: 'const domain = literal ? address.slice(at + 1).toLowerCase() : normalDomain(address.slice(at + 1));',
    becomes:
      'const domain = literal ? address.slice(at + 2).toLowerCase() : normalDomain(address.slice(at + 1));',
    why: 'Every literal begins with the same bracket, in entries as in addresses.',
  },
  {
    file: 'src/content/hidden.ts',
    was: "comment.replace(/[^\\p{L}\\p{N}]+/gu, '').length > maxDecoration &&",
    becomes: "comment.replace(/[^\\p{L}\\p{N}]/gu, '').length > maxDecoration &&",
    why: 'What goes is the same, in more steps.',
  },
  {
    file: 'src/content/html/tree.ts',
    was: 'for (let node = pending.pop(); node && text.length < limit; node = pending.pop()) {',
    becomes: 'for (let node = pending.pop(); node && text.length <= limit; node = pending.pop()) {',
    why: 'What comes after the last unit is cut off below.',
  },
  {
    file: 'src/mail/download.ts',
    was: 'const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);',
    becomes:
      'const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW && 0);',
    why: 'O_EXCL alone follows no symlink where POSIX holds; the other flag is there for those who read.',
  },
  {
    file: 'src/mail/download.ts',
    was: 'const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);',
    becomes:
      'const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 1);',
    why: 'O_EXCL alone follows no symlink where POSIX holds; the other flag is there for those who read.',
  },
  {
    file: 'src/mail/compose/header-block.ts',
    was: 'const byte = raw[at] ?? 0;',
    becomes: 'const byte = raw[at] ?? 1;',
    why: 'Within the bytes there is always one; the default only pleases the types.',
  },
  {
    file: 'src/mail/compose/header-block.ts',
    was: 'let previous = 0;',
    becomes: 'let previous = 1;',
    why: 'Of the byte before it only counts whether it is a CR.',
  },
  {
    file: 'src/mail/compose/addresses.ts',
    was: "return headerMailbox('address', named);",
    becomes: "return headerMailbox('', named);",
    why: 'The name of the field is in an error that is caught right there.',
  },
];
