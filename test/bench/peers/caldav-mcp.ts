import type { Peer } from './peer.ts';

/** github.com/dominik1001/caldav-mcp. It has no mail. */
export const caldavMcp: Peer = {
  name: 'caldav-mcp',
  npm: { version: '0.10.0', held: [] },
  env: ({ address, password, caldavUrl, caFile }) => ({
    CALDAV_BASE_URL: caldavUrl,
    CALDAV_USERNAME: address,
    CALDAV_PASSWORD: password,
    ...(caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: caFile }),
  }),
  calendar: {
    first: { tool: 'list-calendars', args: {} },
    calendarOf: (answer, name) => {
      const calendars = JSON.parse(answer) as { displayName: string; url: string }[];
      return calendars.find(({ displayName }) => displayName === name)?.url ?? '';
    },
    events: (calendarUrl, start, end) => ({ tool: 'list-events', args: { calendarUrl, start, end } }),
    readEvents: (answer) =>
      (JSON.parse(answer) as { summary: string; start: string; end: string }[]).map(
        ({ summary: title, start, end }) => ({ title, start, end }),
      ),
    create: (calendarUrl, { title: summary, start, end, weeks }) => ({
      tool: 'create-event',
      args: {
        calendarUrl,
        summary,
        start,
        end,
        ...(weeks === undefined ? {} : { recurrenceRule: { freq: 'WEEKLY', count: weeks } }),
      },
    }),
  },
};
