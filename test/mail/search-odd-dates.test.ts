import { describe, expect, onTestFinished, test } from 'vitest';
import type { OpenAccount } from '../../src/cli/account.ts';
import type { SearchRequest } from '../../src/domain/mail-port.ts';
import { dovecotAvailable, startDovecot } from '../servers/dovecot.ts';
import { letter } from '../support/letters.ts';
import { context, openMail, openSandbox } from '../support/mailboxes.ts';

const user = 'alice@sandbox.test';
const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);

/** A mail that arrived so many days after the start, and was sent when its Date says. */
interface Sample {
  subject: string;
  arrived: number;
  date?: string;
  folder?: 'Archive';
}

const many = (count: number, one: (nth: number) => Sample) =>
  Array.from({ length: count }, (_, nth) => one(nth));
const honest = (count: number) => many(count, (nth) => ({ subject: `honest ${nth}`, arrived: nth }));
/** They arrived with so many days between them, and claim to be of years to come. */
const ahead = (count: number, days: number) =>
  many(count, (nth) => ({ subject: `ahead ${nth}`, arrived: nth * days, date: header(1000 + nth) }));

function header(days: number): string {
  return new Date(start + days * day).toUTCString().replace('GMT', '+0000');
}

function raw({ subject, arrived, date = header(arrived) }: Sample): Buffer {
  return letter({ subject, date });
}

async function sandboxWith(samples: readonly Sample[], flags: string[] = []) {
  const box = await openSandbox();
  const account = await openMail(box.env);
  onTestFinished(async () => {
    await account.close();
    await box.close();
  });
  for (const sample of samples) {
    const internalDate = new Date(start + sample.arrived * day);
    box.sandbox.deliver(user, sample.folder ?? 'INBOX', raw(sample), { internalDate, flags });
  }
  return { ...box, account };
}

async function pages(account: OpenAccount, request: SearchRequest, between = () => {}): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await account.mail.search({ folder: 'inbox', ...request, cursor }, context());
    found.push(...page.emails.map(({ subject }) => subject));
    cursor = page.nextCursor;
    between();
  } while (cursor !== undefined);
  return found;
}

test('what waits for several pages is given in order, however few are on a page', async () => {
  const samples = [...honest(150), ...ahead(60, 2.31)];
  const { account } = await sandboxWith(samples);
  const arrived = new Map(samples.map((sample) => [sample.subject, sample.arrived]));
  const places = (await pages(account, { limit: 1 })).map((subject) => arrived.get(subject) ?? Number.NaN);
  expect(places).toEqual(samples.map((sample) => sample.arrived).sort((a, b) => b - a));
}, 60_000);

test.each([
  { name: 'unread', request: { unread: true }, before: [], after: ['\\Seen'] },
  { name: 'flagged', request: { flagged: true }, before: ['\\Flagged'], after: [] },
  { name: 'of a keyword', request: { keyword: 'Later' }, before: ['later'], after: [] },
])('what is not $name any more when its turn comes is not given', async ({ request, before, after }) => {
  const { account, sandbox } = await sandboxWith([...honest(60), ...ahead(20, 0.2)], before);
  const inbox = sandbox.store.account(user).find('INBOX');
  const found = await pages(account, request, () => {
    for (const message of inbox?.messages ?? []) {
      if (message.content.raw.includes('Subject: ahead')) inbox?.setFlags(message, after);
    }
  });
  expect(found).toEqual(
    honest(60)
      .map(({ subject }) => subject)
      .reverse(),
  );
});

describe('more Dates that lie ahead than can wait', () => {
  const inOrder = (samples: readonly Sample[]) =>
    [...samples].sort((a, b) => b.arrived - a.arrived).map(({ subject }) => subject);
  const crowd = ahead(900, 0.0123);
  const usual = honest(31).slice(1);
  const newer = many(70, (nth) => ({ subject: `newer ${nth}`, arrived: 3_000 + nth }));

  test('neither hide what is newer nor stand above it, in whatever folder', async () => {
    const archived = many(30, (nth) => ({ subject: `archived ${nth}`, arrived: nth + 0.5 }));
    const inArchive = [...crowd, ...archived].map((sample) => ({ ...sample, folder: 'Archive' as const }));
    const samples = [...inArchive, ...usual];
    const { account } = await sandboxWith(samples);
    expect(await pages(account, { folder: 'all', limit: 50 })).toEqual(inOrder(samples));
  }, 60_000);

  test.each([30, 100])(
    'do not bring back what was given before, with %i mails on a page',
    async (limit) => {
      const samples = [...usual, ...crowd, ...newer];
      const { account } = await sandboxWith(samples);
      expect(await pages(account, { limit })).toEqual(inOrder(samples));
    },
    60_000,
  );

  test('are counted with what was given before', async () => {
    const { account } = await sandboxWith([...crowd, ...newer]);
    const page = await account.mail.search({ folder: 'inbox', limit: 100 }, context());
    expect([page.emails.length, page.total]).toEqual([100, 970]);
  }, 60_000);
});

test('a folder full of Dates that lie ahead costs a page only a few round trips', async () => {
  const { account, sandbox } = await sandboxWith([...ahead(2_000, 0.2), ...honest(30)]);
  const fetches = () => sandbox.imap.commands.filter((command) => command.includes('UID FETCH')).length;
  const { emails, total, nextCursor: cursor } = await account.mail.search({ folder: 'inbox' }, context());
  expect([emails.length, total, fetches()]).toEqual([20, 2_030, 4]);
  await account.mail.search({ folder: 'inbox', cursor }, context());
  expect(fetches()).toBe(5);
}, 60_000);

describe.runIf(dovecotAvailable())('on Dovecot, which sorts by 32 bits of a Date', () => {
  const fromBefore1970 = (count: number) =>
    many(count, (nth) => ({
      ...{ subject: `old ${nth}`, arrived: 20 },
      date: `Sun, ${10 + (nth % 20)} Jan 1950 10:00:00 +0000`,
    }));
  const newestFirst = honest(50)
    .map(({ subject }) => subject)
    .reverse();
  const dovecotWith = async (samples: readonly Sample[]) => {
    const dovecot = await startDovecot();
    const account = await openMail(dovecot.mailEnv('alice'));
    onTestFinished(async () => {
      await account.close();
      await dovecot.stop();
    });
    const messages = samples.map((sample) => ({
      raw: raw(sample),
      date: new Date(start + sample.arrived * day),
    }));
    await dovecot.deliverAll('alice', 'INBOX', messages);
    return account;
  };

  test('mails that claim to be from before 1970 hide nothing', async () => {
    const unset = many(10, (nth) => ({ subject: `unset ${nth}`, arrived: 15, date: header(-start / day) }));
    const samples = [...fromBefore1970(30), ...unset, ...honest(50)];
    const account = await dovecotWith(samples);
    for (const limit of [7, 20]) {
      const found = await pages(account, { limit });
      expect(found.slice(0, 50)).toEqual(newestFirst);
      expect(new Set(found).size).toBe(samples.length);
    }
  }, 60_000);

  test('more of them than can wait hide nothing that came later', async () => {
    const samples = [...fromBefore1970(900), ...honest(50)];
    const found = await pages(await dovecotWith(samples), { limit: 50 });
    expect(found.slice(0, 29)).toEqual(newestFirst.slice(0, 29));
    expect(found.filter((subject) => newestFirst.includes(subject))).toEqual(newestFirst);
    expect([found.length, new Set(found).size]).toEqual([samples.length, samples.length]);
  }, 60_000);
});
