import { expect, test } from 'vitest';
import {
  event,
  failure,
  gone,
  multistatus,
  never,
  oneCalendar,
  reply,
  type Script,
} from '../../support/dav-rig.ts';

const limits = { multistatusBytes: 1_000_000, textBytes: 500_000 };

const rig = (script: Script) => oneCalendar(script, limits);

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
