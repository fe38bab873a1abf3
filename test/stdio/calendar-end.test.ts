import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { EventPage } from '../../src/domain/calendar.ts';
import type { Behaviour } from '../../src/sandbox/caldav/dialect.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { day } from '../support/calendar-texts.ts';
import { deskForTest } from './calendar-rig.ts';

const user = 'alice@sandbox.test';
const week = { start: day(0), end: day(6) };
const event = { title: 'Probe', start: `${day(0)}T10:00` };

async function house(caldav: SandboxOptions['caldav'] = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ seed: false, caldav });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

const stored = ({ caldav }: Sandbox) => caldav.calendars.user(user).collection('Kalender').resources.size;

/** Resolves when the server has got another request of that method. */
async function reached({ caldav }: Sandbox, method: string): Promise<void> {
  const isNew = ({ method: each, status }: (typeof caldav.requests)[number]) =>
    each === method && status === 0;
  while (!caldav.requests.some(isNew)) await sleep(10);
}

describe.each<Behaviour>(['plain', 'open-xchange'])('a wrong DAV password (%s)', (behaviour) => {
  test('is tried twice at most, and every answer says which password to set', async () => {
    const sandbox = await house({ behaviour });
    const { call, refused, server } = await deskForTest({
      ...sandbox.env(user),
      MAILBOX_DAV_PASSWORD: 'fälsch-geheim',
    });
    const calls = [
      refused('list_calendars'),
      refused('get_calendar_events', week),
      refused('get_free_busy', week),
      refused('create_event', event),
      refused('search_calendar', { query: 'x' }),
    ];
    const later = await Promise.all(calls).then(async (errors) => [
      ...errors,
      await refused('list_calendars'),
    ]);
    for (const error of later) {
      expect(error).toMatchObject({ code: 'auth_failed', retryable: false });
      expect(error.hint).toContain('MAILBOX_DAV_PASSWORD');
    }
    const tries = sandbox.caldav.requests.filter(({ status }) => status === 401);
    expect(tries.length).toBeGreaterThan(0);
    expect(tries.length).toBeLessThanOrEqual(2);
    expect(stored(sandbox)).toBe(0);
    // Mail has another password and goes on.
    expect(await call('get_folders')).toMatchObject({ folders: expect.anything() });
    const status = JSON.stringify(await call('get_server_status'));
    expect(status).toContain('auth_failed');
    await server.end();
    for (const secret of ['fälsch-geheim', Buffer.from(`${user}:fälsch-geheim`).toString('base64')]) {
      expect(server.stderr).not.toContain(secret);
      expect(status + JSON.stringify(later)).not.toContain(secret);
    }
  });
});

test('the DAV password, where it is another than that of mail, is the only one the calendar server sees', async () => {
  const sandbox = await house({ passwords: { [user]: 'nur-kalender' } });
  const { call, server } = await deskForTest(sandbox.env(user));
  await call('create_event', event);
  await call('get_folders');
  expect(stored(sandbox)).toBe(1);
  expect(sandbox.caldav.requests.every(({ status }) => status !== 401)).toBe(true);
  await server.end();
  for (const secret of ['nur-kalender', Buffer.from(`${user}:nur-kalender`).toString('base64')]) {
    expect(server.stderr).not.toContain(secret);
  }
});

test('no calendar server at the start is an error that says so, and mail works', async () => {
  const sandbox = await house();
  const env = sandbox.env(user);
  const down = await deskForTest({ ...env, MAILBOX_CALDAV_URL: 'http://127.0.0.1:9/' });
  expect(await down.refused('get_calendar_events', week)).toMatchObject({
    code: 'unavailable',
    retryable: true,
  });
  expect(await down.refused('create_event', event)).toMatchObject({ code: 'unavailable' });
  expect(await down.call('get_folders')).toMatchObject({ folders: expect.anything() });
  expect(await down.server.end()).toMatchObject({ code: 0 });
});

test('it comes back by itself once the calendar server is up', async () => {
  const sandbox = await house();
  const { call, refused } = await deskForTest(sandbox.env(user));
  sandbox.caldav.faults.plan({ times: 1_000 }, 'drop');
  expect(await refused('get_calendar_events', week)).toMatchObject({ code: 'unavailable', retryable: true });
  sandbox.caldav.faults.clear();
  expect(await call<EventPage>('get_calendar_events', week)).toMatchObject({ events: [] });
});

describe.each([
  ['PROPFIND', 'list_calendars', {}],
  ['REPORT', 'get_calendar_events', week],
  ['PUT', 'create_event', event],
] as const)('while %s hangs', (method, tool, args) => {
  const hanging = async () => {
    const sandbox = await house();
    sandbox.caldav.calendars.user(user).collection('Kalender').put('kaputt.ics', 'BEGIN:VCALENDAR');
    const desk = await deskForTest(sandbox.env(user));
    sandbox.caldav.faults.plan({ method }, 'hang');
    return { sandbox, desk };
  };

  test('a cancelled call ends, and the next one works', async () => {
    const { sandbox, desk } = await hanging();
    const cancelled = new AbortController();
    const asked = desk.server.request(
      'tools/call',
      { name: tool, arguments: args },
      { signal: cancelled.signal },
    );
    await reached(sandbox, method);
    cancelled.abort();
    await expect(asked).rejects.toThrow('cancelled');
    const before = performance.now();
    await desk.call(tool, args);
    expect(performance.now() - before).toBeLessThan(3000);
    const { accounts } = await desk.call<{ accounts: { protocols: object[] }[] }>('get_server_status');
    expect(accounts[0]?.protocols).toContainEqual(
      expect.objectContaining({ protocol: 'caldav', pool: expect.objectContaining({ busy: 0, waiting: 0 }) }),
    );
  });

  test('the client goes away: gone within 2 s with code 0', async () => {
    const { sandbox, desk } = await hanging();
    const asked = desk.server.call(tool, args).catch(() => undefined);
    await reached(sandbox, method);
    const { code, ms } = await desk.server.end();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(2000);
    const answer = await asked;
    if (answer) expect(answer.ok).toBe(false);
  });
});
