import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calendarServers } from '../../calendar/support/calendar-servers.ts';
import { event, never } from '../../support/dav-rig.ts';

describe.each(calendarServers.filter(({ available }) => available))('CalDAV states on $name', (server) => {
  beforeAll(() => server.start());
  afterAll(() => server.stop());

  test('the token told for each calendar is the one a sync ends at, until something changes', async () => {
    const { store, put, remove } = await server.calendar();
    const { collections } = await store.home(never);
    expect(collections.length).toBeGreaterThan(0);
    await put('a.ics', event('a'));
    const ends = async () => {
      const told = await store.states(never);
      for (const { url } of collections) {
        expect(told.get(url)?.syncToken).toBe((await store.sync(url, undefined, never)).token);
      }
      return collections.map(({ url }) => told.get(url)?.syncToken);
    };
    const before = await ends();
    await put('b.ics', event('b'));
    const added = await ends();
    expect(added).not.toEqual(before);
    await remove('b.ics');
    expect(await ends()).not.toEqual(added);
  });
});
