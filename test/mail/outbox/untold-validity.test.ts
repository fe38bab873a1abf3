import { expect, test } from 'vitest';
import { lyingOffice } from './lying.ts';

/** As of a server that tells no UIDVALIDITY anywhere. */
const untold = (said: string) =>
  said.replace(/\* OK \[UIDVALIDITY[^\r]*\r\n/gu, '').replace(/ ?UIDVALIDITY \d+/gu, '');

test('an id that may mean another draft by now is neither sent nor replaced', async () => {
  const { alice, sandbox, tell } = await lyingOffice();
  tell(untold);
  const { id } = await alice.draft({ to: ['bob@sandbox.test'], subject: 'Harmless', text: 'x' });
  expect(id).toBe('Drafts/0-1');
  const account = sandbox.store.account(alice.address);
  account.delete('Drafts');
  account.create('Drafts');
  const raw =
    'From: alice@sandbox.test\r\nTo: bob@sandbox.test\r\nSubject: Never send\r\nMessage-ID: <n@x>\r\n\r\nI quit\r\n';
  sandbox.deliver(alice.address, 'Drafts', raw);
  const refusal = {
    code: 'unsupported',
    message: expect.stringContaining('whether an id still means the same e-mail'),
  };
  await expect(alice.sendDraft(id)).rejects.toMatchObject(refusal);
  await expect(alice.draft({ replaces: id, text: 'y' })).rejects.toMatchObject(refusal);
  expect(sandbox.smtp.accepted).toEqual([]);
  expect(account.find('Drafts')?.messages).toHaveLength(1);
});
