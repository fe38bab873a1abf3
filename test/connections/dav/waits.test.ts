import { expect, test } from 'vitest';
import { refusal } from '../../../src/connections/dav/errors.ts';

const now = Date.parse('2026-06-10T10:00:00Z');

/** The hint of a refusal is what a model goes by: it names a wait, and one that holds. */
test.each([
  ['none', undefined, 60],
  ['an unreadable one', 'soon', 60],
  ['two minutes', '120', 120],
  ['a date', 'Wed, 10 Jun 2026 10:00:30 GMT', 30],
  ['a date that is over', 'Wed, 21 Oct 2015 07:28:00 GMT', 1],
  ['thirty years: after an hour it is asked again', '1000000000', 3600],
])('429 with %s', (_name, wait, seconds) => {
  const headers = wait === undefined ? {} : { 'retry-after': wait };
  for (const method of ['PUT', 'REPORT']) {
    const request = { method, path: '/a.ics', want: 'status' } as const;
    const error = refusal(request, { status: 429, headers, preconditions: [] }, now);
    expect(error).toMatchObject({ code: 'rate_limited', retryable: true });
    expect(error.hint).toMatch(new RegExp(`^Try again in ${seconds} seconds?\\.$`, 'u'));
  }
});
