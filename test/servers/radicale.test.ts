import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Radicale, radicaleAvailable, startRadicale } from './radicale.ts';

const event =
  'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260301T090000Z\r\nSUMMARY:Grüße\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';

describe.runIf(radicaleAvailable())('a throw-away Radicale', () => {
  let radicale: Radicale;
  beforeAll(async () => {
    radicale = await startRadicale({ users: ['alice', 'bob'] });
  });
  afterAll(() => radicale.stop());

  test('stores, gives and deletes events like any other program', async () => {
    radicale.makeCalendar('alice', 'work');
    expect(await radicale.put('alice', 'work', 'a.ics', event)).toMatch(/^".+"$/);
    radicale.seed('alice', 'work', [['b.ics', event.replace('UID:a', 'UID:b')]]);
    expect(await radicale.get('alice', 'work', 'a.ics')).toContain('SUMMARY:Grüße');
    expect(await radicale.get('alice', 'work', 'b.ics')).toContain('UID:b');
    await radicale.delete('alice', 'work', 'a.ics');
    expect(await radicale.get('alice', 'work', 'a.ics')).toBeUndefined();
  });

  test('lets in only those it knows, to their own calendars, and keeps readonly- ones as they are', async () => {
    radicale.makeCalendar('alice', 'readonly-birthdays');
    radicale.makeCalendar('bob', 'private');
    await expect(radicale.put('alice', 'readonly-birthdays', 'a.ics', event)).rejects.toThrow(/403/);
    expect((await radicale.request('alice', 'GET', radicale.path('bob', 'private'))).status).toBe(403);
    expect((await radicale.request('mallory', 'PROPFIND', '/')).status).toBe(401);
  });

  test('keeps everything over a restart and leaves nothing at its end', async () => {
    const other = await startRadicale({ certificates: radicale.certificates });
    other.makeCalendar('alice', 'work', { components: ['VEVENT', 'VTODO'] });
    await other.put('alice', 'work', 'a.ics', event);
    await other.restart();
    expect(await other.get('alice', 'work', 'a.ics')).toContain('UID:a');
    await other.stop();
    expect(existsSync(other.dir)).toBe(false);
    await expect(other.get('alice', 'work', 'a.ics')).rejects.toThrow(/ECONNREFUSED|ENOENT/);
  });
});
