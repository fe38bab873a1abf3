import { expect, test } from 'vitest';
import { behaviours, calendar, type DavClient, davForTest, event, found, tokenOf, vevent } from './rig.ts';

const daily = 'RRULE:FREQ=DAILY';

function names(client: DavClient, reply: Parameters<typeof found>[0]): string[] {
  return found(reply).map(({ href, status }) => `${href.replace(client.path(), '')} ${status}`);
}

test.each(behaviours)('%s: sync-collection tells changes and deletions since a token', async (behaviour) => {
  const client = await davForTest({ behaviour });
  await client.put('a.ics', event('a'));
  await client.put('b.ics', event('b'));
  const first = await client.sync('');
  expect(names(client, first)).toEqual(['a.ics 200', 'b.ics 200']);
  expect(names(client, await client.sync(tokenOf(first)))).toEqual([]);
  await client.put('c.ics', event('c'));
  await client.put('a.ics', event('a', 'SUMMARY:neu'));
  await client.send('DELETE', client.path('Kalender', 'b.ics'));
  const second = await client.sync(tokenOf(first));
  expect(names(client, second)).toEqual(['c.ics 200', 'a.ics 200', 'b.ics 404']);
  expect(names(client, await client.sync(''))).toEqual(['c.ics 200', 'a.ics 200']);
  const [collection] = await client.propfind(client.path(), '0', 'sync-token', 'cs:getctag');
  expect(collection?.properties['D:sync-token']?.text).toBe(tokenOf(second));
});

test.each(behaviours)(
  '%s: a token nobody gave, of another calendar or forgotten is refused',
  async (behaviour) => {
    const client = await davForTest({ behaviour });
    await client.put('a.ics', event('a'));
    const token = tokenOf(await client.sync(''));
    client.sandbox.caldav.calendars.expireSyncTokens();
    for (const wrong of ['x', token]) {
      const { status, text } = await client.sync(wrong);
      expect([status, text.includes('valid-sync-token')]).toEqual([403, true]);
    }
    const fresh = tokenOf(await client.sync(''));
    expect((await client.sync(fresh)).status).toBe(207);
  },
);

test.each(behaviours)(
  '%s: an answer over the limit is cut with 507 and continued to the last',
  async (behaviour) => {
    const client = await davForTest({ behaviour, maxResults: 3 });
    for (let i = 0; i < 7; i += 1) await client.put(`${i}.ics`, event(String(i)));
    const seen: string[] = [];
    let token = '';
    for (let round = 0; round < 3; round += 1) {
      const reply = await client.sync(token);
      const all = found(reply);
      const isCut = round < 2;
      expect(all.filter(({ status }) => status === 507).map(({ href }) => href)).toEqual(
        isCut ? [client.path()] : [],
      );
      expect(reply.text.includes('number-of-matches-within-limits')).toBe(isCut);
      seen.push(...all.filter(({ status }) => status === 200).map(({ href }) => href));
      token = tokenOf(reply);
    }
    expect(new Set(seen).size).toBe(7);
    expect(seen).toHaveLength(7);
  },
);

test('a client may ask for less at once', async () => {
  const client = await davForTest();
  for (const name of ['a', 'b']) await client.put(`${name}.ics`, event(name));
  const reply = await client.sync('', 'Kalender', '<limit><nresults>1</nresults></limit>');
  expect(found(reply).map(({ status }) => status)).toEqual([200, 507]);
});

test('open-xchange cuts at 1000', async () => {
  const client = await davForTest({ behaviour: 'open-xchange' });
  const collection = client.sandbox.caldav.calendars.user(client.user).collection('Kalender');
  for (let i = 0; i < 1001; i += 1) collection.put(`${i}.ics`, event(String(i)));
  expect(found(await client.sync(''))).toHaveLength(1001);
});

test.each(behaviours)('%s: multiget answers what is there and 404 for what is not', async (behaviour) => {
  const client = await davForTest({ behaviour });
  const ics = event('a', 'SUMMARY:<a & b>', 'COMMENT:\u0001');
  client.sandbox.caldav.calendars.user(client.user).collection('Kalender').put('a b.ics', ics);
  const hrefs = ['a b.ics', 'none.ics'].map((name) => `<href>${client.path('Kalender', name)}</href>`);
  const [one, other] = found(
    await client.report(
      `<c:calendar-multiget xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><prop><getetag/><c:calendar-data/></prop>${hrefs.join('')}</c:calendar-multiget>`,
    ),
  );
  expect(one?.href).toBe(client.path('Kalender', 'a b.ics'));
  const text = one?.properties['C:calendar-data']?.text;
  // XML cannot hold control characters, and a parser makes CRLF a line feed where it is not escaped.
  const kept = ics.replace('\u0001', '');
  expect(text).toBe(behaviour === 'plain' ? kept.replaceAll('\r', '') : kept);
  expect(other).toMatchObject({ status: 404, properties: {} });
});

test('open-xchange: tasks come as CDATA', async () => {
  const client = await davForTest({ behaviour: 'open-xchange' });
  await client.put(
    't.ics',
    event('t')
      .replaceAll('VEVENT', 'VTODO')
      .replace(/DTEND.*\r\n/u, ''),
    {},
    'Aufgaben',
  );
  const reply = await client.query('<c:comp-filter name="VTODO"/>', 'Aufgaben');
  expect(reply.text).toContain('<![CDATA[BEGIN:VCALENDAR');
  expect(found(reply)[0]?.properties['C:calendar-data']?.text).toContain('UID:t');
});

const april = '<c:time-range start="20260401T000000Z" end="20260501T000000Z"/>';

test('a time range finds everything that may fall inside, and nothing that cannot', async () => {
  const client = await davForTest();
  const bodies: Record<string, string[]> = {
    inside: [],
    before: ['DTSTART:20260330T080000Z', 'DTEND:20260330T090000Z'],
    endsAtItsStart: ['DTSTART:20260331T230000Z', 'DTEND:20260401T000000Z'],
    atItsStart: ['DTSTART:20260401T000000Z'],
    long: ['DTSTART:20260101T080000Z', 'DURATION:P200D'],
    oldSeries: ['DTSTART:20100101T080000Z', daily],
    endedSeries: ['DTSTART:20100101T080000Z', `${daily};UNTIL=20110101T080000Z`],
    dates: ['DTSTART:20100101T080000Z', 'RDATE:20260402T080000Z'],
    eastOfIt: ['DTSTART;TZID=Asia/Tokyo:20260501T010000', 'DTEND;TZID=Asia/Tokyo:20260501T020000'],
    lastDay: ['DTSTART;VALUE=DATE:20260430'],
  };
  for (const [uid, lines] of Object.entries(bodies)) await client.put(`${uid}.ics`, event(uid, ...lines));
  const reply = await client.query(`<c:comp-filter name="VEVENT">${april}</c:comp-filter>`);
  expect(
    names(client, reply)
      .map((line) => line.replace('.ics 200', ''))
      .toSorted(),
  ).toEqual(['atItsStart', 'dates', 'eastOfIt', 'inside', 'lastDay', 'long', 'oldSeries'].toSorted());
});

const prodUid = '<c:prop-filter name="UID"><c:text-match>one</c:text-match></c:prop-filter>';

test.each([
  ['plain', ['one.ics 200']],
  ['open-xchange', ['one.ics 200', 'two.ics 200']],
] as const)('%s: property filters are %s', async (behaviour, expected) => {
  const client = await davForTest({ behaviour });
  for (const uid of ['one', 'two']) await client.put(`${uid}.ics`, event(uid));
  const reply = await client.query(`<c:comp-filter name="VEVENT">${prodUid}</c:comp-filter>`);
  expect(names(client, reply)).toEqual(expected);
});

test.each(behaviours)('%s: expansion is not done', async (behaviour) => {
  const client = await davForTest({ behaviour });
  await client.put('s.ics', event('s', daily));
  const reply = await client.report(
    `<c:calendar-query xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><prop><c:calendar-data><c:expand start="20260401T000000Z" end="20260403T000000Z"/></c:calendar-data></prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">${april}</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>`,
  );
  expect(found(reply)[0]?.properties['C:calendar-data']?.text).toContain(daily);
});

test.each(['<c:is-not-defined/>', '', '<c:comp-filter name="VJOURNAL"/>'])(
  'the filter %s is refused',
  async (filter) => {
    const client = await davForTest({ behaviour: 'open-xchange' });
    expect((await client.query(filter)).text).toContain('supported-filter');
  },
);

test('a time range not in UTC is 400, as is XML that is none', async () => {
  const client = await davForTest({ behaviour: 'open-xchange' });
  const range = '<c:comp-filter name="VEVENT"><c:time-range start="2026-04-01T00:00:00Z"/></c:comp-filter>';
  expect((await client.query(range)).status).toBe(400);
  expect((await client.report('<a>')).status).toBe(400);
});

test.each([
  ['plain', true],
  ['open-xchange', false],
] as const)('%s: a series found by an override has its master: %s', async (behaviour, expected) => {
  const client = await davForTest({ behaviour });
  const master = vevent('s', 'DTSTART:20250101T080000Z', `${daily};UNTIL=20250201T080000Z`);
  const moved = vevent('s', 'RECURRENCE-ID:20250105T080000Z', 'SUMMARY:verschoben');
  await client.put('s.ics', calendar(master, moved));
  const [one] = found(await client.query(`<c:comp-filter name="VEVENT">${april}</c:comp-filter>`));
  const text = one?.properties['C:calendar-data']?.text ?? '';
  expect(text).toContain('SUMMARY:verschoben');
  expect(text.includes('RRULE')).toBe(expected);
  expect(await client.get('s.ics')).toContain('RRULE');
});

test('open-xchange stores what lies outside its years, and lists it nowhere', async () => {
  const client = await davForTest({ behaviour: 'open-xchange' });
  await client.put('a.ics', event('a', 'DTSTART:20400101T080000Z'));
  await client.put('b.ics', event('b'));
  expect(await client.get('a.ics')).toContain('DTSTART:2040');
  expect(names(client, await client.sync(''))).toEqual(['b.ics 200']);
  const [edge] = await client.propfind(client.path(), '0', 'c:min-date-time', 'c:max-date-time');
  expect(edge?.properties['C:min-date-time']?.text).toBe('19960101T000000Z');
  expect(edge?.properties['C:max-date-time']?.text).toBe('20360101T000000Z');
});
