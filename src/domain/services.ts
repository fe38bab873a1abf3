import type { CalendarPort, SchedulePort } from './calendar-port.ts';
import type { FilingPort } from './filing-port.ts';
import type { MailPort } from './mail-port.ts';
import type { OutboxPort } from './outbox-port.ts';
import type { StatusPort } from './status.ts';
import type { WatchPort } from './watch-port.ts';

/** The ports of an account, or of several that look like one. */
export interface Services {
  mail: MailPort;
  filing: FilingPort;
  outbox: OutboxPort;
  calendar: CalendarPort;
  schedule: SchedulePort;
  status: StatusPort;
  watch: WatchPort;
}
