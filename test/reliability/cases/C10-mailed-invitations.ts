import type { AnsweredInvitation } from '../../../src/domain/calendar.ts';
import type { Email } from '../../../src/domain/mail.ts';
import { letter } from '../../support/letters.ts';
import { type Case, Tally } from '../case.ts';
import { alice, atCalendar, bob, type CalendarDesk, ics } from '../support/calendar-desk.ts';
import { shuffled } from '../support/shuffled.ts';

const organizer = 'boss@outside.example';
const stranger = 'eve@evil.example';
const behaviours = ['plain', 'open-xchange'] as const;
const methods = ['CANCEL', 'REPLY', 'COUNTER', 'DECLINECOUNTER', 'ADD', 'REFRESH'] as const;
const responses = ['accepted', 'declined', 'tentative'] as const;

/** A mail with a calendar object in it, beside what is stored of that event. */
interface Mailed {
  method: string;
  from: string;
  organizer: string;
  sequence: number;
  /** Of the receiving server. */
  authentication: 'pass' | 'fail' | undefined;
}

/** The stored event: an invitation of somebody else's, or the user's own with people. */
const kinds = ['invitation', 'own'] as const;
type Kind = (typeof kinds)[number];

interface Input {
  kind: Kind;
  mailed: Mailed;
  /** What is asked for beside reading. */
  response?: (typeof responses)[number];
  /** Warnings that have to be told with an answer that is given; none: it must be refused. */
  warnings?: readonly string[];
}

export const mailedInvitations: Case = {
  id: 'C10',
  title:
    "strangers' and outdated calendar mail: nothing of it is applied silently, and answers say what is wrong with it",
  async run(effort) {
    const tally = new Tally(effort);
    const all = inputs();
    const share = { ...effort, budgetMs: effort.budgetMs / behaviours.length };
    for (const behaviour of behaviours) {
      await atCalendar({ behaviour }, async (desk) => {
        const clock = new Tally(share);
        for (const [nth, input] of shuffled(all, effort.seed).entries()) {
          if (clock.isOver) break;
          const { kind, mailed, response } = input;
          const about = `${mailed.method} ${mailed.sequence} by ${mailed.from} for ${mailed.organizer}`;
          const name = `${behaviour}: ${about} (${mailed.authentication}), stored ${kind}, ${response ?? 'read'}`;
          tally.count(name, await tried(desk, input, `u${nth}`));
        }
      });
    }
    return tally.outcome({ of: all.length * behaviours.length });
  },
};

function inputs(): Input[] {
  const base = { organizer, sequence: 9, authentication: undefined };
  const others = methods.flatMap((method) =>
    kinds.flatMap((kind) =>
      [stranger, kind === 'own' ? bob : organizer].flatMap((from) =>
        [undefined, ...responses].map((response): Input => {
          const mailed = { ...base, method, from, organizer: kind === 'own' ? alice : organizer };
          return { kind, mailed, ...(response && { response }) };
        }),
      ),
    ),
  );
  const request = { ...base, method: 'REQUEST' };
  const requests = responses.flatMap((response): Input[] => [
    {
      kind: 'invitation',
      mailed: { ...request, from: organizer, sequence: 0 },
      response,
      warnings: ['outdated_invitation'],
    },
    {
      kind: 'invitation',
      mailed: { ...request, from: stranger },
      response,
      warnings: ['sender_not_organizer'],
    },
    {
      kind: 'invitation',
      mailed: { ...request, from: stranger, organizer: stranger },
      response,
      warnings: ['sender_not_organizer'],
    },
    {
      kind: 'invitation',
      mailed: { ...request, from: organizer, authentication: 'fail' },
      response,
      warnings: ['authentication_failed'],
    },
    { kind: 'own', mailed: { ...request, from: stranger, organizer: stranger }, response },
    { kind: 'own', mailed: { ...request, from: stranger, organizer: alice }, response },
  ]);
  const read = requests
    .filter(({ response }) => response === 'accepted')
    .map(({ kind, mailed }) => ({ kind, mailed }));
  return [...others, ...requests, ...read];
}

async function tried(
  desk: CalendarDesk,
  { kind, mailed, response, warnings }: Input,
  uid: string,
): Promise<string[]> {
  const before = stored(kind, uid);
  desk.calendar().put(`${uid}.ics`, before);
  await desk.events({ start: '2027-06-07', end: '2027-06-13' });
  const emailId = deliver(desk, mailed, uid);
  const email = await desk.call<Email>('get_email', { id: emailId });
  const wrong = email.ok ? [] : [`get_email: ${JSON.stringify(email.error)}`];
  await desk.call('get_email_thread', { id: emailId });
  if (held(desk, uid) !== before) wrong.push('reading the mail changed the event');
  const sent = desk.sandbox.smtp.accepted.length + desk.sandbox.caldav.scheduled.length;
  if (!response) return wrong;
  const answer = await desk.call<AnsweredInvitation>('respond_to_invitation', { emailId, response });
  const now = held(desk, uid);
  if (!warnings) {
    if (answer.ok) wrong.push(`answered: ${JSON.stringify(answer.data.warnings)}`);
    else if (answer.error.code === 'internal') wrong.push(`internal: ${answer.error.message}`);
    if (now !== before) wrong.push('refused, and the event has changed');
    const left = desk.sandbox.smtp.accepted.length + desk.sandbox.caldav.scheduled.length - sent;
    return left > 0 ? [...wrong, `refused, and ${left} messages have left`] : wrong;
  }
  if (!answer.ok) return [...wrong, `refused: ${answer.error.message}`];
  const codes = answer.data.warnings?.map(({ code }) => code) ?? [];
  for (const code of warnings) if (!codes.includes(code)) wrong.push(`no ${code} among ${codes}`);
  return [...wrong, ...taken(now)];
}

/** The mail says another time, place and title; none of it may stand in the event. */
function taken(now: string): string[] {
  const lines = now.replace(/\r?\n[ \t]/gu, '');
  const foreign = ['SUMMARY:Forged', 'LOCATION:Elsewhere', 'T150000', stranger, 'STATUS:CANCELLED'];
  return foreign.filter((text) => lines.includes(text)).map((text) => `${text} stands in the event`);
}

function held(desk: CalendarDesk, uid: string): string {
  return desk.calendar().resources.get(`${uid}.ics`)?.body ?? 'gone';
}

function stored(kind: Kind, uid: string): string {
  const people =
    kind === 'own'
      ? [`ORGANIZER:mailto:${alice}`, `ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:${bob}`]
      : [`ORGANIZER:mailto:${organizer}`, `ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:${alice}`];
  const times = ['DTSTART:20270607T080000Z', 'DURATION:PT1H', 'SEQUENCE:2'];
  return ics([`UID:${uid}`, 'SUMMARY:Genuine', 'LOCATION:Here', ...times, ...people]);
}

/** Resolves to the id of the mail. */
function deliver(desk: CalendarDesk, mailed: Mailed, uid: string): string {
  const { method, from, sequence, authentication } = mailed;
  const lines = [
    ...[`UID:${uid}`, 'SUMMARY:Forged', 'LOCATION:Elsewhere', `SEQUENCE:${sequence}`],
    ...['DTSTART:20270609T150000Z', 'DURATION:PT1H', `ORGANIZER:mailto:${mailed.organizer}`],
    ...[`ATTENDEE;PARTSTAT=DECLINED:mailto:${from}`, `ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:${alice}`],
    ...(method === 'CANCEL' ? ['STATUS:CANCELLED'] : []),
  ];
  const body = ics(lines).replace('VERSION:2.0', `VERSION:2.0\r\nMETHOD:${method}`);
  const domain = from.slice(from.indexOf('@') + 1);
  const checked = `Authentication-Results: mx.rig.test; dmarc=${authentication} header.from=${domain}`;
  const headers = [
    `Content-Type: text/calendar; charset=utf-8; method=${method}`,
    ...(authentication ? [checked] : []),
  ];
  const mail = letter({ subject: 'Meeting', from, to: alice, headers, body, id: `<${uid}@rig.test>` });
  const { uid: number } = desk.sandbox.deliver(alice, 'INBOX', mail);
  const { uidValidity } = desk.sandbox.store.account(alice).find('INBOX') ?? { uidValidity: 0 };
  return `INBOX/${uidValidity.toString(36)}-${number}`;
}
