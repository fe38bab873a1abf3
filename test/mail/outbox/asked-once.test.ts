import { expect, test } from 'vitest';
import { faultyOffice } from './rig.ts';

test('a person is not asked about a mail that has gone out before, and it does not go out again', async () => {
  const { alice, sandbox } = await faultyOffice();
  const mail = { to: ['bob@sandbox.test'], subject: 'Once', text: 'x' };
  expect(await alice.send(mail)).toMatchObject({ status: 'sent' });
  await alice.restart({ MAILBOX_SEND: 'confirm' });
  const asked: string[] = [];
  const confirm = async (text: string) => {
    asked.push(text);
    return true;
  };
  await expect(alice.send(mail, confirm)).rejects.toMatchObject({ code: 'conflict' });
  expect(asked).toEqual([]);
  expect(sandbox.smtp.accepted).toHaveLength(1);
  expect(await alice.send({ ...mail, subject: 'Another' }, confirm)).toMatchObject({ status: 'sent' });
  expect(asked).toHaveLength(1);
});
