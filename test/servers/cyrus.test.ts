import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cyrus, cyrusAvailable, startCyrus } from './cyrus.ts';

const year = new Date().getUTCFullYear() + 1;

const event = (uid: string, ...lines: readonly string[]) =>
  [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', 'BEGIN:VEVENT', `UID:${uid}`],
    ...[
      'DTSTAMP:20260101T000000Z',
      `DTSTART:${year}0301T090000Z`,
      'DURATION:PT1H',
      'SUMMARY:Grüße',
      ...lines,
    ],
    ...['END:VEVENT', 'END:VCALENDAR', ''],
  ].join('\r\n');

describe.runIf(cyrusAvailable())('a throw-away Cyrus', () => {
  let cyrus: Cyrus;
  beforeAll(async () => {
    cyrus = await startCyrus();
  });
  afterAll(() => cyrus?.stop());

  test('stores, gives and deletes events like any other program', async () => {
    await cyrus.makeCalendar('alice', 'work', { displayName: 'Arbeit' });
    expect(await cyrus.put('alice', 'work', 'a.ics', event('a'))).toMatch(/^".+"$/);
    expect(await cyrus.get('alice', 'work', 'a.ics')).toContain('SUMMARY:Grüße');
    await cyrus.delete('alice', 'work', 'a.ics');
    expect(await cyrus.get('alice', 'work', 'a.ics')).toBeUndefined();
  });

  test('tells attendees and organizer by itself, from the first request on', async () => {
    const people = ['alice', 'bob'].map((name) => `ATTENDEE:mailto:${cyrus.user(name).address}`);
    const organizer = `ORGANIZER:mailto:${cyrus.user('alice').address}`;
    await cyrus.put('alice', 'Default', 'meet.ics', event('meet', organizer, ...people));
    const list = await cyrus.request('bob', 'PROPFIND', cyrus.path('bob', 'Default'), { depth: '1' });
    const [name = ''] = /[^/<>]+\.ics/u.exec(list.text) ?? [];
    const copy = (await cyrus.get('bob', 'Default', name)) ?? '';
    expect(copy).toContain('UID:meet');
    const mine = /^ATTENDEE[^:]*(?=:mailto:bob@)/mu;
    await cyrus.put('bob', 'Default', name, copy.replace(mine, 'ATTENDEE;PARTSTAT=ACCEPTED'));
    const answered = (await cyrus.get('alice', 'Default', 'meet.ics')) ?? '';
    expect(answered.replace(/\r\n /gu, '')).toMatch(/^ATTENDEE;PARTSTAT=ACCEPTED.*:mailto:bob@/mu);
  });

  test('lets in only those it knows, and keeps what is read-only as it is', async () => {
    await cyrus.makeCalendar('alice', 'fixed');
    await cyrus.makeReadOnly('alice', 'fixed');
    await expect(cyrus.put('alice', 'fixed', 'a.ics', event('b'))).rejects.toThrow(/403/);
    expect((await cyrus.request('mallory', 'PROPFIND', '/dav/calendars/')).status).toBe(401);
  });

  test('leaves nothing at its end', async () => {
    const other = await startCyrus();
    const pid = Number(readFileSync(join(other.dir, 'master.pid'), 'utf8').trim());
    expect(isAlive(pid)).toBe(true);
    await other.stop();
    expect(existsSync(other.dir)).toBe(false);
    expect(isAlive(pid)).toBe(false);
    await expect(other.request('alice', 'GET', '/')).rejects.toThrow(/ECONNREFUSED|ENOENT/);
  });
});

/** A zombie is a process of its parent's table only. */
function isAlive(pid: number): boolean {
  const status = `/proc/${pid}/status`;
  return existsSync(status) && !/^State:\s+Z/mu.test(readFileSync(status, 'utf8'));
}
