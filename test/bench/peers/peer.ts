/** A tool and its arguments, under the server's own names. */
export interface Call {
  tool: string;
  args: Record<string, unknown>;
}

/** A mail as a server lists it. */
export interface ListedMail {
  /** For `read`. */
  id: string;
  subject: string;
  /** As shown: an address, or a name and an address. */
  from: string;
  /** As shown; ISO 8601 where the server is clear about it. */
  date: string;
}

/** An event as a server shows it. */
export interface ShownEvent {
  title: string;
  /** A day alone says that it is all-day. */
  start: string;
  end: string;
}

export interface NewEvent {
  title: string;
  /** ISO 8601 with offset. */
  start: string;
  end: string;
  /** Of a weekly series. */
  weeks?: number;
}

/** How one asks a server about mail. A tool it does not have is absent; a reader throws when it does not know the answer. */
export interface MailTools {
  /** Warms it up: the least it can be asked. */
  first: Call;
  list(limit: number): Call;
  readList(answer: string): ListedMail[];
  read(id: string): Call;
  readText(answer: string): string;
  searchSender?(address: string): Call;
  searchText?(word: string): Call;
}

/** How one asks a server about the calendar. */
export interface CalendarTools {
  /** Lists the calendars, and so warms it up. */
  first: Call;
  /** How the tools name the calendar that is called so. */
  calendarOf(answer: string, name: string): string;
  /** From the beginning of one day to the beginning of another, ISO 8601 with offset. */
  events(calendar: string, from: string, to: string): Call;
  readEvents(answer: string): ShownEvent[];
  create?(calendar: string, event: NewEvent): Call;
}

/** Where the mailbox and the calendars of one server under test are, all by TLS. */
export interface Place {
  address: string;
  password: string;
  host: string;
  imapPort: number;
  caldavUrl: string;
  /** PEM of the CA that vouches for both; absent when nobody does. */
  caFile?: string;
}

/** What npm is to install: exactly this version, since its answers are read by one who knows them. */
export interface NpmPackage {
  version: string;
  /** Dependencies to hold at the version of this repository should the package not install as it is. */
  held: readonly string[];
}

/** A server under test. */
export interface Peer {
  name: string;
  /** Absent for the built server of this repository. */
  npm?: NpmPackage;
  env(place: Place): Record<string, string>;
  mail?: MailTools;
  calendar?: CalendarTools;
}
