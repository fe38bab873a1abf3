import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caldavStatus } from '../../../src/connections/caldav/status.ts';
import { type Radicale, radicaleAvailable, startRadicale } from '../../servers/radicale.ts';
import { client, event, failure, never, radicaleClient } from '../../support/dav-rig.ts';
import { startProxy } from '../../support/proxy.ts';

describe.runIf(radicaleAvailable())('CalDAV with Radicale', () => {
  let radicale: Radicale;
  beforeAll(async () => {
    radicale = await startRadicale();
  });
  afterAll(() => radicale.stop());

  test('finds the calendars with name, colour, components and permissions', async () => {
    radicale.makeCalendar('alice', 'work', { displayName: 'Arbeit & 2026', color: '#FF8800ff' });
    radicale.makeCalendar('alice', 'tasks', { displayName: '2026', components: ['VTODO'] });
    radicale.makeCalendar('alice', 'readonly-birthdays');
    const { collections, schedules } = await radicaleClient(radicale, 'alice').home(never);
    const told = collections.map(({ name, color, components, writable, syncs }) => ({
      ...{ name, color, components, writable, syncs },
    }));
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        { name: 'Arbeit & 2026', color: '#ff8800', components: ['VEVENT'], writable: true, syncs: true },
        { name: '2026', color: undefined, components: ['VTODO'], writable: true, syncs: true },
        expect.objectContaining({ name: 'readonly-birthdays', writable: false }),
      ]),
    );
    expect(schedules).toBe(false);
    expect(collections.every(({ url }) => url.startsWith(radicale.url))).toBe(true);
  });

  test('reads deltas by token: everything, nothing, what was changed and what was removed', async () => {
    const url = radicale.makeCalendar('alice', 'sync');
    const caldav = radicaleClient(radicale, 'alice');
    const hrefOf = (name: string) => radicale.path('alice', 'sync', name);
    for (const uid of ['a', 'b', 'c']) await radicale.put('alice', 'sync', `${uid}.ics`, event(uid));
    const first = await caldav.sync(url, undefined, never);
    expect(first.changed.map(({ href }) => href).sort()).toEqual(['a.ics', 'b.ics', 'c.ics'].map(hrefOf));
    expect(await caldav.sync(url, first.token, never)).toEqual({
      changed: [],
      removed: [],
      token: first.token,
    });
    await radicale.delete('alice', 'sync', 'a.ics');
    const etag = await radicale.put('alice', 'sync', 'b.ics', event('b', 'LOCATION:Hall\n'));
    const second = await caldav.sync(url, first.token, never);
    expect(second.changed).toEqual([{ href: hrefOf('b.ics'), etag: etag.replaceAll('"', '') }]);
    expect(second.removed).toEqual([hrefOf('a.ics')]);
    expect(await caldav.entries(url, never)).toEqual(
      expect.arrayContaining([...second.changed, expect.objectContaining({ href: hrefOf('c.ics') })]),
    );
    expect(await caldav.entries(url, never)).toHaveLength(2);
  });

  test('refuses a token the server does not know as stale', async () => {
    const url = radicale.makeCalendar('alice', 'stale');
    const token = 'http://radicale.org/ns/sync/0000';
    expect(await failure(radicaleClient(radicale, 'alice').sync(url, token, never))).toMatchObject({
      code: 'stale_reference',
    });
  });

  test('fetches in batches, one missing among good ones, with the text as it was stored', async () => {
    const url = radicale.makeCalendar('alice', 'many');
    const names = Array.from({ length: 120 }, (_, index) => `e${index}.ics`);
    radicale.seed(
      'alice',
      'many',
      names.map((name) => [name, event(name)]),
    );
    const hrefs = [...names, 'missing.ics'].map((name) => radicale.path('alice', 'many', name));
    const batch = await radicaleClient(radicale, 'alice').fetch(url, hrefs, never);
    expect(batch.missing).toEqual([radicale.path('alice', 'many', 'missing.ics')]);
    expect(batch.failed).toEqual([]);
    expect(batch.resources).toHaveLength(120);
    const [one] = batch.resources;
    const stored = await radicale.get('alice', 'many', one?.href.split('/').at(-1) ?? '');
    expect(one?.ics).toBe(stored);
    expect(one?.ics).toContain('SUMMARY:Grüße ');
  });

  test('creates, changes and removes under preconditions, and the answers tell the tags', async () => {
    const url = radicale.makeCalendar('alice', 'writing');
    const caldav = radicaleClient(radicale, 'alice');
    const href = radicale.path('alice', 'writing', 'über @1.ics');
    const options = { signal: never };
    const created = await caldav.create(href, event('one'), options);
    const path = (await caldav.entries(url, never))[0]?.href ?? '';
    expect(path).toBe(radicale.path('alice', 'writing', '%C3%BCber%20@1.ics'));
    expect(await caldav.get(path, never)).toMatchObject({ href: path, etag: created.etag });
    expect(await failure(caldav.create(href, event('one'), options))).toMatchObject({ code: 'conflict' });
    const other = radicale.path('alice', 'writing', 'other.ics');
    expect(await failure(caldav.create(other, event('one'), options))).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('same UID'),
    });
    const etag = created.etag ?? '';
    const changed = await caldav.update(path, event('one', 'LOCATION:Hall\n'), { etag }, options);
    expect(changed.etag).not.toBe(etag);
    expect(await failure(caldav.update(path, event('one'), { etag }, options))).toMatchObject({
      code: 'conflict',
    });
    expect(await failure(caldav.remove(path, { etag }, options))).toMatchObject({ code: 'conflict' });
    expect((await caldav.get(path, never))?.ics).toContain('LOCATION:Hall');
    await caldav.remove(path, { etag: changed.etag ?? '' }, options);
    expect(await caldav.get(path, never)).toBeUndefined();
    await caldav.remove(path, { etag: changed.etag ?? '' }, options);
    expect(await failure(caldav.create(href, 'garbage', options))).toMatchObject({ code: 'invalid_input' });
  });

  test('does not write where it may not', async () => {
    radicale.makeCalendar('alice', 'readonly-one');
    const href = radicale.path('alice', 'readonly-one', 'a.ics');
    const error = await failure(
      radicaleClient(radicale, 'alice').create(href, event('a'), { signal: never }),
    );
    expect(error).toMatchObject({ code: 'forbidden', retryable: false });
  });

  test('tells a ctag that changes with the calendar', async () => {
    const url = radicale.makeCalendar('alice', 'ctag');
    const caldav = radicaleClient(radicale, 'alice');
    const before = await caldav.ctag(url, never);
    await radicale.put('alice', 'ctag', 'a.ics', event('a'));
    const after = await caldav.ctag(url, never);
    expect(after).toBeDefined();
    expect(after).not.toBe(before);
  });

  test('says not_found for a calendar that is gone, never an empty one', async () => {
    const url = new URL(radicale.path('alice', 'nowhere', ''), radicale.url).href;
    const caldav = radicaleClient(radicale, 'alice');
    expect(await failure(caldav.entries(url, never))).toMatchObject({ code: 'not_found' });
    expect(await failure(caldav.sync(url, undefined, never))).toMatchObject({ code: 'not_found' });
    expect(await failure(caldav.ctag(url, never))).toMatchObject({ code: 'not_found' });
  });

  test('a wrong password is an error that is not tried again, and the status says so', async () => {
    const { address } = radicale.user('alice');
    const caldav = client({
      url: radicale.url,
      username: address,
      password: async () => 'wrong',
      ca: readFileSync(radicale.caFile, 'utf8'),
    });
    const first = await failure(caldav.home(never));
    expect(first).toMatchObject({
      code: 'auth_failed',
      hint: expect.stringContaining('MAILBOX_DAV_PASSWORD'),
    });
    expect(await failure(caldav.entries(radicale.url, never))).toMatchObject({ message: first.message });
    expect(await caldavStatus(caldav, never)).toMatchObject({
      ...{ protocol: 'caldav', reachable: false, mode: 'read-only', pool: { created: 0, failed: 1 } },
      error: { code: 'auth_failed' },
    });
  });

  test('an unknown certificate is refused before the password is sent', async () => {
    const error = await failure(client({ url: radicale.url }).home(never));
    expect(error).toMatchObject({ code: 'unavailable', hint: expect.stringContaining('MAILBOX_CA_FILE') });
  });

  test('asks three times to find the calendars and once for a delta', async () => {
    radicale.makeCalendar('bob', 'home');
    const proxy = await startProxy({ targetPort: radicale.port, roundTripMs: 10 });
    const caldav = radicaleClient(radicale, 'bob', proxy.port);
    const { collections } = await caldav.home(never);
    // Radicale speaks HTTP/1.0: a connection for each request.
    expect(proxy.traffic.connections.total).toBe(3);
    const url = collections[0]?.url ?? '';
    const { token } = await caldav.sync(url, undefined, never);
    proxy.reset();
    await caldav.sync(url, token, never);
    expect(proxy.traffic.connections.total).toBe(1);
    // The handshake, the request, the farewell.
    expect(proxy.traffic.turns).toBeLessThanOrEqual(3);
    expect(await caldavStatus(caldav, never)).toMatchObject({
      ...{ reachable: true, mode: 'read-write', capabilities: ['calendar-access'] },
    });
    await proxy.close();
  });

  test('comes back after the server was away', async () => {
    const url = radicale.makeCalendar('alice', 'restart');
    const proxy = await startProxy({ targetPort: radicale.port });
    const caldav = radicaleClient(radicale, 'alice', proxy.port);
    expect(await caldav.entries(url, never)).toEqual([]);
    await proxy.refuse();
    expect(await failure(caldav.ctag(url, never))).toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
    await proxy.accept();
    expect(await caldav.ctag(url, never)).toBeDefined();
    await proxy.close();
  });
});
