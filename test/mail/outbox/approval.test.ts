import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CallCancelled, MailboxError } from '../../../src/domain/errors.ts';
import { Approval } from '../../../src/mail/outbox/approval.ts';

const open = () => new AbortController().signal;

function person() {
  let decide: (agreed: boolean) => void = () => undefined;
  const asked: string[] = [];
  const withdrawn: AbortSignal[] = [];
  const confirm = (question: string, signal: AbortSignal) => {
    asked.push(question);
    withdrawn.push(signal);
    return new Promise<boolean>((resolve) => {
      decide = resolve;
    });
  };
  return { asked, withdrawn, confirm, decide: (agreed: boolean) => decide(agreed) };
}

test('a yes lets it through, a no does not, and nobody to ask neither', async () => {
  const approval = new Approval<string>();
  await approval.obtain('a', { shown: 'a', text: 'Send?' }, { confirm: async () => true, signal: open() });
  await expect(
    approval.obtain('a', { shown: 'a', text: 'Send?' }, { confirm: async () => false, signal: open() }),
  ).rejects.toThrow('The user declined. Nothing was sent.');
  await expect(
    approval.obtain('a', { shown: 'a', text: 'Send?' }, { confirm: undefined, signal: open() }),
  ).rejects.toMatchObject({
    code: 'forbidden',
  });
});

test('an answer given after the call was over counts for the next call, which does not ask again', async () => {
  const { asked, confirm, decide } = person();
  const approval = new Approval<string>();
  const early = approval.obtain(
    'a',
    { shown: 'a', text: 'Send?' },
    { confirm, signal: AbortSignal.timeout(20) },
  );
  await expect(early).rejects.toMatchObject({ code: 'timeout' });
  decide(true);
  await approval.obtain('a', { shown: 'a', text: 'Send?' }, { confirm, signal: open() });
  expect(asked).toEqual(['Send?']);
});

test('a yes is used up, and is for exactly what was shown', async () => {
  const { asked, confirm, decide } = person();
  const approval = new Approval<string>();
  const first = approval.obtain('a', { shown: 'a', text: 'Send a?' }, { confirm, signal: open() });
  decide(true);
  await first;
  for (const digest of ['a', 'b']) {
    const more = approval.obtain(
      digest,
      { shown: digest, text: `Again ${digest}?` },
      { confirm, signal: AbortSignal.timeout(20) },
    );
    await expect(more).rejects.toMatchObject({ code: 'timeout' });
  }
  expect(asked).toEqual(['Send a?', 'Again a?', 'Again b?']);
});

test('a late no is a no', async () => {
  const { confirm, decide } = person();
  const approval = new Approval<string>();
  const early = approval.obtain(
    'a',
    { shown: 'a', text: 'Send?' },
    { confirm, signal: AbortSignal.timeout(20) },
  );
  await expect(early).rejects.toMatchObject({ code: 'timeout' });
  decide(false);
  await expect(
    approval.obtain('a', { shown: 'a', text: 'Send?' }, { confirm, signal: open() }),
  ).rejects.toMatchObject({
    code: 'forbidden',
  });
});

test('an old question is forgotten and asked anew, a younger one is not', async () => {
  let now = 60 * 60_000;
  const { asked, confirm } = person();
  const approval = new Approval<string>(() => now);
  const ask = () =>
    approval.obtain('a', { shown: 'a', text: 'Send?' }, { confirm, signal: AbortSignal.timeout(10) });
  await expect(ask()).rejects.toMatchObject({ code: 'timeout' });
  for (const [minutes, times] of [
    [10, 1],
    [11, 2],
  ] as const) {
    now = (60 + minutes) * 60_000;
    await expect(ask()).rejects.toMatchObject({ code: 'timeout' });
    expect(asked).toHaveLength(times);
  }
});

test('a client that fails to ask sends nothing', async () => {
  const approval = new Approval<string>();
  const confirm = async () => {
    await sleep(1);
    throw new Error('not supported');
  };
  await expect(
    approval.obtain('a', { shown: 'a', text: 'Send?' }, { confirm, signal: open() }),
  ).rejects.toThrow('not supported');
});

const message = { shown: 'a', text: 'Send?' };

test('a call its client cancelled takes its question with it, and a late yes counts for nothing', async () => {
  const { asked, withdrawn, confirm, decide } = person();
  const approval = new Approval<string>();
  const client = new AbortController();
  const cancelled = approval.obtain('a', message, { confirm, signal: client.signal });
  client.abort(new CallCancelled());
  await expect(cancelled).rejects.toMatchObject({ code: 'timeout' });
  expect(withdrawn.map(({ aborted }) => aborted)).toEqual([true]);
  decide(true);
  const next = approval.obtain('a', message, { confirm, signal: AbortSignal.timeout(20) });
  await expect(next).rejects.toMatchObject({ code: 'timeout' });
  expect(asked).toEqual(['Send?', 'Send?']);
  expect(withdrawn.map(({ aborted }) => aborted)).toEqual([true, false]);
});

test('also the question of an earlier call, which ran out of time', async () => {
  const { asked, withdrawn, confirm, decide } = person();
  const approval = new Approval<string>();
  const late = approval.obtain('a', message, { confirm, signal: AbortSignal.timeout(20) });
  await expect(late).rejects.toMatchObject({ code: 'timeout' });
  const cancelled = approval.obtain('a', message, {
    confirm,
    signal: AbortSignal.abort(new CallCancelled()),
  });
  await expect(cancelled).rejects.toMatchObject({ code: 'timeout' });
  expect(withdrawn.map(({ aborted }) => aborted)).toEqual([true]);
  decide(true);
  const next = approval.obtain('a', message, { confirm, signal: AbortSignal.timeout(20) });
  await expect(next).rejects.toMatchObject({ code: 'timeout' });
  expect(asked).toHaveLength(2);
});

test('a question that failed when its call was over is asked anew', async () => {
  const approval = new Approval<string>();
  let fail: (error: Error) => void = () => undefined;
  const failing = () => new Promise<boolean>((_resolve, reject) => (fail = reject));
  const late = approval.obtain('a', message, { confirm: failing, signal: AbortSignal.timeout(20) });
  await expect(late).rejects.toMatchObject({ code: 'timeout' });
  fail(new MailboxError('forbidden', 'The window was closed.'));
  await sleep(0);
  await approval.obtain('a', message, { confirm: async () => true, signal: open() });
});

test('a call that was cancelled before it could ask asks nobody', async () => {
  const { asked, confirm } = person();
  const signal = AbortSignal.abort(new CallCancelled());
  await expect(new Approval<string>().obtain('a', message, { confirm, signal })).rejects.toMatchObject({
    ...{ code: 'timeout' },
  });
  expect(asked).toEqual([]);
});
