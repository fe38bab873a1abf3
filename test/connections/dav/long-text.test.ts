import { expect, test } from 'vitest';
import { BodyTooLarge } from '../../../src/connections/dav/body.ts';
import { readMultistatus } from '../../../src/connections/dav/multistatus.ts';
import { client, event, loggedIn, multistatus, never, reply, ScriptedDav } from '../../support/dav-rig.ts';

/** Folded after each letter, as nothing but the law of iCalendar forbids not to. */
const folded = (letters: number) => event('long', `DESCRIPTION:a${'\n b'.repeat(letters)}\n`);
const response = (href: string, text: string) =>
  `<response><href>${href}</href><propstat><prop><getetag>"1"</getetag><C:calendar-data xmlns:C="urn:ietf:params:xml:ns:caldav">${text}</C:calendar-data></prop><status>HTTP/1.1 200 OK</status></propstat></response>`;

async function* pieces(xml: string) {
  for (let at = 0; at < xml.length; at += 60_000) yield xml.slice(at, at + 60_000);
}

test('a text without end is given up long before it is read', async () => {
  const long = `<multistatus xmlns="DAV:">${response('/cal/a.ics', 'x'.repeat(2_000_000))}</multistatus>`;
  await expect(readMultistatus(pieces(long))).rejects.toThrow(BodyTooLarge);
  const several = response('/cal/a.ics', 'x'.repeat(400_000)).repeat(8);
  const { responses } = await readMultistatus(pieces(`<multistatus xmlns="DAV:">${several}</multistatus>`));
  expect(responses).toHaveLength(8);
});

test('line ends are the same wherever the answer is cut into pieces', async () => {
  const xml = `<multistatus xmlns="DAV:">${response('/a.ics', 'A&#13;\r\n B\r\n C\n D\r E')}</multistatus>`;
  for (let at = 1; at < xml.length; at++) {
    async function* halves() {
      yield xml.slice(0, at);
      yield xml.slice(at);
    }
    const { responses } = await readMultistatus(halves());
    const text = responses[0]?.props.get('{urn:ietf:params:xml:ns:caldav}calendar-data')?.text;
    expect([at, text]).toEqual([at, 'A\r\n B\n C\n D\n E']);
  }
});

test('a very long event is read by itself, as it stands, and all others with it', async () => {
  const long = folded(400_000);
  const server = await ScriptedDav.start(
    loggedIn(({ method, body }, answer) => {
      if (method === 'GET') {
        reply(answer, 200, long, { 'content-type': 'text/calendar', etag: '"1"' });
        return;
      }
      const hrefs = [...body.matchAll(/<d:href>([^<]*)</gu)].map(([, href = '']) => href);
      multistatus(
        answer,
        hrefs.map((href) => response(href, href.includes('long') ? long : event('short'))).join(''),
      );
    }),
  );
  const wanted = ['/cal/1.ics', '/cal/long.ics', '/cal/2.ics'];
  const { resources, failed } = await client({ url: server.url }).fetch(`${server.url}cal/`, wanted, never);
  expect(failed).toEqual([]);
  expect(resources.map(({ href }) => href).sort()).toEqual([...wanted].sort());
  expect(resources.find(({ href }) => href.includes('long'))?.ics).toBe(long);
  expect(server.requests.filter(({ method }) => method === 'GET').map(({ path }) => path)).toEqual([
    wanted[1],
  ]);
});
