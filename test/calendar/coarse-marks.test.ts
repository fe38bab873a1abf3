import { expect, test } from 'vitest';
import { countsSeconds } from '../../src/connections/caldav/change-marks.ts';
import type { CollectionState, SyncDelta } from '../../src/connections/caldav/types.ts';
import { davForTest } from '../sandbox/caldav/rig.ts';
import { client } from '../support/dav-rig.ts';
import { MemoryCollection, MemoryStore } from './support/memory-store.ts';
import { calendarRig, event } from './support/rig.ts';

const june = { start: '2026-06-01', end: '2026-06-30' };

function at(uid: string, title = uid): string {
  return event(uid, `SUMMARY:${title}`, 'DTSTART:20260610T080000Z', 'DURATION:PT1H');
}

/** A server whose tokens and ctags are the second of the last change, as SOGo's; each second has its changes. */
class SecondsStore extends MemoryStore {
  second = 1_780_000_000;
  private readonly begun = new Map<string, number>();

  /** A second begins for a collection with `changes` made before. */
  tick(): void {
    this.second += 1;
    for (const { dav, journal } of this.collections) this.begun.set(dav.url, journal.length);
  }

  override async states(signal: AbortSignal): Promise<ReadonlyMap<string, CollectionState>> {
    const states = await super.states(signal);
    return new Map([...states].map(([url, state]) => [url, this.coarse(state)]));
  }

  override async sync(...[url, token, signal, take]: Parameters<MemoryStore['sync']>): Promise<SyncDelta> {
    const since = token === undefined ? undefined : String(this.begun.get(url) ?? 0);
    return { ...(await super.sync(url, since, signal, take)), token: String(this.second) };
  }

  override async ctag(url: string, signal: AbortSignal): Promise<string> {
    await super.ctag(url, signal);
    return String(this.second);
  }

  private coarse({ syncToken, ...state }: CollectionState): CollectionState {
    const ctag = String(this.second);
    return { ...state, ctag, syncToken: syncToken && ctag };
  }
}

test.each([
  ['a token', true],
  ['a ctag', false],
])('%s that counts seconds does not hide a second change within one', async (_name, syncs) => {
  const [work, home] = [new MemoryCollection('Work', { syncs }), new MemoryCollection('Home', { syncs })];
  work.put('a.ics', at('a'));
  work.put('b.ics', at('b'));
  const store = new SecondsStore(work, home);
  const { service, context } = calendarRig(store);
  const titles = async () => (await service.getEvents(june, context)).events.map(({ title }) => title);
  expect(await titles()).toEqual(['a', 'b']);
  work.put('a.ics', at('a', 'a changed'));
  expect(await titles()).toEqual(['a changed', 'b']);
  work.put('a.ics', at('a', 'a again'));
  work.remove('b.ics');
  expect(await titles()).toEqual(['a again']);
  store.tick();
  work.put('c.ics', at('c'));
  expect(await titles()).toEqual(['a again', 'c']);
  store.take();
  expect(await titles()).toEqual(['a again', 'c']);
  expect(store.take().fetch).toBeUndefined();
});

test.each([
  ['1389004356', true],
  ['"1389004356"', true],
  ['http://sogo.example/sync/1389004356', true],
  ['1777300729362.0.1', false],
  ['http://sabre.io/ns/sync/15', false],
  ['http://cyrusimap.org/ns/sync/1777300729-3', false],
  [`http://radicale.org/ns/sync/${'1'.repeat(64)}`, false],
  ['63897530753', false],
])('%s counts seconds: %s', (mark, expected) => {
  expect(countsSeconds(mark)).toBe(expected);
});

test('a calendar of more than a page whose tokens the server refuses is read by its ETags', async () => {
  const dav = await davForTest({ behaviour: 'open-xchange', maxResults: 3 });
  const names = Array.from({ length: 8 }, (_, index) => `e${index}`);
  for (const name of names) await dav.put(`${name}.ics`, at(name));
  dav.sandbox.caldav.calendars.expireSyncTokens();
  const url = dav.sandbox.caldavUrl;
  const store = client({ url, username: dav.user, password: async () => dav.password });
  const { service, context } = calendarRig(store);
  const seen = async () => {
    const from = dav.sandbox.caldav.requests.length;
    const { events, incomplete } = await service.getEvents(june, context);
    expect(incomplete).toBeUndefined();
    const asked = dav.sandbox.caldav.requests.slice(from).map(({ method }) => method);
    return { titles: events.map(({ title }) => title), asked };
  };
  expect((await seen()).titles).toEqual(names);
  expect(await seen()).toEqual({ titles: names, asked: ['PROPFIND'] });
  await dav.put('e3.ics', at('e3', 'changed'));
  await dav.send('DELETE', dav.path('Kalender', 'e5.ics'));
  expect((await seen()).titles).toEqual(['changed', 'e0', 'e1', 'e2', 'e4', 'e6', 'e7']);
});
