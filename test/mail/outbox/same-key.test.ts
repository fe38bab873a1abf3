import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { postOffices } from '../../support/post-office.ts';
import { correspondence, Desk, fresh } from './rig.ts';

describe.each(postOffices)('the same key in two processes on $name', ({ open }) => {
  const people = correspondence(open);

  test.each([0, 0, 5, 10, 20, 40])('at once, one of them %i ms later, sends once', async (ms) => {
    const { office, alice, bob } = people();
    const second = await Desk.of(office, 'alice');
    onTestFinished(() => second.close());
    const subject = fresh('Once');
    // Logged in, so that neither has to connect first.
    for (const desk of [alice, second]) {
      await desk.send({
        to: [bob.address],
        subject: fresh('Warm'),
        text: 'x',
        idempotencyKey: fresh('warm'),
      });
    }
    const request = { to: [bob.address], subject, text: 'Only once', idempotencyKey: subject };
    const answers = await Promise.allSettled([
      alice.send(request),
      sleep(ms).then(() => second.send(request)),
    ]);
    const refused = answers.filter(({ status }) => status === 'rejected');
    expect(refused).toEqual([{ status: 'rejected', reason: expect.objectContaining({ code: 'conflict' }) }]);
    expect(await office.copies('bob', subject)).toHaveLength(1);
    expect(await alice.about('Sent', subject)).toHaveLength(1);
    expect(await alice.about('Drafts', subject)).toEqual([]);
  });
});
