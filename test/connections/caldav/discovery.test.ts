import { expect, test } from 'vitest';
import {
  client,
  entryPoint,
  failure,
  multistatus,
  never,
  reply,
  ScriptedDav,
} from '../../support/dav-rig.ts';

const ok = '<status>HTTP/1.1 200 OK</status>';
const found = (href: string, props: string) =>
  `<response><href>${href}</href><propstat><prop>${props}</prop>${ok}</propstat></response>`;
const c = 'xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/"';
const me = found(
  '/me/',
  `<C:calendar-home-set ${c}><href>/caldav/</href></C:calendar-home-set>
   <C:calendar-user-address-set ${c}><href>mailto:Alice@Example.org</href><href>MAILTO:al%2Bwork@example.org</href>
   <href>/principals/users/3</href><href>mailto:alice@example.org</href></C:calendar-user-address-set>`,
);
const calendar = (href: string, more = '') =>
  found(
    href,
    `<resourcetype><collection/><C:calendar ${c}/></resourcetype><displayname>${href}</displayname>${more}`,
  );
/** As Open-Xchange lists its home. */
const home =
  found('/caldav/', '<resourcetype><collection/></resourcetype>') +
  calendar(
    '/caldav/Y2FsOi8vMC8yNg',
    `<CS:getctag ${c}>7</CS:getctag><C:min-date-time ${c}>19960101T000000Z</C:min-date-time>
     <C:max-resource-size ${c}>10485760</C:max-resource-size>
     <C:schedule-calendar-transp ${c}><C:transparent/></C:schedule-calendar-transp>
     <current-user-privilege-set><privilege><read/></privilege><privilege><write-content/></privilege><privilege><bind/></privilege></current-user-privilege-set>
     <supported-report-set><supported-report><report><sync-collection/></report></supported-report></supported-report-set>`,
  ) +
  calendar(
    '/caldav/birthdays/',
    '<current-user-privilege-set><privilege><read/></privilege><privilege><write-content/></privilege></current-user-privilege-set>',
  ) +
  found('/caldav/feed/', `<resourcetype><collection/><CS:subscribed ${c}/></resourcetype>`) +
  found(
    '/caldav/schedule-inbox/',
    `<resourcetype><collection/><C:schedule-inbox ${c}/></resourcetype>
     <C:schedule-default-calendar-URL ${c}><href>/caldav/Y2FsOi8vMC8yNg/</href></C:schedule-default-calendar-URL>`,
  ) +
  found('/caldav/schedule-outbox/', `<resourcetype><collection/><C:schedule-outbox ${c}/></resourcetype>`);

const pages: Record<string, string> = { '/': entryPoint, '/me/': me, '/caldav/': home };
const dav = '1, 3, calendar-access, calendar-auto-schedule';

/** Answers PROPFIND from `pages` and OPTIONS with what the server can do. */
function openXchange(redirects: Record<string, string> = {}) {
  return ScriptedDav.start(({ method, path }, response) => {
    const location = redirects[path];
    if (location !== undefined) reply(response, 301, '', { location });
    else if (method === 'OPTIONS') reply(response, 200, '', { dav });
    else if (pages[path]) multistatus(response, pages[path]);
    else reply(response, 404);
  });
}

test('tells calendars from subscriptions and scheduling boxes, and all that is known of them', async () => {
  const server = await openXchange();
  const { collections, addresses, schedules, defaultUrl } = await client({ url: server.url }).home(never);
  const first = `${server.url}caldav/Y2FsOi8vMC8yNg/`;
  expect(collections.map(({ url, writable }) => [url, writable])).toEqual([
    [first, true],
    [`${server.url}caldav/birthdays/`, false],
    [`${server.url}caldav/feed/`, false],
  ]);
  expect(collections[0]).toMatchObject({
    ...{ syncs: true, transparent: true, maxResourceBytes: 10_485_760, components: ['VEVENT'] },
    minDateTime: new Date('1996-01-01T00:00:00Z'),
    maxDateTime: undefined,
  });
  expect(collections[1]).toMatchObject({ syncs: false, transparent: false });
  expect(addresses).toEqual(['alice@example.org', 'al+work@example.org']);
  expect(schedules).toBe(true);
  expect(defaultUrl).toBe(first);
  expect(server.asked).toEqual(['PROPFIND /', 'PROPFIND /me/', 'PROPFIND /caldav/', 'OPTIONS /caldav/']);
  expect(server.accepted).toBe(1);
});

test('what it can do is asked by one request where the calendars are, of the principal before that is known', async () => {
  const server = await openXchange();
  const everywhere = server.script;
  server.script = (request, response) =>
    request.path === '/' && request.method === 'OPTIONS'
      ? reply(response, 200)
      : everywhere(request, response);
  const caldav = client({ url: server.url });
  await caldav.ready(never);
  expect(await caldav.capabilities(never)).toContain('calendar-auto-schedule');
  await caldav.home(never);
  server.requests.length = 0;
  expect(await caldav.capabilities(never)).toContain('calendar-auto-schedule');
  expect(server.asked).toEqual(['OPTIONS /caldav/']);
});

test('says who it is and logs in with UTF-8', async () => {
  const server = await openXchange();
  await client({ url: server.url, version: '1.2.3' }).home(never);
  const [{ headers, body } = expect.fail()] = server.requests;
  expect(headers['user-agent']).toBe('mailbox-mcp-server/1.2.3');
  expect(headers.authorization).toBe(
    `Basic ${Buffer.from('alice@rig.test:pässword', 'utf8').toString('base64')}`,
  );
  expect(headers.depth).toBe('0');
  expect(body).toContain('<d:current-user-principal/>');
});

test('goes to the well-known address where the configured one is no DAV, and follows it on the same server', async () => {
  const server = await openXchange();
  const base = server.url.replace(/\/$/, '');
  server.script = ({ path }, response) => {
    if (path === '/.well-known/caldav') reply(response, 301, '', { location: `${base}/dav/` });
    else if (path === '/dav/')
      multistatus(response, entryPoint.replace('<href>/</href>', '<href>/dav/</href>'));
    else if (path === '/me/') reply(response, 308, '', { location: '/me' });
    else if (path === '/me') multistatus(response, me);
    else if (path === '/caldav/')
      reply(response, 207, `<multistatus xmlns="DAV:">${home}</multistatus>`, { dav });
    else reply(response, 405);
  };
  expect((await client({ url: server.url }).home(never)).collections).toHaveLength(3);
  expect(server.asked).not.toContain('OPTIONS /caldav/');
});

test('takes the configured address itself where there is no principal: a home or one calendar', async () => {
  const server = await openXchange();
  server.script = ({ path }, response) => {
    if (path === '/one/') multistatus(response, calendar('/one/'));
    else reply(response, 404);
  };
  const { collections, schedules } = await client({ url: `${server.url}one/` }).home(never);
  expect(collections.map(({ url }) => url)).toEqual([`${server.url}one/`]);
  expect(schedules).toBe(false);
});

test.each(['https://evil.example/dav/', '//evil.example/', 'http://127.0.0.1:1/', 'https://127.0.0.1/'])(
  'never follows a redirect to %s, with or without the password',
  async (location) => {
    const server = await openXchange({ '/': location });
    const error = await failure(client({ url: server.url }).home(never));
    expect(error).toMatchObject({ code: 'unavailable', retryable: false });
    expect(error.message).toContain('another address');
    expect(`${error.message} ${error.hint}`).not.toContain('evil');
    expect(server.asked).toEqual(['PROPFIND /']);
  },
);

test('stops when redirects go in a circle', async () => {
  const server = await openXchange({ '/': '/a', '/a': '/' });
  expect(await failure(client({ url: server.url }).home(never))).toMatchObject({ retryable: false });
  expect(server.requests.length).toBeLessThan(10);
});

test('a home on another host is refused and said, not asked', async () => {
  const server = await openXchange();
  server.script = ({ path }, response) =>
    multistatus(response, path === '/' ? entryPoint : me.replace('/caldav/', 'https://evil.example/caldav/'));
  expect((await failure(client({ url: server.url }).home(never))).message).toContain('another address');
});

test.each([
  ['a page for people', 200, '<html>Sign in</html>'],
  ['nothing', 404, ''],
  ['an empty multistatus', 207, '<multistatus xmlns="DAV:"/>'],
])('says that there is no CalDAV where %s answers', async (_name, status, body) => {
  const server = await openXchange();
  server.script = (_request, response) => reply(response, status, body, { 'content-type': 'text/html' });
  const error = await failure(client({ url: server.url }).home(never));
  expect(error).toMatchObject({ code: 'unavailable', retryable: false });
  expect(error.hint).toContain('MAILBOX_CALDAV_URL');
  expect(server.asked).toEqual(['PROPFIND /', 'PROPFIND /.well-known/caldav']);
});

test('an account without calendars has none, which is no error', async () => {
  const server = await openXchange();
  server.script = ({ path }, response) =>
    multistatus(
      response,
      { ...pages, '/caldav/': found('/caldav/', '<resourcetype><collection/></resourcetype>') }[path] ?? '',
    );
  expect((await client({ url: server.url }).home(never)).collections).toEqual([]);
});

test.each(['http://example.org/', 'http://192.168.1.2/dav', 'ftp://localhost/'])(
  'never sends a password to %s',
  (url) => {
    expect(() => client({ url })).toThrow(/https/);
  },
);
