import { letter, mixed, part, parts } from '../../support/letters.ts';
import { encodedWord } from './payloads/payload.ts';

/** Where a sender can put words of their own into a mail; each makes a mail with the forgery in that place. */
export const mailFields: Record<string, (forgery: string) => Buffer> = {
  subject: (text) => letter({ subject: encodedWord(text) }),
  'name of the sender': (text) => letter({ from: `${encodedWord(text)} <x@else.test>` }),
  'quoted name': (text) => letter({ from: `"${quotable(text)}" <x@else.test>` }),
  'address of the sender': (text) => letter({ from: `"${quotable(text)}"@else.test` }),
  'name of a recipient': (text) => letter({ to: `${encodedWord(text)} <x@else.test>` }),
  'Reply-To': (text) => letter({ headers: [`Reply-To: ${encodedWord(text)} <y@else.test>`] }),
  'Message-ID': (text) => letter({ id: `<${line(text).replace(/[<>]/gu, '')}@else.test>` }),
  References: (text) => letter({ headers: [`References: <${line(text).replace(/[<>]/gu, '')}@else.test>`] }),
  'List-Id': (text) => letter({ headers: [`List-Id: ${line(text)} <list.else.test>`] }),
  'List-Unsubscribe': (text) => letter({ headers: [`List-Unsubscribe: <https://else.test/${line(text)}>`] }),
  'Authentication-Results': (text) =>
    letter({
      headers: [`Authentication-Results: sandbox.test; dmarc=${line(text)} header.from=${line(text)}`],
    }),
  Date: (text) => letter({ date: line(text) }),
  charset: (text) => letter({ headers: [`Content-Type: text/plain; charset="${quotable(text)}"`] }),
  'content type': (text) => letter({ headers: [`Content-Type: ${line(text)}`] }),
  body: (text) => letter({ body: text }),
  html: (text) => letter({ headers: ['Content-Type: text/html; charset=utf-8'], body: `<p>${text}</p>` }),
  'link in HTML': (text) =>
    letter({
      headers: ['Content-Type: text/html; charset=utf-8'],
      body: `<a href="https://else.test/${encodeURI(text.replace(/\p{Cs}/gu, ''))}">https://bank.test</a>`,
    }),
  'file name': (text) => attached(`filename*=utf-8''${encodeURIComponent(text.replace(/\p{Cs}/gu, ''))}`),
  'quoted file name': (text) => attached(`filename="${quotable(text)}"`),
  'attached text': (text) => attached('filename=a.txt', text),
  'attached mail': (text) =>
    attached('filename=a.eml', letter({ subject: encodedWord(text) }).toString(), 'message/rfc822'),
  'title of an invitation': (text) => invited([`SUMMARY:${escaped(text)}`]),
  'organizer of an invitation': (text) =>
    invited(['SUMMARY:Sync', `ORGANIZER;CN="${quotable(text)}":mailto:x@else.test`]),
  'method of an invitation': (text) => invited(['SUMMARY:Sync'], line(text)),
};

/** Where whoever writes into a calendar can put words. */
export const eventFields: Record<string, (forgery: string) => string[]> = {
  SUMMARY: (text) => [`SUMMARY:${escaped(text)}`],
  LOCATION: (text) => ['SUMMARY:Sync', `LOCATION:${escaped(text)}`],
  DESCRIPTION: (text) => ['SUMMARY:Sync', `DESCRIPTION:${escaped(text)}`],
  URL: (text) => ['SUMMARY:Sync', `URL:https://else.test/${line(text)}`],
  STATUS: (text) => ['SUMMARY:Sync', `STATUS:${line(text)}`],
  RRULE: (text) => ['SUMMARY:Sync', `RRULE:FREQ=DAILY;COUNT=2;X-${line(text)}`],
  'name of an attendee': (text) => ['SUMMARY:Sync', `ATTENDEE;CN="${quotable(text)}":mailto:x@else.test`],
  'address of an attendee': (text) => ['SUMMARY:Sync', `ATTENDEE:mailto:${line(text)}@else.test`],
  'state of an attendee': (text) => [
    'SUMMARY:Sync',
    `ATTENDEE;PARTSTAT="${quotable(text)}":mailto:x@else.test`,
  ],
  'name of the organizer': (text) => ['SUMMARY:Sync', `ORGANIZER;CN="${quotable(text)}":mailto:x@else.test`],
  'time zone': (text) => ['SUMMARY:Sync', `DTSTART;TZID="${quotable(text)}":20261110T120000`],
  trigger: (text) => ['SUMMARY:Sync', 'BEGIN:VALARM', `TRIGGER:${line(text)}`, 'END:VALARM'],
};

/** On one line, as headers and answers of servers have to be. */
export function line(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ');
}

function quotable(text: string): string {
  return line(text).replace(/["\\]/gu, "'");
}

function escaped(text: string): string {
  return text.replace(/\r?\n/gu, '\\n').replace(/\p{Cs}|\0/gu, '');
}

function attached(disposition: string, body = 'x', type = 'text/plain'): Buffer {
  const file = part([`Content-Type: ${type}`, `Content-Disposition: attachment; ${disposition}`], body);
  return letter({
    headers: [mixed('qq')],
    body: parts('qq', part(['Content-Type: text/plain'], 'See'), file),
  });
}

function invited(lines: readonly string[], method = 'REQUEST'): Buffer {
  const event = ['UID:forged@else.test', 'DTSTAMP:20261101T000000Z', 'DTSTART:20261110T100000Z', ...lines];
  const body = [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', `METHOD:${method}`, 'BEGIN:VEVENT', ...event],
    ...['END:VEVENT', 'END:VCALENDAR', ''],
  ].join('\r\n');
  return letter({ headers: ['Content-Type: text/calendar; method=REQUEST; charset=utf-8'], body });
}
