import { createHash } from 'node:crypto';
import type { EmailSummary, SearchResult } from '../domain/mail.ts';

/** A hit in one line. */
export function summaryLine({ date, from, subject, flags = [], attachments }: EmailSummary): string {
  const marks = [...flags, ...(attachments ? [`${attachments} attached`] : [])].join(', ');
  return `${date.slice(0, 16).replace('T', ' ')}  ${from}: ${subject}${marks ? ` [${marks}]` : ''}`;
}

export function warningLine({ code, detail }: { code: string; detail: string }): string {
  return `warning ${code}: ${detail}`;
}

export function isNewestFirst(emails: readonly EmailSummary[]): boolean {
  const times = emails.map(({ date }) => Date.parse(date));
  return times.every((time, index) => index === 0 || time <= (times[index - 1] ?? 0));
}

/** The id of the newest mail from an address that contains this. */
export function byFrom({ emails }: SearchResult, address: string): string {
  return emails.find(({ from }) => from.includes(address))?.id ?? '';
}

export function sha256(bytes: Buffer | undefined): string {
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');
}
