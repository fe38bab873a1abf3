import { simpleParser } from 'mailparser';
import type { AnsweredInvitation, EventSummary } from '../../src/domain/calendar.ts';
import type { EventFields, InvitationAnswer } from '../../src/domain/calendar-port.ts';
import type { Colleague } from './calendar-offices.ts';
import { asked, type CalendarRig, eventsOf } from './calendar-rig.ts';
import { day, linesOf, single } from './calendar-texts.ts';
import { letter } from './letters.ts';

export const stranger = 'eve@outside.example';
/** Bob's line in what he is invited to. */
export const invited = 'ATTENDEE;RSVP=TRUE;PARTSTAT=NEEDS-ACTION:mailto:bob@rig.test';

/** What alice organises. */
export interface Meeting {
  title: string;
  calendar: string;
  uid: string;
  /** Of the whole event. */
  id: string;
}

/** A mail with a calendar object in it. */
export interface ItipRead {
  subject: string;
  from: string;
  method: string | undefined;
  /** Unfolded lines. */
  lines: string[];
}

/** Alice and the colleagues she invites; `schedules`: their server tells them, else mail does. */
export class Meetings {
  private readonly rig: CalendarRig;
  private readonly schedules: boolean;

  constructor(rig: CalendarRig, schedules: boolean) {
    this.rig = rig;
    this.schedules = schedules;
  }

  /** In a calendar of its own. Bob is invited, unless `fields` say otherwise. */
  async called(title: string, fields: Omit<EventFields, 'title' | 'start'> = {}): Promise<Meeting> {
    const calendar = await this.rig.emptyCalendar();
    const { schedule } = await this.rig.session();
    const standard = { duration: 45, attendees: [this.rig.office.address('bob')] };
    const place = { title, calendar, start: `${day(0)}T09:30` };
    const { id } = await schedule.createEvent({ ...standard, ...fields, ...place }, asked());
    const uid = linesOf((await this.rig.onlyHeld(calendar)).ics)
      .find((line) => line.startsWith('UID:'))
      ?.slice(4);
    return { title, calendar, uid: uid ?? '', id };
  }

  /** Answers where the invitation is found: in the calendar, or in the mail. */
  async answered(
    { title }: Meeting,
    answer: Pick<InvitationAnswer, 'response' | 'comment'>,
    user: Colleague = 'bob',
  ): Promise<AnsweredInvitation> {
    const { schedule, account } = await this.rig.session(user);
    if (this.schedules) {
      const [first] = await this.inInbox(title, user);
      const [id = ''] = first?.id.split('@') ?? [];
      return await schedule.respond({ ...answer, id }, asked());
    }
    const { emails } = await account.mail.search({ subject: title, folder: 'INBOX' }, asked());
    return await schedule.respond({ ...answer, emailId: emails[0]?.id }, asked());
  }

  /** Puts an invitation of somebody on another server into bob's INBOX. Resolves to the id of the mail. */
  async mailedByStranger(title: string, uid: string, time = '09:30', sequence = 0): Promise<string> {
    const lines = [`SEQUENCE:${sequence}`, `SUMMARY:${title}`, `ORGANIZER:mailto:${stranger}`, invited];
    return await this.mailed(
      single(uid, 2, time, ...lines),
      sequence === 0 ? title : `${title} (${sequence})`,
    );
  }

  /** Puts such a text as a REQUEST into bob's INBOX. Resolves to the id of the mail. */
  async mailed(ics: string, subject: string, from = stranger): Promise<string> {
    const body = ics.replace('VERSION:2.0', 'VERSION:2.0\r\nMETHOD:REQUEST');
    const headers = ['Content-Type: text/calendar; charset=utf-8; method=REQUEST'];
    const mail = letter({ subject, from, headers, body });
    this.rig.office.sandbox.deliver(this.rig.office.address('bob'), 'INBOX', mail);
    const { account } = await this.rig.session('bob');
    const { emails } = await account.mail.search({ subject, folder: 'INBOX' }, asked());
    return emails.find((email) => email.subject === subject)?.id ?? '';
  }

  /** What a session of that user shows of it in the calendar where invitations arrive. */
  async inInbox(title: string, user: Colleague = 'bob'): Promise<EventSummary[]> {
    const { calendar } = await this.rig.session(user);
    const window = { start: day(0), end: day(60), calendar: this.rig.office.inbox };
    const events = eventsOf(await calendar.getEvents(window, asked()));
    return events.filter((event) => event.title === title);
  }

  /** The unfolded lines of that user's copy; none when there is no copy. */
  async copy({ uid }: Meeting, user: Colleague = 'bob'): Promise<string[]> {
    return linesOf((await this.rig.textOf(this.rig.office.inbox, uid, user)) ?? '');
  }

  /** As alice holds it. */
  async own({ calendar, uid }: Meeting): Promise<string[]> {
    return linesOf((await this.rig.textOf(calendar, uid)) ?? '');
  }

  /** The mails about it in that user's INBOX, those with the same subject oldest first. */
  async mails({ title }: Meeting, user: Colleague): Promise<ItipRead[]> {
    const subjects = ['', 'Accepted: ', 'Declined: ', 'Tentative: ', 'Cancelled: '].map(
      (word) => word + title,
    );
    const raw = subjects.flatMap((subject) => this.rig.office.mails(user, subject));
    return await Promise.all(raw.map(readItip));
  }
}

async function readItip(raw: Buffer): Promise<ItipRead> {
  const { subject = '', from, attachments } = await simpleParser(raw);
  const [ics] = attachments.filter(({ contentType }) => contentType === 'text/calendar');
  const lines = linesOf(ics?.content.toString('utf8') ?? '');
  const method = lines.find((line) => line.startsWith('METHOD:'))?.slice(7);
  return { subject, from: from?.value[0]?.address ?? '', method, lines };
}

/** PARTSTAT of each line of that address, in their order; NEEDS-ACTION is what none means (RFC 5545 §3.2.12). */
export function answersOf(lines: readonly string[], address: string): string[] {
  const own = lines.filter(
    (line) => line.startsWith('ATTENDEE') && line.toLowerCase().endsWith(`:mailto:${address}`),
  );
  return own.map((line) => /;PARTSTAT="?([A-Z-]+)/u.exec(line)?.[1] ?? 'NEEDS-ACTION');
}
