import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenAccount } from '../../src/cli/account.ts';
import type { SearchRequest } from '../../src/domain/mail-port.ts';
import { defaultCapabilities } from '../../src/sandbox/imap-server.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { letter } from '../support/letters.ts';
import { context, openMail, openSandbox } from '../support/mailboxes.ts';

const user = 'alice@sandbox.test';
const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);

interface Sample {
  folder: 'INBOX' | 'Archive';
  /** Hours after the start. */
  arrived: number;
  /** Hours after the arrival that its Date says, or no Date. */
  sent: number | undefined;
}

/** As `Facts.date` tells it, in words of its own. */
function place({ arrived, sent = 0 }: Sample): number {
  const isOld = sent <= 0;
  return isOld ? arrived + sent : arrived;
}

const sample: fc.Arbitrary<Sample> = fc.record({
  folder: fc.constantFrom('INBOX' as const, 'Archive' as const),
  arrived: fc.nat({ max: 2_000 }),
  sent: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, -56 * 365 * 24, -30, -1, 1, 30, 12 * 365 * 24) },
  ),
});

function deliver(sandbox: Sandbox, subject: string, { folder, arrived, sent }: Sample): void {
  const internalDate = new Date(start + arrived * hour);
  const date = new Date(internalDate.getTime() + (sent ?? 0) * hour).toUTCString().replace('GMT', '+0000');
  const raw = letter({ subject, date });
  const content = sent === undefined ? Buffer.from(raw.toString().replace(/^Date:.*\r\n/mu, '')) : raw;
  sandbox.deliver(user, folder, content, { internalDate });
}

async function pages(account: OpenAccount, request: SearchRequest): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await account.mail.search({ ...request, cursor }, context());
    found.push(...page.emails.map(({ subject }) => subject));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

const servers = [
  { name: 'that sorts by date', without: /^$/u },
  { name: 'that cannot sort', without: /SORT/u },
  { name: 'that gives no parts of an answer', without: /CONTEXT|ESORT|ESEARCH/u },
];

describe.each(servers)('on a server $name', ({ without }) => {
  let box: Awaited<ReturnType<typeof openSandbox>>;
  let account: OpenAccount;
  beforeAll(async () => {
    box = await openSandbox({ capabilities: defaultCapabilities.filter((name) => !without.test(name)) });
    account = await openMail(box.env);
  });
  afterAll(async () => {
    await account.close();
    await box.close();
  });

  test('whatever dates senders claim, pages hold every mail once and in the one order', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(sample, { minLength: 40, maxLength: 80 }),
        fc.constantFrom(1, 2, 5, 10, 20, 45),
        async (samples, limit) => {
          run += 1;
          const inOrder = [...samples].sort((a, b) => a.arrived - b.arrived);
          for (const [index, one] of inOrder.entries()) deliver(box.sandbox, `run${run}; ${index}`, one);
          const found = await pages(account, { subject: `run${run};`, limit });
          expect(new Set(found).size).toBe(samples.length);
          expect(found).toHaveLength(samples.length);
          const places = found.map((subject) => {
            const one = inOrder[Number(subject.split(' ')[1])];
            return one ? place(one) : Number.NaN;
          });
          expect(places).toEqual([...places].sort((a, b) => b - a));
        },
      ),
      { numRuns: 6, seed: 20261122 },
    );
  }, 120_000);
});

describe('in a folder too large to be sorted by date', () => {
  const many = 5_050;
  let box: Awaited<ReturnType<typeof openSandbox>>;
  let account: OpenAccount;
  beforeAll(async () => {
    box = await openSandbox();
    account = await openMail(box.env);
    for (let arrived = 1; arrived <= many; arrived += 1) {
      deliver(box.sandbox, `usual ${arrived}`, { folder: 'INBOX', arrived, sent: 0 });
    }
    for (let nth = 0; nth < 30; nth += 1) {
      deliver(box.sandbox, `older ${nth}`, { folder: 'Archive', arrived: -nth - 1, sent: 0 });
    }
  }, 60_000);
  afterAll(async () => {
    await account.close();
    await box.close();
  });
  const usual = (count: number) => Array.from({ length: count }, (_, nth) => `usual ${many - nth}`);
  const firstPages = async (count: number) => {
    const found: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < count; page += 1) {
      const { emails, nextCursor } = await account.mail.search({ cursor }, context());
      found.push(...emails.map(({ subject }) => subject));
      cursor = nextCursor;
    }
    return found;
  };

  test('a mail that claims to be old hides nothing of what came before it', async () => {
    deliver(box.sandbox, 'liar', { folder: 'INBOX', arrived: many + 1, sent: -56 * 365 * 24 });
    expect(await firstPages(3)).toEqual(usual(60));
  });

  test('an old archive brought there does neither hide what is newer nor stand above it', async () => {
    for (let nth = 0; nth < 150; nth += 1) {
      deliver(box.sandbox, `brought ${nth}`, {
        folder: 'INBOX',
        arrived: many + 2,
        sent: -20 * 365 * 24 - nth,
      });
    }
    expect(await firstPages(3)).toEqual(usual(60));
  });

  test('an archive of more than can wait hides nothing either, and no mail is lost or told twice', async () => {
    for (let nth = 150; nth < 750; nth += 1) {
      deliver(box.sandbox, `brought ${nth}`, {
        folder: 'INBOX',
        arrived: many + 2,
        sent: -20 * 365 * 24 - nth,
      });
    }
    const found = await pages(account, { limit: 100 });
    expect(found).toHaveLength(many + 1 + 750 + 30);
    expect(new Set(found).size).toBe(found.length);
    expect(found.filter((subject) => subject.startsWith('usual'))).toEqual(usual(many));
    expect(found.indexOf('older 0')).toBeGreaterThan(found.indexOf('usual 1'));
  }, 60_000);

  test('where texts are searched span by span, what claims to be older than its span stands within it', async () => {
    const arrived = (Date.now() - start) / hour;
    deliver(box.sandbox, 'claim', { folder: 'INBOX', arrived, sent: -56 * 365 * 24 });
    const [claim] = (await account.mail.search({ query: 'claim' }, context())).emails;
    expect(claim?.rank).toBeGreaterThan(Date.parse(claim?.date ?? ''));
    expect(claim?.rank).toBeLessThan(Date.now());
  });
});
