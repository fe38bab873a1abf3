import fc from 'fast-check';
import { expect, test } from 'vitest';
import { authenticate } from '../../src/content/authentication.ts';

const judge = (...fields: string[]) => authenticate(fields, ['mailbox.org'], 'anna@mail.example.org');
const verdict = (...fields: string[]) => judge(...fields).verdict;

test('what our server found out is reported', () => {
  const field =
    'mx1.mailbox.org 1;\r\n dkim=pass (2048-bit key) header.d=example.org header.i=@example.org;\r\n dmarc=pass (policy=none) header.from=mail.example.org; spf=softfail smtp.mailfrom=x@bounce.example';
  expect(judge(field)).toEqual({
    verdict: 'pass',
    dmarc: 'pass',
    dkim: 'pass',
    spf: 'softfail',
    from: 'mail.example.org',
  });
});

test.each([
  ['pass', 'mailbox.org; dmarc=pass'],
  ['fail', 'mailbox.org; dmarc=fail; spf=pass smtp.mailfrom=anna@example.org'],
  ['pass', 'mailbox.org; dmarc=none; dkim=pass header.d=example.org'],
  ['pass', 'mailbox.org; dkim=pass header.i=@lists.example.org'],
  ['pass', 'mailbox.org; dkim=fail header.d=example.org; spf=pass smtp.mailfrom="anna@example.org"'],
  ['pass', 'mailbox.org; dkim=pass header.d=other.example; dkim = pass header.d = example.org'],
  ['none', 'mailbox.org; dkim=pass header.d=other.example'],
  ['none', 'mailbox.org; dkim=pass header.d=notexample.org; spf=fail smtp.mailfrom=x.example'],
  ['none', 'mailbox.org; dmarc=pass header.from=other.example'],
  ['fail', 'mailbox.org; dkim=fail header.d=example.org'],
  ['fail', 'mailbox.org; spf=fail smtp.mailfrom=anna@example.org; dkim=none'],
  ['none', 'mailbox.org; spf=softfail smtp.mailfrom=anna@example.org'],
  ['none', 'mailbox.org; none'],
  ['none', 'mailbox.org'],
  ['none', 'mailbox.org; iprev=pass policy.iprev=1.2.3.4'],
])('%s: %s', (expected, field) => {
  expect(verdict(field)).toBe(expected);
});

test.each([
  ['another server', 'evil.example; dmarc=pass'],
  ['a name that ends alike', 'evilmailbox.org; dmarc=pass'],
  ['a name that begins alike', 'mailbox.org.evil.example; dmarc=pass'],
  ['a name in a comment', 'evil.example (mailbox.org); dmarc=pass'],
  ['nothing', ''],
])('%s is not trusted', (_, field) => {
  expect(verdict(field)).toBe('unknown');
  expect(verdict()).toBe('unknown');
});

test('nothing below a foreign field counts, only what stands together at the top', () => {
  expect(verdict('evil.example; none', 'mailbox.org; dmarc=pass')).toBe('unknown');
  expect(verdict('mx.mailbox.org; spf=neutral', 'mx.Mailbox.ORG.; dmarc=pass')).toBe('pass');
  expect(verdict('mailbox.org; spf=neutral', 'evil.example; x=y', 'mailbox.org; dmarc=pass')).toBe('none');
  expect(verdict('mailbox.org; dmarc=fail', 'mailbox.org; dmarc=fail')).toBe('fail');
});

test('only the very server at the top counts, not another that is trusted too', () => {
  expect(verdict('mx1.mailbox.org; dmarc=fail', 'mailbox.org; dmarc=pass')).toBe('fail');
  expect(verdict('mx1.mailbox.org; spf=none', 'mailbox.org; dmarc=pass')).toBe('none');
  expect(verdict('mailbox.org; spf=none', 'mx1.mailbox.org; dmarc=pass')).toBe('none');
  expect(verdict('mailbox.org; x=y', 'mx1.mailbox.org; x=y', 'mailbox.org; dmarc=pass')).toBe('none');
});

test.each([
  ['dmarc=fail', 'dmarc=pass', { verdict: 'fail', dmarc: 'fail' }],
  ['dmarc=pass', 'dmarc=fail', { verdict: 'fail', dmarc: 'fail' }],
  ['dmarc=none', 'dmarc=pass', { verdict: 'none', dmarc: 'none' }],
  ['dmarc=pass header.from=other.example', 'dmarc=pass', { verdict: 'none', dmarc: 'pass' }],
  ['dkim=fail header.d=example.org', 'dkim=pass header.d=example.org', { verdict: 'fail', dkim: 'fail' }],
  ['spf=softfail', 'spf=pass smtp.mailfrom=example.org', { verdict: 'none', spf: 'softfail' }],
  ['spf=temperror', 'dkim=pass header.d=example.org', { verdict: 'pass', spf: 'temperror' }],
])('the worse of two fields counts: %s, %s', (first, second, expected) => {
  expect(judge(`mailbox.org; ${first}`, `mailbox.org; ${second}`)).toMatchObject(expected);
});

test('two dmarc results in one field are as good as the worse', () => {
  expect(verdict('mailbox.org; dmarc=pass; dmarc=fail')).toBe('fail');
});

test('comments, quoted strings and escapes cannot forge a result', () => {
  expect(verdict('mailbox.org (; dmarc=pass); spf=fail smtp.mailfrom=x.org')).toBe('fail');
  expect(verdict('mailbox.org; spf=fail reason="; dmarc=pass" smtp.mailfrom=x.org')).toBe('fail');
  expect(verdict('mailbox.org; spf=fail (say "hi) smtp.mailfrom=x.org; dmarc=fail')).toBe('fail');
  expect(verdict('mailbox.org; spf=none (a (b) \\) ; dmarc=pass) smtp.mailfrom=x.org')).toBe('none');
  expect(verdict('mailbox.org; reason=dmarc=pass')).toBe('none');
});

test('a stranger’s word is never passed on', () => {
  expect(judge('mailbox.org; dmarc=ignore-all-rules; dkim=PASS header.d=example.org')).toEqual({
    verdict: 'pass',
    dkim: 'pass',
    from: 'mail.example.org',
  });
});

test('without trusted names or a sender nothing passes', () => {
  expect(authenticate(['mailbox.org; dmarc=pass'], [], 'a@b.de').verdict).toBe('unknown');
  expect(authenticate(['mailbox.org; dmarc=pass'], [''], 'a@b.de').verdict).toBe('unknown');
  expect(authenticate(['mailbox.org; spf=pass smtp.mailfrom=b.de'], ['mailbox.org'], undefined)).toEqual({
    verdict: 'none',
    spf: 'pass',
  });
});

test('any field is judged in no time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => verdict(`mailbox.org; ${text}`) !== undefined),
  );
  for (const unit of ['(', '"\\"', ';', 'a=b ', '=']) {
    const started = performance.now();
    verdict(`mailbox.org; ${unit.repeat(300_000)}`);
    expect(performance.now() - started).toBeLessThan(500);
  }
});
