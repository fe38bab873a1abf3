import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CalDav } from '../../src/connections/caldav.ts';
import { type Radicale, radicaleAvailable, startRadicale } from '../servers/radicale.ts';
import { radicaleClient } from '../support/dav-rig.ts';
import { calendarRig, event } from './support/rig.ts';

const june = { start: '2026-06-01', end: '2026-06-30' };

function at(uid: string, title = uid): string {
  return event(uid, `SUMMARY:${title}`, 'DTSTART:20260610T080000Z', 'DURATION:PT1H');
}

/** What is asked of the server, in order. */
function listenTo(store: CalDav): string[] {
  const asked: string[] = [];
  const states = store.states.bind(store);
  const sync = store.sync.bind(store);
  store.states = (signal, options) => {
    asked.push(options?.timesOnly ? 'times' : 'tokens');
    return states(signal, options);
  };
  store.sync = (...given) => {
    asked.push('sync');
    return sync(...given);
  };
  return asked;
}

describe.runIf(radicaleAvailable())('the times of Radicale as proof', () => {
  let radicale: Radicale;
  beforeAll(async () => {
    radicale = await startRadicale();
  });
  afterAll(() => radicale.stop());

  function folder(user: string, calendar: string): string {
    return join(radicale.dir, 'store', 'collection-root', radicale.user(user).address, calendar);
  }

  /** As if nothing had been changed since; a negative age lies in the future. */
  function age(path: string, seconds: number): void {
    const then = Date.now() / 1000 - seconds;
    const files = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { name } of files) utimesSync(join(path, name), then, then);
    utimesSync(path, then, then);
  }

  function look(user: string) {
    const store = radicaleClient(radicale, user);
    const rig = calendarRig(store);
    const titles = async () => {
      const { events } = await rig.service.getEvents(june, rig.context);
      return events.map(({ title }) => title).sort();
    };
    return { titles, asked: listenTo(store) };
  }

  test('when nothing changed for a while only the times are asked for; a change, a new event and a removal show', async () => {
    radicale.makeCalendar('alice', 'work');
    radicale.makeCalendar('alice', 'home');
    await radicale.put('alice', 'work', 'a.ics', at('a'));
    await radicale.put('alice', 'home', 'b.ics', at('b'));
    for (const name of ['work', 'home']) age(folder('alice', name), 60);
    const { titles, asked } = look('alice');
    expect(await titles()).toEqual(['a', 'b']);
    expect(await titles()).toEqual(['a', 'b']);
    expect(asked.splice(0)).toEqual(['sync', 'sync', 'times']);
    await radicale.put('alice', 'work', 'a.ics', at('a', 'a changed'));
    expect(await titles()).toEqual(['a changed', 'b']);
    expect(asked.splice(0)).toEqual(['times', 'sync']);
    await radicale.put('alice', 'work', 'c.ics', at('c'));
    expect(await titles()).toEqual(['a changed', 'b', 'c']);
    expect(asked.splice(0)).toEqual(['tokens', 'sync']);
    for (const name of ['work', 'home']) age(folder('alice', name), 30);
    await titles();
    asked.length = 0;
    await radicale.delete('alice', 'home', 'b.ics');
    expect(await titles()).toEqual(['a changed', 'c']);
    expect(asked).toEqual(['times', 'sync']);
  });

  test('a change is never missed, however soon it follows a look', async () => {
    radicale.makeCalendar('bob', 'work');
    const { titles } = look('bob');
    for (let round = 0; round < 40; round++) {
      await radicale.put('bob', 'work', 'a.ics', at('a', `round ${round}`));
      expect(await titles()).toEqual([`round ${round}`]);
      if (round % 10 === 9) await sleep(300);
    }
  });

  test('a time of a moment ago, or of the future, proves nothing: the token does', async () => {
    radicale.makeCalendar('carol', 'work');
    await radicale.put('carol', 'work', 'a.ics', at('a'));
    for (const seconds of [1, -3600]) {
      age(folder('carol', 'work'), seconds);
      const { titles, asked } = look('carol');
      await titles();
      await titles();
      expect(asked).toEqual(['sync', 'tokens']);
    }
  });
});
