import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  entry,
  failure,
  gone,
  multistatus,
  never,
  oneCalendar,
  precondition,
  reply,
  type Script,
} from '../../support/dav-rig.ts';

const limits = { multistatusBytes: 1_000_000, textBytes: 500_000 };

const rig = (script: Script) => oneCalendar(script, limits);

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
