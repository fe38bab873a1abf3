import type { Store } from '../store.ts';
import { businessMails } from './business.ts';
import { composeMail, formatFields, formatMailDate, type Person } from './compose.ts';
import { conversationMails, conversations } from './conversations.ts';
import type { SeedEntry, SeedRaw } from './entry.ts';
import { everydayMails } from './everyday.ts';
import { newsletterMails } from './newsletters.ts';
import { oddMails } from './oddities.ts';

/** The server that received the seed's mail, as Authentication-Results names it (RFC 8601 §2.5). */
export const authservId = 'sandbox.test';

/** Fills a user's mailbox with some eighty mails of the last months, the same for the same `now`. */
export function seedDemoMailbox(store: Store, email: string, now: Date): void {
  const me: Person = { name: 'Alice Sommer', email };
  const at = (hoursAgo: number) => new Date(now.getTime() - hoursAgo * 3_600_000);
  const composed = [
    ...conversations.flatMap((conversation) => conversationEntries(conversation, me, at)),
    ...businessMails(me, at),
    ...newsletterMails(me, at),
    ...everydayMails(me, at),
  ].map(({ folder, mail, flags }): SeedRaw => {
    return { folder, raw: Buffer.from(composeMail(mail)), date: mail.date, flags, from: mail.from };
  });
  // In the order of arrival, so that higher UIDs are newer.
  const all = [...composed, ...oddMails(me, at)].toSorted((a, b) => a.date.getTime() - b.date.getTime());
  for (const entry of all) {
    const raw = entry.from === me ? entry.raw : Buffer.concat([Buffer.from(trace(entry, me)), entry.raw]);
    store.deliver(email, entry.folder, raw, { flags: entry.flags, internalDate: entry.date });
  }
}

function conversationEntries(
  conversation: (typeof conversations)[number],
  me: Person,
  at: (hoursAgo: number) => Date,
): SeedEntry[] {
  const mails = conversationMails(conversation, me, at);
  return mails.map(({ mail, own }, index) => {
    const isLast = index === mails.length - 1;
    const flags = [
      ...(isLast && conversation.unread ? [] : ['\\Seen']),
      ...(!own && mails[index + 1]?.own ? ['\\Answered'] : []),
    ];
    return { folder: own ? 'Sent' : conversation.folder, mail, flags };
  });
}

/** What the receiving server puts on top. */
function trace({ from, date, authentication = 'pass' }: SeedRaw, me: Person): string {
  const domain = from.email.slice(from.email.indexOf('@') + 1);
  const results = [
    `dkim=${authentication} header.d=${domain}`,
    `spf=${authentication} smtp.mailfrom=${domain}`,
  ];
  return formatFields([
    ['Return-Path', `<${from.email}>`],
    ['Delivered-To', me.email],
    [
      'Authentication-Results',
      `${authservId};\r\n ${results.join(';\r\n ')};\r\n dmarc=${authentication} header.from=${domain}`,
    ],
    ['Received', `from mx.${domain} by ${authservId} with ESMTPS;\r\n ${formatMailDate(date)}`],
  ]);
}
