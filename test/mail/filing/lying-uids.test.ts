import { expect, onTestFinished, test } from 'vitest';
import type { Filing } from '../../../src/mail/filing/filing.ts';
import { context, openMail, openSandbox } from '../../support/mailboxes.ts';
import { startProxy } from '../../support/proxy.ts';
import { imapOf, Office } from './rig.ts';

/** A server whose words are changed on their way. */
async function lyingOffice(lie: (text: string) => string) {
  const box = await openSandbox();
  const rewrite = (piece: Buffer) => Buffer.from(lie(piece.toString('latin1')), 'latin1');
  const proxy = await startProxy({ targetPort: Number(box.env.MAILBOX_IMAP_PORT), rewrite });
  onTestFinished(() => proxy.close());
  const env = { ...box.env, MAILBOX_IMAP_PORT: String(proxy.port) };
  const office = await Office.at(box, () => imapOf(env));
  onTestFinished(() => office.close());
  return { office, env };
}

test('where the server tells no UIDVALIDITY nothing is changed by id, for it may mean another mail by now', async () => {
  const { office, env } = await lyingOffice((text) =>
    text.replace(/^\* OK \[UIDVALIDITY.*\r\n/gmu, '').replace(/UIDVALIDITY \d+ ?/gu, ''),
  );
  await office.put('INBOX', 'first', ['\\Seen']);
  await office.put('INBOX', 'second');
  const account = await openMail(env);
  onTestFinished(() => account.close());
  const { emails } = await account.mail.search({ folder: 'inbox' }, context());
  expect(emails.map(({ id, subject }) => `${id} ${subject}`).sort()).toEqual([
    'INBOX/0-1 first',
    'INBOX/0-2 second',
  ]);
  const ids = ['INBOX/0-1'];
  const refusal = { code: 'unsupported', hint: expect.stringMatching(/^Nothing was changed/u) };
  const { filing } = office;
  await expect(filing.remove({ ids, permanent: true }, context())).rejects.toMatchObject(refusal);
  await expect(filing.remove({ ids }, context())).rejects.toMatchObject(refusal);
  await expect(filing.move({ ids, folder: 'Archive' }, context())).rejects.toMatchObject(refusal);
  await expect(filing.mark({ ids, add: ['flagged'] }, context())).rejects.toMatchObject(refusal);
  expect(await office.subjects('INBOX')).toEqual(['first', 'second']);
  expect((await office.standing('INBOX'))[0]?.flags).toEqual(['\\Seen']);
  expect((await account.mail.read({ id: 'INBOX/0-1' }, context())).subject).toBe('first');
});

test.each(['1:4294967295', Array(8).fill('1:4294967295').join(), '4711', '0'])(
  'a COPYUID of %s is not believed: where the mail is now is looked up',
  async (set) => {
    const { office } = await lyingOffice((text) =>
      text.replace(/\[COPYUID (\d+) \S+ \S+\]/gu, `[COPYUID $1 ${set} ${set}]`),
    );
    const id = await office.put('INBOX', 'moved');
    const { moved } = await office.filing.move({ ids: [id], folder: 'Archive' }, context());
    const [standing] = await office.standing('Archive');
    expect(moved).toEqual([{ id, newId: standing?.id }]);
    expect(await office.standing('INBOX')).toEqual([]);
  },
);

/** What is told of one mail is told of the next one, as by a server or a proxy that has lost count. */
const offByOne = (text: string) =>
  text.replace(/(^\* \d+ FETCH .*?UID )(\d+)/gmu, (_, before, uid) => `${before}${Number(uid) + 1}`);

type Change = (filing: Filing, ids: string[]) => Promise<{ failed?: unknown }>;

test.each<[string, Change]>([
  ['deleting for good', (filing, ids) => filing.remove({ ids, permanent: true }, context())],
  ['deleting', (filing, ids) => filing.remove({ ids }, context())],
  ['moving', (filing, ids) => filing.move({ ids, folder: 'Archive' }, context())],
  ['moving to where it is', (filing, ids) => filing.move({ ids, folder: 'INBOX' }, context())],
  ['marking', (filing, ids) => filing.mark({ ids, add: ['flagged'] }, context())],
])('%s never touches a mail that was not asked for, whatever the server answers', async (_, change) => {
  const { office } = await lyingOffice(offByOne);
  const subjects = ['first', 'second', 'third'];
  const ids: string[] = [];
  for (const subject of subjects) ids.push(await office.put('INBOX', subject));
  const before = await office.standing('INBOX');
  const asked = ids.slice(1, 2);
  const { failed, ...done } = await change(office.filing, asked);
  expect(failed).toEqual([{ id: asked[0], code: 'not_found' }]);
  expect(Object.values(done).flat()).toEqual([]);
  expect(await office.standing('INBOX')).toEqual(before);
  for (const folder of ['Archive', 'Trash']) expect(await office.subjects(folder)).toEqual([]);
});

test('news of other mails among the answers changes nothing of what is asked', async () => {
  const { office } = await lyingOffice((text) =>
    text.replace(
      /^(\* 2 FETCH )(\(.*RFC822\.SIZE.*\)\r\n)/gmu,
      '* 3 FETCH (UID 3 FLAGS (\\Deleted))\r\n$1$2',
    ),
  );
  const ids: string[] = [];
  for (const subject of ['first', 'second', 'third']) ids.push(await office.put('INBOX', subject));
  const asked = ids.slice(1, 2);
  const marked = await office.filing.mark({ ids: asked, add: ['flagged'] }, context());
  expect(marked).toEqual({ updated: [{ id: asked[0], flags: ['unread', 'flagged'] }] });
  expect(await office.filing.remove({ ids: asked, permanent: true }, context())).toEqual({ deleted: asked });
  expect(await office.subjects('INBOX')).toEqual(['first', 'third']);
});
