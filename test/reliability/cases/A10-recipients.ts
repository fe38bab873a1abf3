import { type AddressObject, simpleParser } from 'mailparser';
import type { Draft, SentMail } from '../../../src/domain/outbox.ts';
import { Random } from '../../bench/random.ts';
import { letter } from '../../support/letters.ts';
import { type Case, Tally } from '../case.ts';
import { alice, atDesk, type SendingDesk } from '../support/sending-desk.ts';

const calls = 500;
const ways = [
  'new',
  'reply',
  'reply to all',
  'forward',
  'draft',
  'draft of a reply',
  'edited draft',
] as const;
type Way = (typeof ways)[number];

/** Stands in Bcc only. */
const hidden = 'hidden.test';

/** Others, own addresses in every form, the same in other letters, and what has to be quoted. */
const people = [
  ...Array.from({ length: 8 }, (_, nth) => `p${nth}@else.test`),
  ...['P1@ELSE.test', 'bob@sandbox.test', 'Bob.Alias@sandbox.test', "o'neil+x@else.test"],
  ...[alice, 'alice.alias@sandbox.test', 'Alice@Sandbox.test', 'alice+tag@sandbox.test'],
];
const names = ['', 'Joe', '"Doe, Joe"', 'Jörg', '"p7@else.test"', '"Bcc: p7@else.test"'];

type Lists = Record<'to' | 'cc' | 'bcc', string[]>;

export const recipients: Case = {
  id: 'A10',
  title: 'who gets it is who was told, and nobody reads of the Bcc',
  run: (effort) =>
    atDesk({}, async (desk) => {
      const tally = new Tally(effort);
      const random = new Random(effort.seed);
      for (let nth = 0; nth < calls && !tally.isOver; nth++) {
        const way = random.pick(ways);
        const subject = `Letter ${nth}`;
        const given = lists(random);
        const told = await send(desk, way, { subject, given, original: original(random, nth) });
        const input = `${way}, letter ${nth}: ${JSON.stringify(given)}`;
        tally.count(input, await faultsOf(desk, told, given, way));
      }
      return tally.outcome({ of: calls });
    }),
};

function lists(random: Random): Lists {
  const some = (most: number) => Array.from({ length: random.below(most + 1) }, () => person(random));
  const unseen = random.chance(0.5) ? [`h${random.below(3)}@${hidden}`] : [];
  return { to: [person(random), ...some(2)], cc: some(2), bcc: [...some(2), ...unseen] };
}

function person(random: Random): string {
  const [name, address] = [random.pick(names), random.pick(people)];
  return name === '' ? address : `${name} <${address}>`;
}

/** A mail to answer, with Reply-To, several recipients and a Bcc that is nobody's business. */
function original(random: Random, nth: number): Buffer {
  const plain = Array.from({ length: 5 }, () => random.pick(people));
  const headers = [
    `Cc: ${plain.slice(2, 4).join(', ')}`,
    ...(random.chance(0.3) ? [`Reply-To: ${plain[4]}`] : []),
    ...(random.chance(0.3) ? [`Bcc: secret@${hidden}`] : []),
  ];
  const id = `<original-${nth}@else.test>`;
  return letter({ from: plain[0] ?? '', to: plain[1] ?? '', subject: `Original ${nth}`, headers, id });
}

interface Letter {
  subject: string;
  given: Lists;
  original: Buffer;
}

async function send(desk: SendingDesk, way: Way, { subject, given, original }: Letter): Promise<SentMail> {
  const mail = { subject, text: subject };
  const about = way === 'new' || way === 'draft' || way === 'edited draft' ? '' : put(desk, original);
  const added = { cc: given.cc, bcc: given.bcc };
  switch (way) {
    case 'new':
      return await desk.call('send_email', { ...mail, ...given });
    case 'reply':
      return await desk.call('send_email', { ...mail, ...added, inReplyTo: about });
    case 'reply to all':
      return await desk.call('send_email', { ...mail, ...added, inReplyTo: about, replyAll: true });
    case 'forward':
      return await desk.call('send_email', { ...mail, ...given, forwardOf: about });
    case 'draft':
      return await sendDraft(desk, { ...mail, ...given });
    case 'draft of a reply':
      return await sendDraft(desk, { ...mail, ...added, inReplyTo: about, replyAll: true });
    case 'edited draft': {
      const { id } = await desk.call<Draft>('create_draft', { ...mail, ...given });
      return await sendDraft(desk, { replaces: id, bcc: given.bcc, text: `${subject} anew` });
    }
  }
}

/** What the draft tells is what has to go out. */
async function sendDraft(desk: SendingDesk, args: Record<string, unknown>): Promise<SentMail> {
  const { id, to, cc, bcc } = await desk.call<Draft>('create_draft', args);
  const sent = await desk.call<SentMail>('send_draft', { id });
  const [drawn, told] = [{ to, cc, bcc }, sent].map((lists) => everybody(lists).sort().join(' '));
  if (drawn !== told) throw new Error(`the draft is to ${drawn}, what was sent to ${told}`);
  return sent;
}

function put(desk: SendingDesk, raw: Buffer): string {
  const { uid } = desk.sandbox.deliver(alice, 'INBOX', raw);
  const { uidValidity } = desk.sandbox.store.account(alice).find('INBOX') ?? { uidValidity: 0 };
  return `INBOX/${uidValidity.toString(36)}-${uid}`;
}

const addressOf = (text: string) => /<([^<>]*)>$/u.exec(text)?.[1] ?? text;
type Some = { [list in keyof Lists]?: string[] | undefined };
const everybody = ({ to = [], cc = [], bcc = [] }: Some) => [...to, ...cc, ...bcc].map(addressOf);
const same = (one: readonly string[], other: readonly string[]) =>
  one
    .map((text) => text.toLowerCase())
    .sort()
    .join(' ') ===
  other
    .map((text) => text.toLowerCase())
    .sort()
    .join(' ');

async function faultsOf(desk: SendingDesk, told: SentMail, given: Lists, way: Way): Promise<string[]> {
  const taken = desk.accepted.filter(({ raw }) => raw.includes(told.messageId));
  const [message, ...more] = taken;
  if (!message || more.length > 0) return [`accepted ${taken.length} times`];
  const wrong: string[] = [];
  const all = everybody(told);
  if (!same(message.recipients, all)) wrong.push(`told ${all}, went to ${message.recipients}`);
  const wanted = new Set(everybody(given).map((address) => address.toLowerCase()));
  const strangers = all.filter((address) => !wanted.has(address.toLowerCase()));
  const answers = way.includes('reply');
  if (!answers && strangers.length > 0) wrong.push(`nobody asked for ${strangers}`);
  if (message.recipients.includes(`secret@${hidden}`)) wrong.push("went to the original's Bcc");
  return [...wrong, ...(await inHeaders(message.raw, told, desk))];
}

/** To and Cc as told; Bcc nowhere on the wire, and in the own copy. */
async function inHeaders(
  raw: Buffer,
  { to, cc, bcc, messageId }: SentMail,
  desk: SendingDesk,
): Promise<string[]> {
  const read = await simpleParser(raw);
  const wrong: string[] = [];
  if (!same(addressesIn(read.to), everybody({ to }))) wrong.push(`To is ${addressesIn(read.to)}, not ${to}`);
  if (!same(addressesIn(read.cc), everybody({ cc }))) wrong.push(`Cc is ${addressesIn(read.cc)}, not ${cc}`);
  if (read.headers.has('bcc') || /^(?:resent-)?bcc:/imu.test(raw.toString('latin1')))
    wrong.push('Bcc is on the wire');
  if (raw.includes(hidden)) wrong.push('a hidden recipient can be read');
  const copy = desk.standing('Sent').find((one) => one.includes(messageId));
  const kept = copy ? addressesIn((await simpleParser(copy)).bcc) : [];
  if (!copy) wrong.push('no copy in Sent');
  else if (!same(kept, everybody({ bcc }))) wrong.push(`the copy has Bcc ${kept}, not ${bcc}`);
  return wrong;
}

function addressesIn(field: AddressObject | AddressObject[] | undefined): string[] {
  return [field ?? []].flat().flatMap(({ value }) => value.map(({ address = '' }) => address));
}
