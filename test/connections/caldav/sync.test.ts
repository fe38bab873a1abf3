import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { davLimits } from '../../../src/connections/dav/answer.ts';
import {
  client,
  entry,
  event,
  failure,
  gone,
  loggedIn,
  multistatus,
  never,
  precondition,
  reply,
  type Script,
  ScriptedDav,
} from '../../support/dav-rig.ts';

const limits = { ...davLimits, multistatusBytes: 1_000_000, textBytes: 500_000 };

/** A server whose one calendar is `/cal/`, and our side of it. */
async function rig(script: Script) {
  const server = await ScriptedDav.start(loggedIn(script));
  return { server, url: `${server.url}cal/`, caldav: client({ url: server.url, limits }) };
}

const token = (text: string) => `<sync-token>${text}</sync-token>`;
const cut = gone('/cal/', '507 Insufficient Storage');

test('goes on after 507 to the end; the last word on a resource holds', async () => {
  const parts = [
    entry('/cal/a.ics', 'a1') + entry('/cal/b.ics', 'b1') + cut + token('t1'),
    gone('/cal/b.ics') +
      entry('/cal/a.ics', '&quot;a2&quot;') +
      entry('/cal/c.ics', 'c1') +
      cut +
      token('t2'),
    entry('/cal/a.ics', 'a2') +
      entry('/cal/b.ics', 'W/"b3"') +
      gone('/cal/c.ics') +
      token('1777300729362.0.1'),
  ];
  const { server, url, caldav } = await rig((_request, response) =>
    multistatus(response, parts.shift() ?? ''),
  );
  expect(await caldav.sync(url, undefined, never)).toEqual({
    changed: [
      { href: '/cal/a.ics', etag: 'a2' },
      { href: '/cal/b.ics', etag: 'b3' },
    ],
    removed: ['/cal/c.ics'],
    token: '1777300729362.0.1',
  });
  const sent = server.requests.slice(1).map(({ body }) => />([^<]*)<\/d:sync-token>/.exec(body)?.[1]);
  expect(sent).toEqual([undefined, 't1', 't2']);
  expect(server.requests[1]?.headers.depth).toBe('0');
  expect(server.requests[1]?.body).not.toContain('calendar-data');
});

const elsewhere = [
  '/other/a.ics',
  '/calendar/a.ics',
  '/a.ics',
  '/cal/../a.ics',
  '/cal/sub/a.ics',
  'urn:uuid:1',
  '',
];
const foreign = ['https://evil.example/other/a.ics', '//cal/a.ics'];

test.each([...elsewhere, ...foreign])(
  'a list with what lies elsewhere, as %j, is broken: left out it would be missing',
  async (href) => {
    const told = entry('/cal/b.ics', 'b1') + entry(href, 'a1');
    const { url, caldav } = await rig((_request, response) => multistatus(response, told + token('t')));
    for (const list of [
      caldav.sync(url, undefined, never),
      caldav.sync(url, 'old', never),
      caldav.sync(url, undefined, never, async () => undefined),
      caldav.entries(url, never),
    ]) {
      expect(await failure(list)).toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('broken'),
      });
    }
  },
);

test.each(['/cal/', '/cal', 'https://inside.example/cal', 'HTTP://LOCALHOST:80/cal/', './'])(
  'the collection itself as %j, and events by whatever name of the server, are taken for what they are',
  async (self) => {
    const names = [
      '/cal/%61%40x.ics',
      'a@x.ics',
      'https://inside.example/cal/a%40x.ics',
      '/cal/sub/',
      '/cal//a@x.ics',
    ];
    const told = names.map((name) => entry(name, 'a1')).join('');
    const pages = [entry(self, '0') + told + token('t1')];
    const { url, caldav } = await rig((_request, response) => multistatus(response, pages.shift() ?? told));
    const changed = [{ href: '/cal/a@x.ics', etag: 'a1' }];
    expect(await caldav.sync(url, undefined, never)).toMatchObject({ changed, token: 't1' });
    expect(await caldav.entries(url, never)).toEqual(changed);
  },
);

test('a list cut by a server that goes by another name is read to its end', async () => {
  const cutThere = gone('https://inside.example/cal', '507 Insufficient Storage');
  const pages = [
    entry('https://inside.example/cal/a.ics', '1') + cutThere + token('t1'),
    entry('b.ics', '1') + token('t2'),
  ];
  const { url, caldav } = await rig((_request, response) => multistatus(response, pages.shift() ?? ''));
  const { changed } = await caldav.sync(url, undefined, never);
  expect(changed.map(({ href }) => href)).toEqual(['/cal/a.ics', '/cal/b.ics']);
});

test('a server that never comes to an end is broken, not endless', async () => {
  const { server, url, caldav } = await rig((_request, response) =>
    multistatus(response, cut + token('same')),
  );
  expect(await failure(caldav.sync(url, undefined, never))).toMatchObject({ code: 'unavailable' });
  expect(server.requests.length).toBeLessThan(5);
});

test.each([
  ['403 valid-sync-token', 403, precondition('D:valid-sync-token')],
  ['403', 403, ''],
  ['400', 400, ''],
  ['409', 409, ''],
  ['500', 500, 'Traceback'],
])('a token refused with %s is stale', async (_name, status, body) => {
  const { url, caldav } = await rig((_request, response) => reply(response, status, body));
  expect(await failure(caldav.sync(url, 'old', never))).toMatchObject({
    code: 'stale_reference',
    retryable: false,
  });
});

test.each([
  ['without texts', undefined],
  ['with texts', async () => undefined],
])('a server that refuses the token of its own page cannot sync, %s', async (_name, take) => {
  const { server, url, caldav } = await rig(({ body }, response) => {
    if (body.includes('own-page')) reply(response, 403, precondition('D:valid-sync-token'));
    else multistatus(response, entry('/cal/a.ics', 'a1') + cut + token('own-page'));
  });
  expect(await failure(caldav.sync(url, undefined, never, take))).toMatchObject({ code: 'unsupported' });
  expect(server.requests.filter(({ method }) => method === 'REPORT')).toHaveLength(2);
  expect(await failure(caldav.sync(url, 'own-page', never))).toMatchObject({ code: 'stale_reference' });
});

test.each([
  ['501', 501, '', 'unsupported'],
  ['405', 405, '', 'unsupported'],
  ['supported-report', 403, precondition('D:supported-report'), 'unsupported'],
  ['need-privileges', 403, precondition('D:need-privileges'), 'forbidden'],
  ['404', 404, '', 'not_found'],
  ['500', 500, '', 'unavailable'],
])('without a token %s is %4$s', async (_name, status, body, code) => {
  const { url, caldav } = await rig((_request, response) => reply(response, status, body));
  expect(await failure(caldav.sync(url, undefined, never))).toMatchObject({ code });
});

test('an answer without a token is broken', async () => {
  const { url, caldav } = await rig((_request, response) => multistatus(response, entry('/cal/a.ics', '1')));
  expect(await failure(caldav.sync(url, undefined, never))).toMatchObject({ code: 'unavailable' });
});

test('one resource has one name; the calendar itself and a collection in it are left out', async () => {
  const listed = [
    entry('/cal/', '0') +
      entry('/cal', '0') +
      entry('/cal/sub/', '1') +
      entry('/cal/a%40b.ics', '1') +
      entry('/cal/a@b.ics', '2'),
    entry('z.ics', '3') + gone('/cal/gone.ics'),
  ].join('');
  const { url, caldav } = await rig((_request, response) => multistatus(response, listed + token('t')));
  const changed = [
    { href: '/cal/a@b.ics', etag: '2' },
    { href: '/cal/z.ics', etag: '3' },
  ];
  expect(await caldav.sync(url, undefined, never)).toEqual({
    changed,
    removed: ['/cal/gone.ics'],
    token: 't',
  });
  expect(await caldav.entries(url, never)).toEqual(changed);
});

test('a list that the server cuts is not taken for the whole', async () => {
  const { url, caldav } = await rig((_request, response) =>
    multistatus(response, entry('/cal/a.ics', '1') + cut),
  );
  expect(await failure(caldav.entries(url, never))).toMatchObject({ code: 'unsupported' });
});

test('reads packed answers, and a bomb only up to its limit', async () => {
  const xml = `<multistatus xmlns="DAV:">${entry('/cal/a.ics', '1')}${token('t')}</multistatus>`;
  const bomb = `<multistatus xmlns="DAV:">${' '.repeat(1_000_000)}</multistatus>`;
  const bodies = [gzipSync(xml), gzipSync(bomb)];
  const { url, caldav } = await rig((_request, response) => {
    response.writeHead(207, { 'content-type': 'application/xml', 'content-encoding': 'gzip' });
    response.end(bodies.shift());
  });
  expect((await caldav.sync(url, undefined, never)).changed).toHaveLength(1);
  expect(await failure(caldav.sync(url, undefined, never))).toMatchObject({
    code: 'unavailable',
    retryable: false,
    message: expect.stringContaining('too large'),
  });
});

const data = (href: string, text: string) =>
  `<response><href>${href}</href><propstat><prop><getetag>1</getetag><c:calendar-data xmlns:c="urn:ietf:params:xml:ns:caldav">${text}</c:calendar-data></prop></propstat></response>`;

test('each resource of a batch has its own fate: read, gone, refused, or asked for once more', async () => {
  const { server, url, caldav } = await rig(({ method, path }, response) => {
    if (method === 'GET' && path === '/cal/silent.ics') reply(response, 200, event('s'), { etag: '"9"' });
    else if (method === 'GET') reply(response, 404);
    else
      multistatus(
        response,
        data('/cal/a%40.ics', `<![CDATA[${event('a')}]]>`) +
          gone('/cal/b.ics') +
          gone('/cal/c.ics', '403 Forbidden') +
          data('/cal/unasked.ics', event('u')),
      );
  });
  const names = ['a@', 'b', 'c', 'silent', 'late'].map((name) => `/cal/${name}.ics`);
  const { resources, missing, failed } = await caldav.fetch(url, names, never);
  expect(resources).toEqual([
    { href: '/cal/a@.ics', etag: '1', scheduleTag: undefined, ics: event('a') },
    { href: '/cal/silent.ics', etag: '9', scheduleTag: undefined, ics: event('s') },
  ]);
  expect(missing).toEqual(['/cal/b.ics', '/cal/late.ics']);
  expect(failed).toEqual([{ href: '/cal/c.ics', status: 403 }]);
  expect(server.requests.filter(({ method }) => method === 'REPORT')).toHaveLength(1);
});

test('asks for fifty at first, and one by one where there is no multiget', async () => {
  const names = Array.from({ length: 120 }, (_, index) => `/cal/${index}&amp;.ics`);
  const { server, url, caldav } = await rig(({ method, path }, response) => {
    if (method === 'GET') reply(response, 200, event(path), { etag: '"1"', 'content-type': 'text/calendar' });
    else reply(response, 501);
  });
  const { resources } = await caldav.fetch(url, [...names, ...names], never);
  expect(new Set(resources.map(({ href }) => href))).toEqual(new Set(names));
  expect(resources).toHaveLength(120);
  const reports = server.requests.filter(({ method }) => method === 'REPORT');
  expect(reports.map(({ body }) => body.split('<d:href>').length - 1)).toEqual([50, 50, 20]);
  expect(reports[0]?.body).toContain('<d:href>/cal/0%26amp;.ics</d:href>');
  expect(server.accepted).toBeLessThanOrEqual(2);
});

test('asks a quick server for more and more at once', async () => {
  const names = Array.from({ length: 3000 }, (_, index) => `/cal/${index}.ics`);
  const { server, url, caldav } = await rig(({ body }, response) => {
    const hrefs = [...body.matchAll(/<d:href>([^<]*)/g)].map(([, href = '']) => href);
    multistatus(response, hrefs.map((href) => data(href, 'x')).join(''));
  });
  expect((await caldav.fetch(url, names, never)).resources).toHaveLength(3000);
  expect(server.requests.length).toBeLessThan(15);
  const sizes = server.requests.slice(1).map(({ body }) => body.split('<d:href>').length - 1);
  expect(sizes[0]).toBe(50);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(800);
});

test.each([
  ['one event', ['/cal/2.ics'], 3],
  ['everything', ['/cal/0.ics', '/cal/1.ics', '/cal/2.ics', '/cal/3.ics'], undefined],
])('a report that fails at %s is asked for one by one', async (_name, broken, read) => {
  const names = Array.from({ length: 4 }, (_, index) => `/cal/${index}.ics`);
  const { url, caldav } = await rig(({ method, path }, response) => {
    if (method === 'REPORT' || broken.includes(path)) reply(response, 500);
    else reply(response, 200, event(path), { etag: '"1"' });
  });
  const fetching = caldav.fetch(url, names, never);
  if (read === undefined) expect(await failure(fetching)).toMatchObject({ code: 'unavailable' });
  else {
    const { resources, failed } = await fetching;
    expect(resources).toHaveLength(read);
    expect(failed).toEqual(broken.map((href) => ({ href, status: 500 })));
  }
});

test('a batch too large for one answer is asked for in parts; the one that is too large by itself is named', async () => {
  const huge = ' '.repeat(1_000_000);
  const { url, caldav } = await rig(({ method, body }, response) => {
    const hrefs = [...body.matchAll(/<d:href>([^<]*)/g)].map(([, href = '']) => href);
    if (method === 'GET') reply(response, 200, huge);
    else
      multistatus(
        response,
        hrefs.map((href) => data(href, href === '/cal/2.ics' ? huge : event(href))).join(''),
      );
  });
  const names = Array.from({ length: 4 }, (_, index) => `/cal/${index}.ics`);
  const { resources, failed } = await caldav.fetch(url, names, never);
  expect(resources.map(({ href }) => href)).toEqual(names.filter((name) => name !== '/cal/2.ics'));
  expect(failed).toEqual([{ href: '/cal/2.ics', status: 413 }]);
});
