import type { Peer } from './peer.ts';

interface Mails {
  emails: { id: string; date: string; from: string; subject: string }[];
}

interface Events {
  events: { title: string; start: string; end: string }[];
}

/** The built server of this repository. */
export const ourServer: Peer = {
  name: 'mailbox-mcp-server',
  env: ({ address, password, host, imapPort, caldavUrl, caFile }) => ({
    MAILBOX_EMAIL: address,
    MAILBOX_PASSWORD: password,
    MAILBOX_IMAP_HOST: host,
    MAILBOX_IMAP_PORT: String(imapPort),
    MAILBOX_SMTP_HOST: host,
    MAILBOX_CALDAV_URL: caldavUrl,
    MAILBOX_TIMEZONE: 'Europe/Berlin',
    // Nothing may be fetched between the calls, where nobody counts it.
    MAILBOX_PREFETCH: 'false',
    ...(caFile === undefined ? {} : { MAILBOX_CA_FILE: caFile }),
  }),
  mail: {
    first: { tool: 'search_emails', args: { folder: 'INBOX', limit: 1 } },
    list: (limit) => ({ tool: 'search_emails', args: { folder: 'INBOX', limit } }),
    readList: (answer) => (JSON.parse(answer) as Mails).emails,
    read: (id) => ({ tool: 'get_email', args: { id } }),
    readText: (answer) => (JSON.parse(answer) as { body: { text: string } }).body.text,
    searchSender: (from) => ({ tool: 'search_emails', args: { folder: 'INBOX', from } }),
    searchText: (query) => ({ tool: 'search_emails', args: { folder: 'INBOX', query } }),
  },
  calendar: {
    first: { tool: 'list_calendars', args: {} },
    calendarOf: (answer, name) => {
      const { calendars } = JSON.parse(answer) as { calendars: { id: string; name: string }[] };
      return calendars.find((calendar) => calendar.name === name)?.id ?? '';
    },
    events: (calendar, start, end) => ({ tool: 'get_calendar_events', args: { calendar, start, end } }),
    readEvents: (answer) => (JSON.parse(answer) as Events).events,
    create: (calendar, { weeks, ...event }) => ({
      tool: 'create_event',
      args: {
        calendar,
        ...event,
        ...(weeks === undefined ? {} : { recurrence: `FREQ=WEEKLY;COUNT=${weeks}` }),
      },
    }),
  },
};
