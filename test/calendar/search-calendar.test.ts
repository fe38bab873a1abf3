import { expect, test } from 'vitest';
import { MemoryCollection, MemoryStore } from './support/memory-store.ts';
import { calendar, calendarRig, event } from './support/rig.ts';

/** The rig's clock shows 10 June 2026. */
const at = (day: string) => [`DTSTART:202606${day}T080000Z`, 'DURATION:PT1H'];

function searching(...resources: string[]) {
  const work = new MemoryCollection('Work');
  for (const [index, ics] of resources.entries()) work.put(`${index}.ics`, ics);
  const { service, context } = calendarRig(new MemoryStore(work));
  return async (query: string, range: { start?: string; end?: string; limit?: number } = {}) => {
    const { events } = await service.searchEvents({ query, ...range }, context);
    return events.map(({ title, start }) => `${title} ${start.slice(0, 10)}`);
  };
}

test('all words count, in any field, without case and accents, and across folds and escapes of the file', async () => {
  const search = searching(
    event('a', 'SUMMARY:Zahnarzt Müller-Lüdenscheidt', ...at('11'), 'LOCATION:Straße 5\\, Köln'),
    event('b', 'SUMMARY:Lunch', ...at('12'), 'DESCRIPTION:wir treffen uns im Restau\r\n rant am Fluss'),
    event('c', 'SUMMARY:Review', ...at('13'), 'ATTENDEE;CN="Bob Ångström":mailto:bob@rig.test'),
    event('d', 'SUMMARY:Plan', ...at('14'), 'ORGANIZER;CN=Carol:mailto:carol@example.org'),
    event('e', 'SUMMARY:Geb\u200Burtstag 🎉', ...at('15')),
  );
  expect(await search('ZAHNARZT ludenscheidt')).toEqual(['Zahnarzt Müller-Lüdenscheidt 2026-06-11']);
  expect(await search('strasse koln')).toHaveLength(1);
  expect(await search('"5, Köln"')).toHaveLength(1);
  expect(await search('restaurant lunch')).toEqual(['Lunch 2026-06-12']);
  expect(await search('angstrom')).toEqual(['Review 2026-06-13']);
  expect(await search('carol@EXAMPLE.org')).toEqual(['Plan 2026-06-14']);
  expect(await search('geburtstag')).toHaveLength(1);
  expect(await search('🎉')).toHaveLength(1);
  expect(await search('zahnarzt restaurant')).toEqual([]);
});

test.each([
  ['Mueller', 'Müller'],
  ['Müller', 'Mueller'],
  ['MÜLLER', 'Muller'],
  ['muller', 'Müller'],
  ['Jaeger-Groess', 'Jäger-Größ'],
  ['Jäger-Größ', 'JAEGER-GROESS'],
  ['"Frau Oeztuerk aus Koeln"', 'Frau Öztürk aus Köln'],
  ['Mu\u0308ller', 'Mueller'],
])('%s finds %s, which is the same name to a German', async (query, title) => {
  const search = searching(
    event('a', `SUMMARY:${title}`, ...at('11'), 'LOCATION:Raum'),
    event('b', 'SUMMARY:Miller', ...at('12'), 'LOCATION:Raum'),
  );
  expect(await search(query)).toEqual([`${title} 2026-06-11`]);
  expect(await search(`raum -${query}`)).toEqual(['Miller 2026-06-12']);
});

test('words of the file that are no text of the event do not count', async () => {
  const search = searching(event('uid-word', 'SUMMARY:Plain', ...at('11'), 'CATEGORIES:secret'));
  expect(await search('dtstart')).toEqual([]);
  expect(await search('uid-word')).toEqual([]);
});

test('a query without words is refused', async () => {
  await expect(searching()('  "" ')).rejects.toMatchObject({ code: 'invalid_input' });
});

test.each([
  ['title:zahnarzt', 'title:', 'words without it'],
  ['location:"Haus am See"', 'location:', 'words without it'],
  ['attendee:ann', 'attendee:', 'words without it'],
  ['from: ann', 'from:', 'words without it'],
  ['in:work', 'in:', 'calendar'],
  ['dentist after:2026-01-01', 'after:', 'start and end'],
  ['gate NOT party', 'NOT', '-word'],
])('the operator in %s is refused, with what to do instead', async (query, written, instead) => {
  await expect(searching()(query)).rejects.toMatchObject({
    ...{ code: 'invalid_input', message: expect.stringContaining(`does not know ${written}`) },
    hint: expect.stringContaining(instead),
  });
});

test('the text of an event is found that looks like an operator', async () => {
  const search = searching(
    event('a', 'SUMMARY:Ort: Rathaus', ...at('11')),
    event('b', 'SUMMARY:Start:Lauf', ...at('12')),
  );
  expect(await search('Ort: Rathaus')).toHaveLength(1);
  expect(await search('"Start:Lauf"')).toHaveLength(1);
});

test('or and and in lower case join words where they stand between all of them', async () => {
  const search = searching(
    event('a', 'SUMMARY:Gate opening', ...at('11')),
    event('b', 'SUMMARY:Party with Ann', ...at('12')),
  );
  expect(await search('gate oder party')).toHaveLength(2);
  expect(await search('party and ann')).toEqual(['Party with Ann 2026-06-12']);
  expect(await search('ann –gate')).toHaveLength(1);
  expect(await search('opening –gate')).toHaveLength(0);
});

test('a minus excludes, OR gives a choice, quotes hold words together', async () => {
  const search = searching(
    event('a', 'SUMMARY:Dentist at noon', ...at('11')),
    event('b', 'SUMMARY:Clinic at noon', ...at('12')),
    event('c', 'SUMMARY:Noon at the lake - with Orsolya', ...at('13')),
  );
  const days = async (query: string) => (await search(query)).map((text) => text.slice(-2));
  expect(await days('noon -lake')).toEqual(['11', '12']);
  expect(await days('dentist OR lake noon')).toEqual(['11', '13']);
  expect(await days('(clinic OR lake) -"at the"')).toEqual(['12']);
  expect(await days('"at noon"')).toEqual(['11', '12']);
  expect(await days('lake - orsolya')).toEqual(['13']);
  expect(await days('noon or')).toEqual(['13']);
});

test('parentheses, AND and signs around words mean what they mean in mail', async () => {
  const search = searching(
    event('a', 'SUMMARY:Dentist at noon', ...at('11')),
    event('b', 'SUMMARY:Clinic at noon', ...at('12')),
    event('c', 'SUMMARY:Noon (lake\\, O’Brien) 1\\,50 €', ...at('13')),
  );
  const days = async (query: string) => (await search(query)).map((text) => text.slice(-2));
  expect(await days('noon -(dentist OR lake)')).toEqual(['12']);
  expect(await days('(dentist noon) OR (lake noon)')).toEqual(['11', '13']);
  expect(await days('clinic AND noon')).toEqual(['12']);
  expect(await days('Clinic, noon?')).toEqual(['12']);
  expect(await days("noon O'Brien")).toEqual(['13']);
  expect(await days('1,50')).toEqual(['13']);
});

const standup = calendar(
  ...['BEGIN:VEVENT', 'UID:s', 'SUMMARY:Standup', 'DTSTART:20260105T080000Z', 'DURATION:PT15M'],
  ...['RRULE:FREQ=WEEKLY', 'END:VEVENT'],
  ...['BEGIN:VEVENT', 'UID:s', 'SUMMARY:Standup at the lake', 'RECURRENCE-ID:20260202T080000Z'],
  ...['DTSTART:20260202T080000Z', 'DURATION:PT15M', 'END:VEVENT'],
);

test('without a range a series is its next occurrence, and an override that differs stands for itself', async () => {
  const search = searching(standup, event('o', 'SUMMARY:Standup once', ...at('09')));
  expect(await search('standup')).toEqual([
    'Standup at the lake 2026-02-02',
    'Standup once 2026-06-09',
    'Standup 2026-06-15',
  ]);
  expect(await search('lake')).toEqual(['Standup at the lake 2026-02-02']);
});

test('a series that is over is its last occurrence', async () => {
  const lines = ['SUMMARY:Course', 'DTSTART:20260105T080000Z', 'RRULE:FREQ=WEEKLY;COUNT=4'];
  expect(await searching(event('c', ...lines))('course')).toEqual(['Course 2026-01-26']);
});

test('with a range every occurrence in it is listed', async () => {
  const search = searching(standup);
  const range = { start: '2026-01-26', end: '2026-02-16' };
  expect(await search('standup', range)).toEqual([
    'Standup 2026-01-26',
    'Standup at the lake 2026-02-02',
    'Standup 2026-02-09',
    'Standup 2026-02-16',
  ]);
});

test('the default range is a year back and a year ahead', async () => {
  const once = (uid: string, start: string) => event(uid, `SUMMARY:Once ${uid}`, `DTSTART:${start}T080000Z`);
  const search = searching(
    once('old', '20250609'),
    once('past', '20250611'),
    once('next', '20270609'),
    once('far', '20270611'),
  );
  expect(await search('once')).toEqual(['Once past 2025-06-11', 'Once next 2027-06-09']);
  expect(await search('once', { start: '2000-01-01', end: '2028-01-01' })).toHaveLength(4);
});

test('twenty by default, and the cursor goes on', async () => {
  const work = new MemoryCollection('Work');
  const day = (index: number) => String(1 + (index % 28)).padStart(2, '0');
  for (let index = 0; index < 50; index += 1)
    work.put(`${index}.ics`, event(`u${index}`, 'SUMMARY:Talk', ...at(day(index))));
  const { service, context, clock } = calendarRig(new MemoryStore(work));
  const seen: string[] = [];
  const sizes: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await service.searchEvents({ query: 'talk', ...(cursor ? { cursor } : {}) }, context);
    seen.push(...page.events.map(({ id }) => id));
    sizes.push(page.events.length);
    cursor = page.nextCursor;
    clock.now += 60_000;
  } while (cursor !== undefined);
  expect(sizes).toEqual([20, 20, 10]);
  expect(new Set(seen).size).toBe(50);
});
