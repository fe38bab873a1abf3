import { expect, test } from 'vitest';
import { behaviours, DavClient, davForTest, inside } from './rig.ts';

test.each([
  ['plain', '/'],
  ['open-xchange', 'absolute'],
] as const)('%s: the well-known address leads to the calendars, without login', async (behaviour, goal) => {
  const client = await davForTest({ behaviour });
  const response = await fetch(`${client.sandbox.caldavUrl}.well-known/caldav`, { redirect: 'manual' });
  expect(response.status).toBe(301);
  expect(response.headers.get('location')).toBe(
    goal === 'absolute' ? `${client.sandbox.caldavUrl}caldav/` : goal,
  );
});

test('a wrong password is 401 with the realm, and a password of its own counts for DAV', async () => {
  const client = await davForTest({
    behaviour: 'open-xchange',
    passwords: { 'alice@sandbox.test': 'dav-ü' },
  });
  const refused = await client.send('PROPFIND', '/', undefined, { Depth: '0' });
  expect(refused.status).toBe(401);
  expect(refused.headers.get('www-authenticate')).toContain('realm="OX WebDAV"');
  client.password = 'dav-ü';
  expect((await client.send('PROPFIND', '/', undefined, { Depth: '0' })).status).toBe(207);
  expect(client.sandbox.env(client.user)).toMatchObject({
    MAILBOX_CALDAV_URL: client.sandbox.caldavUrl,
    MAILBOX_DAV_PASSWORD: 'dav-ü',
  });
});

test.each(behaviours)(
  '%s: from the root over the principal to the home and its calendars',
  async (behaviour) => {
    const client = await davForTest({ behaviour, schedules: true });
    const [root] = await client.propfind('/', '0', 'current-user-principal', 'c:calendar-home-set');
    expect(root?.missing).toEqual(['C:calendar-home-set']);
    const principal = root?.properties['D:current-user-principal']?.children[0]?.text ?? '';
    expect(principal).toBe(
      behaviour === 'plain' ? '/principals/users/alice%40sandbox.test/' : '/principals/users/3',
    );
    const [me] = await client.propfind(
      ...([principal, '0', 'c:calendar-home-set', 'c:calendar-user-address-set'] as const),
      ...['c:schedule-inbox-URL', 'c:schedule-outbox-URL'],
    );
    const home = me?.properties['C:calendar-home-set']?.children[0]?.text ?? '';
    expect(home).toBe(behaviour === 'plain' ? '/calendars/alice%40sandbox.test/' : '/caldav/');
    expect(me?.properties['C:calendar-user-address-set']?.children.map(({ text }) => text)).toEqual([
      'mailto:alice@sandbox.test',
    ]);
    expect(me?.properties['C:schedule-outbox-URL']?.children[0]?.text).toBe(`${home}schedule-outbox/`);
    const inbox = me?.properties['C:schedule-inbox-URL']?.children[0]?.text ?? '';
    const [box] = await client.propfind(inbox, '0', 'c:schedule-default-calendar-URL', 'cs:getctag');
    expect(box?.properties['C:schedule-default-calendar-URL']?.children[0]?.text).toBe(client.path());
    expect(box?.missing).toEqual(['CS:getctag']);
  },
);

test.each(behaviours)('%s: the home tells kinds, rights, components and colours', async (behaviour) => {
  const client = await davForTest({ behaviour });
  const home = client.path().replace(/[^/]+\/$/u, '');
  const all = await client.propfind(
    ...([
      home,
      '1',
      'resourcetype',
      'displayname',
      'current-user-privilege-set',
      'a:calendar-color',
    ] as const),
    ...[
      'c:supported-calendar-component-set',
      'c:schedule-calendar-transp',
      'cs:getctag',
      'sync-token',
      'z:odd',
    ],
    ...['supported-report-set', 'c:max-resource-size', 'c:max-date-time', 'a:calendar-order'],
  );
  const named = (name: string) => all.find(({ properties }) => properties['D:displayname']?.text === name);
  const types = (name: string) => inside(named(name)?.properties['D:resourcetype']);
  expect(types('Kalender')).toEqual(['D:collection', 'C:calendar']);
  expect(types('Feiertage')).toEqual(['D:collection', 'CS:subscribed']);
  const rights = (name: string) => inside(named(name)?.properties['D:current-user-privilege-set']);
  expect(rights('Kalender')).toContain('D:write-content');
  expect(rights('Geburtstage')).not.toContain('D:write-content');
  const tasks = named('Aufgaben')?.properties['C:supported-calendar-component-set']?.children;
  expect(tasks?.map(({ attributes }) => attributes.name)).toEqual(['VTODO']);
  const calendar = named('Kalender');
  expect(inside(calendar?.properties['D:supported-report-set'])).toContain('D:sync-collection');
  expect(calendar?.properties['A:calendar-color']?.text).toBe('#cee7ff');
  expect(calendar?.properties['A:calendar-order']?.text).toBe('1');
  expect(calendar?.missing).toEqual(
    behaviour === 'plain' ? ['{urn:z}odd', 'C:max-date-time'] : ['{urn:z}odd'],
  );
  const scheduling = all.filter(({ href }) => href.includes('schedule-'));
  expect(scheduling).toHaveLength(behaviour === 'plain' ? 0 : 2);
});

test('OPTIONS announces automatic scheduling exactly when the server does it', async () => {
  for (const schedules of [true, false]) {
    const client = await davForTest({ schedules });
    const { headers } = await client.send('OPTIONS', '/');
    expect(headers.get('dav')?.includes('calendar-auto-schedule')).toBe(schedules);
    expect(headers.get('dav')).toContain('calendar-access');
  }
});

test('nobody sees the calendars of others, and infinity is refused', async () => {
  const client = await davForTest();
  const bob = new DavClient(client.sandbox, 'bob');
  expect((await bob.send('PROPFIND', client.path(), undefined, { Depth: '1' })).status).toBe(403);
  const endless = await client.send('PROPFIND', client.path());
  expect(endless.status).toBe(403);
  expect(endless.text).toContain('propfind-finite-depth');
});

test.each(behaviours)('%s: MKCALENDAR makes one, with its name, colour and components', async (behaviour) => {
  const client = await davForTest({ behaviour });
  const home = client.path().replace(/[^/]+\/$/u, '');
  const body = `<c:mkcalendar xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><set><prop><displayname>Chor &amp; Band</displayname></prop></set></c:mkcalendar>`;
  expect((await client.send('MKCALENDAR', `${home}chor/`, body)).status).toBe(201);
  const path = client.path('Chor & Band');
  expect(path === `${home}chor/`).toBe(behaviour === 'plain');
  expect((await client.send('MKCALENDAR', path, body)).status).toBe(405);
  expect((await client.send('DELETE', path)).status).toBe(204);
  expect((await client.send('PROPFIND', path, undefined, { Depth: '0' })).status).toBe(404);
  const kept = await client.send('DELETE', client.path());
  expect([kept.status, kept.text.includes('default-calendar-needed')]).toEqual([403, true]);
});
