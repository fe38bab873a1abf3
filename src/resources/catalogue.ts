import { dayOf } from './day-of.ts';
import { defineResource, type Resource } from './define-resource.ts';

const json = 'application/json';
/** The most the tools give at once: no URI asks for the rest. */
const maxChars = 30_000;

/** Every resource; of two templates that fit a URI the first counts. */
export const resources: readonly Resource[] = [
  defineResource({
    uri: 'mailbox://inbox',
    name: 'inbox',
    title: 'Inbox',
    description: 'The latest e-mails in the inbox, newest first',
    mimeType: json,
    tool: 'search_emails',
    variables: {},
    showsFolder: () => 'inbox',
    arguments: () => ({ folder: 'inbox' }),
  }),
  defineResource({
    uri: 'mailbox://folders',
    name: 'folders',
    title: 'Mail folders',
    description: 'All mail folders with total and unread counts',
    mimeType: json,
    tool: 'get_folders',
    variables: {},
    arguments: () => ({}),
  }),
  defineResource({
    uri: 'mailbox://agenda/today',
    name: 'agenda_today',
    title: "Today's agenda",
    description: "Today's events from all calendars",
    mimeType: json,
    tool: 'get_calendar_events',
    variables: {},
    arguments: (_variables, today) => ({ start: today, end: today }),
  }),
  defineResource({
    uri: 'mailbox://mail/{id}/attachment/{part}',
    name: 'attachment',
    title: 'Attachment',
    description: 'The text of an attachment, or the image',
    tool: 'get_attachment',
    // An id may hold a slash and "attachment", too; what follows it is never a part number (RFC 9051 §6.4.5).
    variables: { id: {}, part: { pattern: String.raw`\d+(?:\.\d+)*` } },
    arguments: (variable) => ({ id: variable('id'), part: variable('part'), maxChars }),
  }),
  defineResource({
    uri: 'mailbox://mail/{id}',
    name: 'mail',
    title: 'E-mail',
    description: 'An e-mail by its id: people, clean text, attachments, warnings. Leaves it unread',
    mimeType: json,
    tool: 'get_email',
    variables: { id: {} },
    arguments: (variable) => ({ id: variable('id'), maxChars }),
  }),
  defineResource({
    uri: 'mailbox://folder/{path}',
    name: 'folder',
    title: 'Mail folder',
    description: 'The latest e-mails in a folder, by path or role',
    mimeType: json,
    tool: 'search_emails',
    variables: { path: { completes: 'folder' } },
    showsFolder: (variable) => variable('path'),
    arguments: (variable) => ({ folder: variable('path') }),
  }),
  defineResource({
    uri: 'mailbox://agenda/{date}',
    name: 'agenda',
    title: 'Agenda of a day',
    description: 'The events of a day (ISO date, today or tomorrow) from all calendars',
    mimeType: json,
    tool: 'get_calendar_events',
    variables: { date: { completes: 'date' } },
    arguments: (variable, today) => {
      const day = dayOf(variable('date'), today);
      return { start: day, end: day };
    },
  }),
  defineResource({
    uri: 'mailbox://calendar/{calendar}',
    name: 'calendar',
    title: 'Calendar',
    description: 'The coming seven days of one calendar, by name or id',
    mimeType: json,
    tool: 'get_calendar_events',
    variables: { calendar: { completes: 'calendar' } },
    arguments: (variable, today) => ({ calendar: variable('calendar'), start: today }),
  }),
];
