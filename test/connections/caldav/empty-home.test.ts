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
