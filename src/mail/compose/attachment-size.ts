import { decodedSize } from '../../content/structure.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { MimePart } from '../../domain/mime-part.ts';

const megabyte = 1024 * 1024;

/** `1.5 MB`, `800 kB`; rounded up, so that what is too large never reads as if it were not. */
export function sizeText(bytes: number): string {
  return rounded(bytes, Math.ceil);
}

/** The same for a limit, rounded down. */
export function limitText(bytes: number): string {
  return rounded(bytes, Math.floor);
}

function rounded(bytes: number, round: (value: number) => number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < megabyte ? `${round(bytes / 1024)} kB` : `${round((bytes * 10) / megabyte) / 10} MB`;
}

/** Bytes of a message that so many bytes of a file take: base64 in lines of 76 characters and CRLF (RFC 2045 §6.8). */
export function base64Size(bytes: number): number {
  return Math.ceil(bytes / 57) * 78;
}

/** The fewest bytes a part can have once decoded; exact but for quoted-printable and uuencode. */
export function leastSize(part: MimePart): number {
  return /^(?:7bit|8bit|binary|base64)$/u.test(part.encoding) ? decodedSize(part) : Math.floor(part.size / 3);
}

/** What the attachments of one message may still take of the server's limit. */
export class AttachmentBudget {
  private readonly limit: number;
  private taken = 0;

  /** @param limit bytes of the largest message the server takes. */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** How many bytes a file may have to fit in. */
  get room(): number {
    return Math.max(0, Math.floor((this.limit - this.taken) / 78) * 57);
  }

  /** @throws MailboxError `invalid_input` when the message would become larger than the server takes. */
  take(bytes: number, { encoded }: { encoded: boolean }): void {
    this.taken += encoded ? base64Size(bytes) : bytes;
    if (this.taken <= this.limit) return;
    const sizes = `a mail of ${sizeText(this.taken)}; the server takes ${limitText(this.limit)}`;
    throw new MailboxError('invalid_input', `With this attachment it would be ${sizes}.`, {
      hint: 'Leave something out, or share it by a link.',
    });
  }
}
