import { expect, test } from 'vitest';
import {
  client,
  entryPoint,
  failure,
  multistatus,
  never,
  reply,
  type Script,
  ScriptedDav,
} from '../../support/dav-rig.ts';

const home =
  '<C:calendar-home-set xmlns:C="urn:ietf:params:xml:ns:caldav"><href>/caldav/</href></C:calendar-home-set>';
const me = `<response><href>/me/</href><propstat><prop>${home}</prop><status>HTTP/1.1 200 OK</status></propstat></response>`;
const itself =
  '<response><href>/caldav/</href><propstat><prop><resourcetype><collection/></resourcetype></prop><status>HTTP/1.1 200 OK</status></propstat></response>';

/** Lists that of the home. */
function listing(responses: () => string): Script {
  return ({ method, path }, response) => {
    if (method === 'OPTIONS') reply(response, 200, '', { dav: '1, calendar-access' });
    else if (path === '/') multistatus(response, entryPoint);
    else multistatus(response, path === '/me/' ? me : responses());
  };
}

test('a list without the home itself is no answer; one with nothing but the home is an empty home', async () => {
  let told = '';
  const server = await ScriptedDav.start(listing(() => told));
  const caldav = client({ url: server.url });
  expect(await failure(caldav.home(never))).toMatchObject({ code: 'unavailable' });
  told = itself;
  expect((await caldav.home(never)).collections).toEqual([]);
  expect((await caldav.states(never)).size).toBe(0);
  told = '';
  expect(await failure(caldav.states(never))).toMatchObject({ code: 'unavailable' });
});

test('what the server refuses to tell of is kept as untold, and what is gone is not', async () => {
  const refused = (name: string, status: number) =>
    `<response><href>/caldav/${name}/</href><status>HTTP/1.1 ${status} No</status></response>`;
  const told = () => itself + refused('broken', 500) + refused('foreign', 403) + refused('gone', 404);
  const server = await ScriptedDav.start(listing(told));
  const { collections } = await client({ url: server.url }).home(never);
  const names = collections.map(({ url, untold }) => [new URL(url).pathname, untold]);
  expect(names).toEqual([
    ['/caldav/broken/', 500],
    ['/caldav/foreign/', 403],
  ]);
});

/** A member of the home, with properties in `propstat` of that status. */
const member = (name: string, ...propstats: [status: string, props: string][]) => {
  const stats = propstats.map(
    ([status, props]) => `<propstat><prop>${props}</prop><status>HTTP/1.1 ${status}</status></propstat>`,
  );
  return `<response><href>${name}</href>${stats.join('')}</response>`;
};
const calendarType =
  '<resourcetype><collection/><C:calendar xmlns:C="urn:ietf:params:xml:ns:caldav"/></resourcetype>';
const unknown = '<displayname/><C:calendar-color xmlns:C="http://apple.com/ns/ical/"/>';

test('whose type the server keeps to itself is untold; what it says to be no calendar is nothing', async () => {
  const told = () =>
    itself +
    member('/caldav/denied/', ['403 Forbidden', `<resourcetype/>${unknown}`]) +
    member('/caldav/fails/', ['500 Oops', '<resourcetype/>'], ['200 OK', '<displayname>Team</displayname>']) +
    member('/caldav/silent/') +
    member('/caldav/empty/', ['200 OK', '']) +
    member('/caldav/work/', ['200 OK', calendarType], ['403 Forbidden', unknown]) +
    member(
      '/caldav/inbox/',
      ['200 OK', '<resourcetype><collection/></resourcetype>'],
      ['404 Not Found', unknown],
    ) +
    member('/caldav/notes.txt', ['200 OK', '<resourcetype/>'], ['404 Not Found', unknown]) +
    member('/caldav/gone/', ['404 Not Found', `<resourcetype/>${unknown}`]);
  const server = await ScriptedDav.start(listing(told));
  const { collections } = await client({ url: server.url }).home(never);
  expect(collections.map(({ url, untold }) => [new URL(url).pathname, untold])).toEqual([
    ['/caldav/denied/', 403],
    ['/caldav/fails/', 500],
    ['/caldav/silent/', 207],
    ['/caldav/empty/', 207],
    ['/caldav/work/', undefined],
  ]);
});

test('a calendar under another name of the server is found where the home is', async () => {
  const elsewhere = (host: string) => member(`https://${host}/caldav/work/`, ['200 OK', calendarType]);
  const server = await ScriptedDav.start(listing(() => itself + elsewhere('inside.example:8443')));
  const caldav = client({ url: server.url });
  const { collections } = await caldav.home(never);
  expect(collections.map(({ url }) => url)).toEqual([`${server.url}caldav/work/`]);
  expect([...(await caldav.states(never)).keys()]).toEqual([`${server.url}caldav/work/`]);
});
