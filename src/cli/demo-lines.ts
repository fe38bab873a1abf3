import { createHash } from 'node:crypto';
import type { EventSummary } from '../domain/calendar.ts';
import type { EmailSummary, SearchResult } from '../domain/mail.ts';

/** A hit in one line. */
export function summaryLine({ date, from, subject, flags = [], attachments }: EmailSummary): string {
  const marks = [...flags, ...(attachments ? [`${attachments} attached`] : [])].join(', ');
  return `${date.slice(0, 16).replace('T', ' ')}  ${from}: ${subject}${marks ? ` [${marks}]` : ''}`;
}

type Shown = Pick<EventSummary, 'start' | 'end' | 'title' | 'location' | 'allDay' | 'myStatus' | 'status'>;

/** An event in one line. */
export function agendaLine({ start, end, title, location, allDay, myStatus, status }: Shown): string {
  const time = allDay ? `${start}${end > start ? ` – ${end}` : ''}` : slotLine({ start, end });
  const marks = [location, status, myStatus].filter(Boolean).join(', ');
  return `${time}  ${title}${marks ? ` [${marks}]` : ''}`;
}

export function slotLine({ start, end }: { start: string; end: string }): string {
  return `${start.slice(0, 16).replace('T', ' ')}–${end.slice(11, 16)}`;
}

export function isInOrder(events: readonly { start: string }[]): boolean {
  const times = events.map(({ start }) => (start.length === 10 ? start : start.slice(0, 10)));
  return times.every((day, index) => index === 0 || day >= (times[index - 1] ?? ''));
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
