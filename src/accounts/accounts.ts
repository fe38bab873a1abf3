import type { CacheRegion } from '../domain/cache-port.ts';
import type { EventSummary } from '../domain/calendar.ts';
import type { EmailSummary } from '../domain/mail.ts';
import type { Services } from '../domain/services.ts';
import type { StatusPort } from '../domain/status.ts';
import type { WatchPort } from '../domain/watch-port.ts';
import { type Account, type Member, withCalendars } from './account.ts';
import { calendarOf, scheduleOf } from './calendar-of.ts';
import { CalendarOfAll } from './calendar-of-all.ts';
import { Choice } from './choice.ts';
import { explained, explaining } from './explaining.ts';
import { type FoldersOfAll, foldersOfAll } from './folders-of-all.ts';
import { type Grace, type GraceTimes, hearing, learningGrace } from './grace.ts';
import { Handles, type Kept } from './handles.ts';
import { filingOf, mailOf, outboxOf } from './mail-of.ts';
import { type SearchOfAll, searchOfAll } from './mail-of-all.ts';
import { MergedList } from './merged-list.ts';
import { routedCalendar, routedSchedule } from './routed-calendar.ts';
import { routedFiling, routedMail, routedOutbox } from './routed-mail.ts';
import { type StatusOptions, statusOfAll } from './status-of-all.ts';
import type { Stream } from './stream.ts';
import { watchOfAll } from './watch-of-all.ts';

type Whose = { account: string };
/** What the cursors of a list over all accounts stand for. */
export type ListRegion<Entry> = CacheRegion<Kept<readonly Stream<Entry & Whose>[]>>;

export interface AccountsOptions {
  /** At least one; the first is the default one. */
  accounts: readonly Account[];
  emails: ListRegion<EmailSummary>;
  events: ListRegion<EventSummary>;
  status: StatusOptions;
  /** IANA zone of all accounts. */
  zone: string;
  /** How long the others have once an account has answered. */
  grace?: GraceTimes;
}

/**
 * Several accounts that look like one. Each keeps its own connections, caches and limits and is opened by the first
 * call that needs it, so that one that is down neither slows nor hides the others.
 */
export class Accounts {
  private readonly members: readonly Member[];
  private readonly mail: { search: SearchOfAll; folders: FoldersOfAll };
  private readonly calendars: CalendarOfAll;
  private readonly status: StatusPort;
  private readonly watch: WatchPort;
  private readonly span: { zone: string; grace: Grace };

  constructor({ accounts: given, emails, events, status, zone, grace: times = {} }: AccountsOptions) {
    const graces = { mail: learningGrace(times), calendar: learningGrace(times) };
    const accounts = given.map(inOwnWords);
    const names = accounts.map(({ name }) => name);
    this.members = accounts.map((account) => memberOf(account, names, graces));
    this.span = { zone, grace: graces.calendar };
    this.mail = {
      search: searchOfAll(this.members, new MergedList(new Handles(emails), graces.mail)),
      folders: foldersOfAll(this.members, graces.mail),
    };
    this.calendars = new CalendarOfAll({
      ...{ members: withCalendars(this.members), ...this.span },
      list: new MergedList(new Handles(events), graces.calendar),
    });
    this.status = statusOfAll(accounts, status);
    this.watch = watchOfAll(
      this.members.map(({ services }) => services.watch),
      { graceMs: times.usualMs ?? 5_000 },
    );
  }

  /** The ports of one call. @param said the account it names, or `all`; without, ids decide or the default has it */
  services(said?: string): Services {
    const choice = new Choice(this.members, said);
    return {
      mail: routedMail(choice, this.mail),
      filing: routedFiling(choice),
      outbox: routedOutbox(choice),
      calendar: routedCalendar(choice, this.calendars, this.span),
      schedule: routedSchedule(choice),
      status: this.status,
      watch: choice.named?.services.watch ?? this.watch,
    };
  }
}

/** What calls over all accounts ask for. */
const mailLists = ['search', 'folders'] as const;
const calendarLists = ['getEvents', 'searchEvents', 'listCalendars', 'getFreeBusy'] as const;

/** What goes wrong is told with the names its settings have. */
function inOwnWords({ open, words, ...account }: Account): Account {
  if (!words) return { ...account, open };
  return { ...account, open: async () => explaining(await explained(open, words), words) };
}

function memberOf(
  account: Account,
  names: readonly string[],
  graces: { mail: Grace; calendar: Grace },
): Member {
  const { name, addresses, withoutCalendars = false, notSetUp = false, open } = account;
  const services = {
    mail: hearing(mailOf(account), mailLists, name, graces.mail),
    filing: filingOf(account),
    outbox: outboxOf(account),
    calendar: hearing(calendarOf(account, names), calendarLists, name, graces.calendar),
    schedule: scheduleOf(account),
    status: { status: async (context) => await (await open()).status.status(context) } satisfies StatusPort,
    watch: {
      watch: async (onChange, context) => await (await open()).watch.watch(onChange, context),
    } satisfies WatchPort,
  };
  return { name, addresses, withoutCalendars, notSetUp, services };
}
