import { expect, onTestFinished, test } from 'vitest';
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
