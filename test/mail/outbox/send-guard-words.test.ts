import { expect, test } from 'vitest';
import { SendGuard } from '../../../src/mail/outbox/send-guard.ts';

const attempt = (fingerprint: string) => ({
  fingerprint,
  idempotencyKey: undefined,
  messageId: `<${fingerprint}@x>`,
});

test('who sends too much is told how long to wait, in seconds, and what limits them', () => {
  let at = 0;
  const guard = new SendGuard({ limit: 1, now: () => at });
  guard.begin(attempt('a')).sent();
  at = 89_001;
  expect(() => guard.begin(attempt('b'))).toThrow(
    expect.objectContaining({
      code: 'rate_limited',
      message: '1 messages were sent within ten minutes: that is the limit.',
      hint: expect.stringContaining('Try again in 511 seconds, or raise MAILBOX_SEND_LIMIT.'),
    }),
  );
});
