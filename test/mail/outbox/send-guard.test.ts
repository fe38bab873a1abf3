import { expect, test } from 'vitest';
import { SendGuard } from '../../../src/mail/outbox/send-guard.ts';

const minute = 60_000;

function guarded(limit = 30) {
  let at = 0;
  const guard = new SendGuard({ limit, now: () => at });
  const begin = (fingerprint: string, idempotencyKey?: string, messageId = `<${Math.random()}@x>`) =>
    guard.begin({ fingerprint, idempotencyKey, messageId });
  return {
    guard,
    begin,
    later: (ms: number) => {
      at += ms;
    },
  };
}

const code = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return 'allowed';
};

test('the same content is refused for ten minutes after it was sent, then allowed', () => {
  const { begin, later } = guarded();
  begin('a').sent();
  expect(code(() => begin('a'))).toBe('conflict');
  expect(code(() => begin('b'))).toBe('allowed');
  later(10 * minute - 1);
  expect(code(() => begin('a'))).toBe('conflict');
  later(1);
  expect(code(() => begin('a'))).toBe('allowed');
});

test('a refusal says how long ago the same was sent, and a moment ago is a second', () => {
  const { begin, later } = guarded();
  begin('a', undefined, '<m@x>').sent();
  expect(() => begin('a')).toThrow('already sent a second ago (Message-ID <m@x>)');
  later(90_000);
  expect(() => begin('a')).toThrow('already sent 90 seconds ago');
});

test('a new idempotency key lets the same content go again; the same key never', () => {
  const { begin } = guarded();
  begin('a', 'one').sent();
  expect(code(() => begin('a', 'one'))).toBe('conflict');
  expect(code(() => begin('other content', 'one'))).toBe('conflict');
  expect(code(() => begin('a'))).toBe('conflict');
  expect(code(() => begin('a', 'two'))).toBe('allowed');
});

test('a key that was used is refused without looking at the content, for ten minutes', () => {
  const { begin, guard, later } = guarded();
  begin('a', 'one').sent();
  expect(code(() => guard.refuseKey('one'))).toBe('conflict');
  expect(code(() => guard.refuseKey('two'))).toBe('allowed');
  later(10 * minute);
  expect(code(() => guard.refuseKey('one'))).toBe('allowed');
});

test('what is on its way is not sent beside it, whatever the key', () => {
  const { begin, later } = guarded();
  begin('a', 'one');
  later(60 * minute);
  expect(code(() => begin('a', 'two'))).toBe('conflict');
});

test('what was certainly not sent may be tried again at once', () => {
  const { begin } = guarded();
  begin('a').notSent();
  expect(code(() => begin('a'))).toBe('allowed');
});

test('after an unknown outcome the repeat is refused and says how to check', () => {
  const { begin } = guarded();
  begin('a', undefined, '<m@x>').unknown();
  expect(() => begin('a')).toThrow(/may have been sent.*<m@x>/u);
  expect(code(() => begin('a', 'meant'))).toBe('allowed');
});

test('a draft is known by its Message-ID, even when its bytes changed', () => {
  const { begin } = guarded();
  begin('a', undefined, '<draft@x>').sent();
  expect(code(() => begin('changed', undefined, '<draft@x>'))).toBe('conflict');
});

test('no more than the limit leaves within ten minutes, and the wait is told', () => {
  const { begin, guard, later } = guarded(3);
  for (const content of ['a', 'b', 'c']) {
    expect(guard.waitMs).toBe(0);
    begin(content).sent();
    later(minute);
  }
  expect(code(() => begin('d'))).toBe('rate_limited');
  expect(guard.waitMs).toBe(7 * minute);
  later(7 * minute - 1);
  expect(code(() => begin('d'))).toBe('rate_limited');
  later(1);
  expect(guard.waitMs).toBe(0);
  expect(code(() => begin('d'))).toBe('allowed');
});

test('attempts that sent nothing do not count against the limit', () => {
  const { begin } = guarded(1);
  begin('a').notSent();
  expect(code(() => begin('b'))).toBe('allowed');
});
