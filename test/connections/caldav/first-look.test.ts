import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DavResource } from '../../../src/connections/caldav/types.ts';
import {
  client,
  entry,
  event,
  failure,
  gone,
  loggedIn,
  multistatus,
  never,
  oneCalendar,
  precondition,
  reply,
  type Script,
  ScriptedDav,
} from '../../support/dav-rig.ts';

const limits = { silenceMs: 400, optionalSilenceMs: 200, multistatusBytes: 100_000 };

/** A server whose one calendar is `/cal/`, our side of it, and what it took so far. */
async function rig(script: Script) {
  const { server, url, caldav } = await oneCalendar(script, limits);
  const taken: DavResource[] = [];
  const take = async (resources: readonly DavResource[]) => void taken.push(...resources);
  const look = () => caldav.sync(url, undefined, never, take);
  return { server, url, caldav, taken, take, look };
}

const head = '<?xml version="1.0"?><multistatus xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">';
const token = (text: string) => `<sync-token>${text}</sync-token>`;
const cut = gone('/cal/', '507 Insufficient Storage');
const whole = (name: string, etag: string) =>
  `<response><href>/cal/${name}.ics</href><propstat><prop><getetag>"${etag}"</getetag><c:calendar-data>${event(name)}</c:calendar-data></prop><status>HTTP/1.1 200 OK</status></propstat></response>`;
const list = entry('/cal/a.ics', '1') + entry('/cal/b.ics', '1') + token('t');
const asksForTexts = ({ body }: { body: string }) => body.includes('calendar-data');
const names = (resources: readonly DavResource[]) => resources.map(({ href }) => href);

test('texts come along with the list and are handed over while the rest is still on its way', async () => {
  let goOn: () => void = () => undefined;
  const { caldav, url } = await rig((_request, response) => {
    response.writeHead(207).write(head + whole('a', '1') + whole('b', '1').slice(0, 90));
    goOn = () =>
      response.end(`${whole('b', '1').slice(90)}${entry('/cal/c.ics', '1')}${token('t')}</multistatus>`);
  });
  const taken: DavResource[][] = [];
  const delta = await caldav.sync(url, undefined, never, async (resources) => {
    taken.push([...resources]);
    goOn();
  });
  expect(taken).toEqual([
    [{ href: '/cal/a.ics', etag: '1', scheduleTag: undefined, ics: event('a') }],
    [{ href: '/cal/b.ics', etag: '1', scheduleTag: undefined, ics: event('b') }],
  ]);
  expect(delta.changed.map(({ href }) => href)).toEqual(['/cal/a.ics', '/cal/b.ics', '/cal/c.ics']);
  expect(delta.token).toBe('t');
});

test('goes on after 507 with the texts; the last word on a resource holds', async () => {
  const parts = [
    whole('a', '1') + whole('b', '1') + cut + token('t1'),
    whole('a', '2') + gone('/cal/b.ics') + token('t2'),
  ];
  const { server, taken, look } = await rig((_request, response) =>
    reply(response, 207, `${head}${parts.shift()}</multistatus>`),
  );
  expect(await look()).toEqual({
    changed: [{ href: '/cal/a.ics', etag: '2' }],
    removed: ['/cal/b.ics'],
    token: 't2',
  });
  expect(taken.map(({ href, etag }) => [href, etag])).toEqual([
    ['/cal/a.ics', '1'],
    ['/cal/b.ics', '1'],
    ['/cal/a.ics', '2'],
  ]);
  expect(server.requests.slice(1).map(asksForTexts)).toEqual([true, true]);
});

const withoutTexts: [string, Script][] = [
  ...[400, 403, 405, 413, 415, 500, 501, 504, 507].map((status): [string, Script] => [
    `refused with ${status}`,
    (_request, response) => reply(response, status),
  ]),
  ['thought about too long', () => 'silence'],
  [
    'too large',
    (_request, response) =>
      reply(response, 207, `${head}${whole('a', '1')}${' '.repeat(100_000)}</multistatus>`),
  ],
];

test.each(withoutTexts)(
  'a list with texts that is %s is read without, and so is the next',
  async (_name, script) => {
    const { server, look } = await rig((request, response) => {
      if (asksForTexts(request)) script(request, response);
      else multistatus(response, list);
    });
    for (let round = 0; round < 2; round++) {
      expect((await look()).changed.map(({ href }) => href)).toEqual(['/cal/a.ics', '/cal/b.ics']);
    }
    expect(server.requests.slice(1).map(asksForTexts)).toEqual([true, false, false]);
  },
);

test('a later page that is refused with texts is read without, from where the last one ended', async () => {
  const { server, look, taken } = await rig((request, response) => {
    if (!request.body.includes('t1'))
      reply(response, 207, `${head}${whole('a', '1')}${cut}${token('t1')}</multistatus>`);
    else if (asksForTexts(request)) reply(response, 500);
    else multistatus(response, entry('/cal/b.ics', '1') + token('t2'));
  });
  expect((await look()).changed.map(({ href }) => href)).toEqual(['/cal/a.ics', '/cal/b.ics']);
  expect(names(taken)).toEqual(['/cal/a.ics']);
  expect(server.requests.slice(1)).toHaveLength(3);
});

test.each([
  ['404', 404, '', 'not_found'],
  ['need-privileges', 403, precondition('D:need-privileges'), 'forbidden'],
  ['503', 503, '', 'unavailable'],
])('%s is told and not asked for in another way', async (_name, status, body, code) => {
  const { server, look } = await rig((_request, response) => reply(response, status, body));
  expect(await failure(look())).toMatchObject({ code });
  expect(server.requests.slice(1)).toHaveLength(1);
});

test('a server without the report has no sync, with texts or without', async () => {
  const { look } = await rig((_request, response) => reply(response, 501));
  expect(await failure(look())).toMatchObject({ code: 'unsupported' });
});

test('an answer that breaks off is an error, never the whole; what came before is handed over', async () => {
  const { look, taken, server } = await rig((_request, response) => {
    response.writeHead(207).write(head + whole('a', '1') + whole('b', '1').slice(0, 90));
    setTimeout(() => response.destroy(), 30);
  });
  expect(await failure(look())).toMatchObject({ code: 'unavailable' });
  expect(names(taken)).toEqual(['/cal/a.ics']);
  expect(server.requests.slice(1)).toHaveLength(1);
});

/** An answer of so many parts, one each tenth of a second, and then nothing more, or its end. */
function drip(count: number, end: string): Script {
  return (_request, response) => {
    let left = count;
    response.writeHead(207).write(head);
    const timer = setInterval(() => {
      if (left-- > 0) response.write(whole(`e${left}`, '1'));
      else if (end) response.end(end);
      else clearInterval(timer);
    }, 100);
    response.on('close', () => clearInterval(timer));
  };
}

test('an answer that keeps coming is not cut, nor is it while we take our time over a part', async () => {
  const { caldav, url, server } = await rig(drip(6, `${token('t')}</multistatus>`));
  const pauses = [300];
  const take = async () => void (await sleep(pauses.shift() ?? 0));
  expect((await caldav.sync(url, undefined, never, take)).changed).toHaveLength(6);
  expect(server.requests.slice(1)).toHaveLength(1);
});

test('an answer that falls silent in the middle is given up', async () => {
  const { caldav, url } = await rig(drip(3, ''));
  const started = performance.now();
  expect(await failure(caldav.sync(url, 'known', never))).toMatchObject({ code: 'timeout', retryable: true });
  expect(performance.now() - started).toBeGreaterThan(600);
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('what the taker throws ends the look', async () => {
  const { caldav, url } = await rig((_request, response) =>
    reply(response, 207, `${head}${whole('a', '1')}${token('t')}</multistatus>`),
  );
  const controller = new AbortController();
  const looking = caldav.sync(url, undefined, controller.signal, async () => {
    controller.abort(new Error('enough'));
    controller.signal.throwIfAborted();
  });
  await expect(looking).rejects.toThrow('enough');
});

test('each state is asked for by the token alone, with the ctag as well where a calendar has no tokens', async () => {
  const calendar = (path: string, reports: string) =>
    `<response><href>${path}</href><propstat><prop><resourcetype><collection/><C:calendar xmlns:C="urn:ietf:params:xml:ns:caldav"/></resourcetype><supported-report-set>${reports}</supported-report-set></prop></propstat></response>`;
  const syncs = '<supported-report><report><sync-collection/></report></supported-report>';
  for (const [reports, withCtag] of [
    [syncs, false],
    ['', true],
  ] as const) {
    const server = await ScriptedDav.start(
      loggedIn(({ path, method }, response) => {
        const home = `<response><href>/me/</href><propstat><prop><C:calendar-home-set xmlns:C="urn:ietf:params:xml:ns:caldav"><href>/home/</href></C:calendar-home-set></prop></propstat></response>`;
        if (method === 'OPTIONS') reply(response, 200, '', { dav: '1, calendar-access' });
        else
          multistatus(
            response,
            path === '/me/' ? home : calendar('/home/a/', syncs) + calendar('/home/b/', reports),
          );
      }),
    );
    const caldav = client({ url: server.url });
    await caldav.home(never);
    await caldav.states(never);
    const { body } = server.requests.at(-1) ?? { body: '' };
    expect([body.includes('sync-token'), body.includes('getctag')]).toEqual([true, withCtag]);
  }
});
