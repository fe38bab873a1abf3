import { describe, expect, test } from 'vitest';
import { MailboxError } from '../../../src/domain/errors.ts';
import { postOffices } from '../../support/post-office.ts';
import { correspondence, fresh } from './rig.ts';

const sandbox = postOffices.filter(({ name }) => name === 'sandbox');

describe.each(sandbox)('our own limit on $name', ({ open }) => {
  const people = correspondence(open, { MAILBOX_RATE_LIMIT: '1' });

  test('whatever our own limit lets out has its copy in Sent', async () => {
    const { alice, bob } = people();
    let sent = 0;
    for (let mail = 0; mail < 8; mail++) {
      const subject = fresh('Within the limit');
      try {
        const answer = await alice.send({ to: [bob.address], subject, text: 'x' });
        expect(answer).toMatchObject({ status: 'sent', savedTo: 'Sent' });
        await alice.only('Sent', subject);
        sent += 1;
      } catch (error) {
        if (!(error instanceof MailboxError)) throw error;
        expect(error).toMatchObject({ code: 'rate_limited' });
        expect(await alice.about('Sent', subject)).toEqual([]);
      }
    }
    expect(sent).toBeGreaterThan(4);
  });
});
