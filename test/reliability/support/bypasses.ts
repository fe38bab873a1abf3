import type { EventPage } from '../../../src/domain/calendar.ts';
import type { Draft } from '../../../src/domain/outbox.ts';
import { letter } from '../../support/letters.ts';
import { ics } from './calendar-desk.ts';
import { alice, bob, type SendingDesk } from './sending-desk.ts';

export const stranger = 'x@evil.test';

export interface Bypass {
  name: string;
  /** What it is told does not matter, only what leaves and what changes. */
  tried(desk: SendingDesk): Promise<void>;
}

let letters = 0;
const fresh = () => ({ subject: `Letter ${++letters}`, text: `Letter ${letters}` });
type Args = Record<string, unknown>;

/** Ways to write an address that looks like one of those allowed. */
const disguises = [
  ...[
    stranger,
    `"${bob}" <${stranger}>`,
    `${bob} <${stranger}>`,
    `${bob}: ${stranger};`,
    `${bob}, ${stranger}`,
  ],
  ...[
    `${bob}; ${stranger}`,
    `${stranger} (${bob})`,
    `${stranger}(${bob})`,
    `"${bob}"@evil.test`,
    `${bob}@evil.test`,
  ],
  ...[
    `<@sandbox.test:${stranger}>`,
    `x@evil.ally.test`,
    'x@ally.test.evil.test',
    'x@al\u0443.test',
    'x@ally.test\u3002evil.test',
  ],
  ...[
    'x@xn--ally.test',
    'x@evil.test\0@ally.test',
    `${bob}\r\nRCPT TO:<${stranger}>`,
    `${bob}>\r\nRCPT TO:<${stranger}`,
  ],
  ...[
    'x@[127.0.0.1]',
    'bob+evil@sandbox.test',
    'bob@SANDBOX.test.evil.test',
    `=?utf-8?q?${bob}?= <${stranger}>`,
  ],
  ...[
    `Undisclosed: ${stranger}, ${bob};`,
    `<${bob}> <${stranger}>`,
    `${bob} ${stranger}`,
    'x@ally.test%2eevil.test',
    'postmaster',
  ],
  ...[
    `"x@evil.test"@ally.test.`,
    'X@EVIL.TEST',
    `mailto:${stranger}`,
    `<${stranger}>,${bob}`,
    'x@ⓔvil.test',
    '"x@evil.test,"@evil.test',
  ],
];

function put(desk: SendingDesk, raw: Buffer | string, folder = 'INBOX', flags: string[] = []): string {
  const { uid } = desk.sandbox.deliver(alice, folder, raw, { flags });
  const { uidValidity } = desk.sandbox.store.account(alice).find(folder) ?? { uidValidity: 0 };
  return `${folder}/${uidValidity.toString(36)}-${uid}`;
}

async function send(desk: SendingDesk, args: Args): Promise<void> {
  await desk.server.call('send_email', { ...fresh(), ...args });
}

async function byDraft(desk: SendingDesk, args: Args, last: Args = {}): Promise<void> {
  const made = await desk.server.call<Draft>('create_draft', { ...fresh(), ...args });
  if (!made.ok) return;
  await desk.server.call('send_draft', { id: made.data.id });
  await desk.server.call('send_email', { draft: made.data.id, ...last });
}

const addressed: Bypass[] = disguises.flatMap((disguise) =>
  (['to', 'cc', 'bcc'] as const).flatMap((field) => {
    const args = { to: [bob], [field]: [disguise] };
    const name = `${field} ${JSON.stringify(disguise)}`;
    return [
      { name, tried: (desk: SendingDesk) => send(desk, args) },
      { name: `${name} by draft`, tried: (desk: SendingDesk) => byDraft(desk, args) },
    ];
  }),
);

/** Mail whose answer would go to somebody else than it seems. */
const luring: Record<string, () => Buffer> = {
  'From a stranger': () => letter({ from: stranger, to: alice }),
  'Reply-To a stranger': () => letter({ from: bob, to: alice, headers: [`Reply-To: ${stranger}`] }),
  'Reply-To two': () => letter({ from: bob, to: alice, headers: [`Reply-To: ${bob}, ${stranger}`] }),
  'Cc a stranger': () => letter({ from: bob, to: alice, headers: [`Cc: ${stranger}`] }),
  'Mail-Followup-To': () =>
    letter({
      from: bob,
      to: alice,
      headers: [`Mail-Followup-To: ${stranger}`, `List-Post: <mailto:${stranger}>`],
    }),
  'two From': () => letter({ from: `${bob}, ${stranger}`, to: alice }),
  Sender: () =>
    letter({
      from: bob,
      to: alice,
      headers: [`Sender: ${stranger}`, `Return-Path: <${stranger}>`, `Bcc: ${stranger}`],
    }),
  'a crowd': () =>
    letter({ from: bob, to: Array.from({ length: 300 }, (_, nth) => `p${nth}@evil.test`).join(',\r\n ') }),
};

const answered: Bypass[] = Object.entries(luring).flatMap(([name, mail]) => [
  { name: `answer: ${name}`, tried: (desk: SendingDesk) => send(desk, { inReplyTo: put(desk, mail()) }) },
  {
    name: `answer all: ${name}`,
    tried: (desk: SendingDesk) => send(desk, { inReplyTo: put(desk, mail()), replyAll: true }),
  },
  {
    name: `answer all by draft: ${name}`,
    tried: (desk: SendingDesk) => byDraft(desk, { inReplyTo: put(desk, mail()), replyAll: true }),
  },
  {
    name: `forward: ${name}`,
    tried: (desk: SendingDesk) => send(desk, { forwardOf: put(desk, mail()), to: [stranger] }),
  },
]);

/** Drafts another program wrote. */
const foreignHeaders: Record<string, string[]> = {
  To: [`To: ${stranger}`],
  'To twice': [`To: ${bob}`, `To: ${stranger}`],
  'a folded Bcc': [`To: ${bob}`, `Bcc:\r\n ${stranger}`],
  Resent: [`To: ${bob}`, `Resent-To: ${stranger}`, `Resent-Bcc: ${stranger}`],
  'From somebody else': [`From: ${stranger}`, `To: ${bob}`, `Cc: ${stranger}`],
  'a group': [`To: friends: ${bob}, ${stranger};`],
};

const drafted: Bypass[] = Object.entries(foreignHeaders).map(([name, headers]) => ({
  name: `draft of another program: ${name}`,
  tried: async (desk) => {
    const raw = [`Subject: Draft ${++letters}`, ...headers, '', `x ${letters}`].join('\r\n');
    const id = put(desk, raw, 'Drafts', ['\\Draft']);
    await desk.server.call('send_draft', { id });
    await desk.server.call('send_email', { draft: id });
    await byDraft(desk, { replaces: id, to: [stranger] });
  },
}));

const inTexts: Bypass[] = [
  {
    name: 'headers in the subject',
    tried: (desk) => send(desk, { to: [bob], subject: `Hi\r\nBcc: ${stranger}` }),
  },
  {
    name: 'headers in the text',
    tried: (desk) => send(desk, { to: [bob], text: `Bcc: ${stranger}\r\n\r\n.\r\nRCPT TO:<${stranger}>` }),
  },
  { name: 'from a stranger', tried: (desk) => send(desk, { to: [bob], from: stranger }) },
  {
    name: 'a stranger in the name of the sender',
    tried: (desk) => send(desk, { to: [bob], from: `"x" <${alice}>, ${stranger}` }),
  },
  {
    name: 'to nobody but a file name',
    tried: (desk) => send(desk, { attachments: [{ name: `a\r\nBcc: ${stranger}`, contentBase64: 'AA==' }] }),
  },
];

const day = (nth: number) => new Date(Date.UTC(2027, 0, 1 + nth)).toISOString().slice(0, 10);

/** A meeting in the calendar as another program wrote it. @returns its id */
async function meeting(desk: SendingDesk, lines: readonly string[]): Promise<string> {
  const title = `Meeting ${++letters}`;
  const start = day(letters % 300);
  const when = start.replaceAll('-', '');
  const times = [`DTSTART:${when}T100000Z`, `DTEND:${when}T110000Z`];
  const calendar = desk.sandbox.caldav.calendars.user(alice).collection('Kalender');
  calendar.put(`${letters}.ics`, ics([`UID:${letters}`, ...times, `SUMMARY:${title}`, ...lines]));
  const { events } = await desk.call<EventPage>('get_calendar_events', { start, end: start });
  const found = events.find((event) => event.title === title);
  if (!found) throw new Error(`${title} is not in the calendar.`);
  return found.id;
}

async function event(desk: SendingDesk, args: Args): Promise<void> {
  await desk.server.call('create_event', {
    title: `Sync ${++letters}`,
    start: `${day(letters % 300)}T10:00`,
    ...args,
  });
}

const own = `ORGANIZER:mailto:${alice}`;
const theirs = (...more: string[]) => [
  `ORGANIZER${more.join('')}:mailto:${stranger}`,
  `ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:${alice}`,
];
const invited = [own, `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${alice}`, `ATTENDEE:mailto:${stranger}`];

function meetings(name: string, tool: string, lines: readonly string[], args: Args = {}): Bypass[] {
  const tried = async (desk: SendingDesk) => {
    await desk.server.call(tool, { id: await meeting(desk, lines), ...args });
  };
  return [{ name, tried }];
}

const invitations: Bypass[] = [
  ...disguises.map((disguise) => ({
    name: `invite ${JSON.stringify(disguise)}`,
    tried: (desk: SendingDesk) => event(desk, { attendees: [disguise] }),
  })),
  ...meetings('invite one more', 'update_event', [], { attendees: [stranger, bob] }),
  ...meetings('change a meeting with a stranger', 'update_event', invited, { title: 'Other' }),
  ...meetings('cancel a meeting with a stranger', 'delete_event', invited),
  ...meetings('take a stranger out', 'update_event', invited, { attendees: [bob] }),
  ...meetings('accept', 'respond_to_invitation', theirs(), { response: 'accepted', comment: 'x' }),
  ...meetings('decline', 'respond_to_invitation', theirs(), { response: 'declined' }),
  ...meetings(
    'accept what somebody sent for a stranger',
    'respond_to_invitation',
    theirs(`;SENT-BY="mailto:${bob}"`),
    {
      response: 'accepted',
    },
  ),
  ...meetings('delete an invitation', 'delete_event', theirs()),
];

export const bypasses: Bypass[] = [...addressed, ...answered, ...drafted, ...inTexts, ...invitations];
