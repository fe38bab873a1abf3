import { MailboxError } from './errors.ts';

/** What an event id stands for: one resource of a calendar, or one occurrence of the series in it. */
export interface EventRef {
  /** Short id of the calendar. */
  calendar: string;
  /** Name of the resource in it, without `.ics`. */
  resource: string;
  /** Original start as in `formatEventId`; absent for the whole resource. */
  occurrence?: string;
}

const occurrenceEnd = /@(\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2}))?)$/u;

/** `work/8f2c@2026-03-30T09:30:00+02:00`, or with a plain date for all-day series. Opaque to the model. */
export function formatEventId({ calendar, resource, occurrence }: EventRef): string {
  return `${calendar}/${resource}${occurrence === undefined ? '' : `@${occurrence}`}`;
}

/** @throws MailboxError `invalid_input` when the text is not an event id of ours. */
export function parseEventId(id: string): EventRef {
  const slash = id.indexOf('/');
  const [, occurrence] = occurrenceEnd.exec(id) ?? [];
  const end = occurrence === undefined ? id.length : id.length - occurrence.length - 1;
  const calendar = id.slice(0, Math.max(0, slash));
  const resource = id.slice(slash + 1, end);
  if (slash < 1 || resource === '' || /\p{Cc}/u.test(id)) {
    throw new MailboxError('invalid_input', 'This is not an event id.', {
      hint: 'Pass an id exactly as get_calendar_events or search_calendar returned it.',
    });
  }
  return { calendar, resource, ...(occurrence === undefined ? {} : { occurrence }) };
}
