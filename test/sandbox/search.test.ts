import { beforeEach, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { alice, imapClient, mail, type RawClient, rawImap, sandboxForTest } from './clients.ts';

const now = new Date('2026-05-20T12:00:00Z');
let sandbox: Sandbox;
let raw: RawClient;
let count = 0;

beforeEach(async () => {
  sandbox = await sandboxForTest({ clock: () => now });
  const at = (day: string) => ({ internalDate: new Date(`${day}T10:00:00Z`) });
  const latin = Buffer.from(
    'From: x@y.example\r\nSubject: alt\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nDie K\xfcche\r\n',
    'latin1',
  );
  sandbox.deliver(
    alice,
    'INBOX',
    mail('=?UTF-8?Q?Angebot_K=C3=BCche?=', 'Eiche', 'Date: Fri, 1 May 2026 23:30:00 -0500\r\n'),
    { ...at('2026-05-02'), flags: ['\\Seen', 'Bezahlt'] },
  );
  sandbox.deliver(alice, 'INBOX', latin, at('2026-05-10'));
  sandbox.deliver(alice, 'INBOX', mail('Re: plan', 'short', 'Cc: Zoe <zoe@y.example>\r\nX-Tag: rot\r\n'), {
    ...at('2026-05-20'),
    flags: ['\\Flagged'],
  });
  raw = await rawImap(sandbox);
  raw.send('s SELECT INBOX\r\n');
  await raw.until(/s OK.*\r\n/u);
});

async function ask(command: string): Promise<string> {
  count += 1;
  raw.send(`q${count} ${command}\r\n`);
  return await raw.until(new RegExp(`q${count} (?:OK|NO|BAD).*\\r\\n`, 'u'));
}

test.each([
  ['ALL', [1, 2, 3]],
  ['UNSEEN', [2, 3]],
  ['KEYWORD bezahlt', [1]],
  ['UNKEYWORD Bezahlt FLAGGED', [3]],
  ['SUBJECT "küche"', [1]],
  ['SUBJECT "KÜCHE"', [1]],
  ['BODY "Küche"', [2]],
  ['TEXT "küche"', [1, 2]],
  ['CHARSET UTF-8 TEXT "küche"', [1, 2]],
  ['NOT TEXT küche', [3]],
  ['OR SUBJECT plan BODY eiche', [1, 3]],
  ['(UNSEEN OR FLAGGED SEEN)', [3]],
  ['FROM bob', [1, 3]],
  ['CC zoe', [3]],
  ['HEADER X-Tag ""', [3]],
  ['HEADER X-Tag rot', [3]],
  ['HEADER Message-ID "<Re%3A%20plan@sandbox.test>"', [3]],
  ['SINCE 10-May-2026', [2, 3]],
  ['BEFORE 10-May-2026', [1]],
  ['ON 10-May-2026', [2]],
  ['SENTON 1-May-2026', [1]],
  ['SENTSINCE 2-May-2026', []],
  ['YOUNGER 86400', [3]],
  ['OLDER 86400', [1, 2]],
  ['LARGER 150', [1, 3]],
  ['SMALLER 150', [2]],
  ['UID 2:*', [2, 3]],
  ['1,3 UNFLAGGED', [1]],
  ['MODSEQ 4', [3]],
])('SEARCH %s', async (query, expected) => {
  const answer = await ask(`UID SEARCH ${query}`);
  const [, numbers = ''] = /\* SEARCH((?: \d+)*)/u.exec(answer) ?? [];
  expect(numbers.trim().split(' ').filter(Boolean).map(Number)).toEqual(expected);
});

test('a literal with umlauts is found; unknown keys and charsets are refused', async () => {
  const client = await imapClient(sandbox);
  await client.mailboxOpen('INBOX');
  expect(await client.search({ or: [{ subject: 'Küche' }, { body: 'Küche' }] }, { uid: true })).toEqual([
    1, 2,
  ]);
  expect(await ask('SEARCH FOO')).toContain('BAD');
  expect(await ask('SEARCH SINCE yesterday')).toContain('BAD');
  expect(await ask('SEARCH CHARSET X-NIX TEXT a')).toContain('NO [BADCHARSET]');
});

test('RETURN gives counts and windows instead of lists', async () => {
  expect(await ask('UID SEARCH RETURN (MIN MAX COUNT ALL) ALL')).toContain(
    'UID MIN 1 MAX 3 ALL 1:3 COUNT 3\r\n',
  );
  expect(await ask('UID SEARCH RETURN (PARTIAL 2:3) ALL')).toContain('UID PARTIAL (2:3 2:3)\r\n');
  expect(await ask('UID SEARCH RETURN (PARTIAL 5:9) ALL')).toContain('PARTIAL (5:9 NIL)');
  expect(await ask('UID SEARCH RETURN (COUNT MIN) SUBJECT nix')).toMatch(/UID COUNT 0\r\n/u);
  expect(await ask('UID SEARCH RETURN () UNSEEN')).toContain('ALL 2:3');
});

test('SORT orders by the asked keys, in windows too', async () => {
  expect(await ask('UID SORT (REVERSE ARRIVAL) UTF-8 ALL')).toContain('* SORT 3 2 1\r\n');
  expect(await ask('UID SORT (SUBJECT) UTF-8 ALL')).toContain('* SORT 2 1 3\r\n');
  expect(await ask('UID SORT (SIZE) UTF-8 ALL')).toContain('* SORT 2');
  const page = await ask('UID SORT RETURN (COUNT PARTIAL 1:2) (REVERSE ARRIVAL) UTF-8 ALL');
  expect(page).toContain('UID PARTIAL (1:2 3,2) COUNT 3\r\n');
});

test('THREAD follows References; REFERENCES joins by subject, REFS does not', async () => {
  const refs = 'References: <a@x.example> <b@x.example>\r\n';
  const deliver = (text: string) => sandbox.deliver(alice, 'Archive', text);
  deliver('Message-ID: <a@x.example>\r\nSubject: Plan\r\nDate: Fri, 1 May 2026 10:00:00 +0000\r\n\r\n');
  deliver(
    'Message-ID: <b@x.example>\r\nSubject: Re: Plan\r\nIn-Reply-To: <a@x.example>\r\nDate: Fri, 1 May 2026 11:00:00 +0000\r\n\r\n',
  );
  deliver(
    `Message-ID: <c@x.example>\r\nSubject: Re: Plan\r\n${refs}Date: Fri, 1 May 2026 12:00:00 +0000\r\n\r\n`,
  );
  deliver(
    `Message-ID: <d@x.example>\r\nSubject: Re: Plan\r\n${refs}Date: Fri, 1 May 2026 13:00:00 +0000\r\n\r\n`,
  );
  deliver('Message-ID: <e@x.example>\r\nSubject: Re: Plan\r\nDate: Fri, 1 May 2026 14:00:00 +0000\r\n\r\n');
  await ask('SELECT Archive');
  expect(await ask('UID THREAD REFS UTF-8 ALL')).toContain('* THREAD (1 2 (3)(4))(5)\r\n');
  expect(await ask('UID THREAD REFERENCES UTF-8 ALL')).toContain('* THREAD (1 (2 (3)(4))(5))\r\n');
});

test('THREAD follows tens of thousands of References to mails that are not there', async () => {
  const ids = Array.from({ length: 30_000 }, (_, number) => `<${number}@deep.example>`);
  const deliver = (id: string, references: string[]) =>
    sandbox.deliver(alice, 'Archive', mail(id, 'Text', `References: ${references.join('\r\n ')}\r\n`));
  deliver('deep', ids);
  deliver('half as deep', ids.slice(0, 15_000));
  deliver('round', ['<round@sandbox.test>', '<deep@sandbox.test>']);
  await ask('SELECT Archive');
  expect(await ask('UID THREAD REFS UTF-8 ALL')).toContain('* THREAD ((1 3)(2))\r\n');
  expect(await ask('UID THREAD REFERENCES UTF-8 ALL')).toContain('* THREAD ((1 3)(2))\r\n');
});
