export type Behaviour = 'plain' | 'open-xchange';

/**
 * In what the two behaviours differ. `open-xchange` does as mailbox.org by measurement and by the source of OX App Suite;
 * where those do not tell, as `plain`.
 */
export interface Dialect {
  name: Behaviour;
  /** WWW-Authenticate. */
  challenge: string;
  /** Tells organizers and attendees itself, unless an option says otherwise. */
  schedules: boolean;
  /** What OPTIONS says beside the classes everybody has. */
  extensions: string;
  /** Home and collections are the same for everybody, without a user in the path. */
  flatPaths: boolean;
  wellKnown(origin: string): string;
  /** In XML; in headers they always are. */
  quotesEtags: boolean;
  /** A PUT answers 204 when something was there, and says the ETag. */
  tellsEtag: boolean;
  /** A resource also answers to `<UID>.ics`. */
  findsByUid: boolean;
  /** Filters beyond time-range are looked at. */
  filters: boolean;
  /** An ATTENDEE's SCHEDULE-AGENT is looked at (RFC 6638 §7.1). */
  heedsScheduleAgent: boolean;
  /** The body is put into the server's own words, overrides left out stay, a lower SEQUENCE is refused. */
  ownsBody: boolean;
  /** Answers to a body nobody can read, and to a UID that exists already in the collection. */
  unreadable: number;
  uidConflict: number;
  /** Objects a sync-collection tells at once. */
  maxResults: number;
  maxResourceSize: number;
  /** Years before and after now in which a listing shows anything; it stores what lies outside. */
  window: { before: number; after: number } | undefined;
}

const plain: Dialect = {
  name: 'plain',
  challenge: 'Basic realm="Sandbox", charset="UTF-8"',
  schedules: false,
  extensions: '',
  flatPaths: false,
  wellKnown: () => '/',
  quotesEtags: true,
  tellsEtag: true,
  findsByUid: false,
  filters: true,
  heedsScheduleAgent: true,
  ownsBody: false,
  unreadable: 403,
  uidConflict: 409,
  maxResults: Infinity,
  maxResourceSize: 10_000_000,
  window: undefined,
};

const openXchange: Dialect = {
  name: 'open-xchange',
  challenge: 'Basic realm="OX WebDAV", encoding="UTF-8"',
  schedules: true,
  extensions: ', calendarserver-sharing, calendarserver-private-events, calendarserver-recurrence-split',
  flatPaths: true,
  wellKnown: (origin) => `${origin}/caldav/`,
  quotesEtags: false,
  tellsEtag: false,
  findsByUid: true,
  filters: false,
  heedsScheduleAgent: false,
  ownsBody: true,
  unreadable: 400,
  uidConflict: 403,
  maxResults: 1000,
  maxResourceSize: 10_485_760,
  window: { before: 30, after: 10 },
};

export function dialectOf(behaviour: Behaviour): Dialect {
  return behaviour === 'plain' ? plain : openXchange;
}
