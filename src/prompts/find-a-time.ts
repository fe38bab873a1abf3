import { addDays } from '../domain/days.ts';
import { definePrompt, type Given, type Request } from './define-prompt.ts';
import { minutes } from './sense.ts';

export const findATime = definePrompt({
  name: 'find_a_time',
  title: { en: 'Find a time', de: 'Zeit finden' },
  description: {
    en: 'Free times that suit, and on my yes the proposal or the event',
    de: 'Freie Zeiten, die passen, und auf mein Ja der Vorschlag oder der Termin',
  },
  arguments: [
    { name: 'with', description: { en: 'With whom', de: 'Mit wem' }, completes: 'person' },
    {
      name: 'duration',
      description: { en: 'Minutes; default 60', de: 'Minuten; sonst 60' },
      completes: 'duration',
      sense: minutes,
    },
    {
      name: 'between',
      description: {
        en: 'When, in your words; default the next two weeks',
        de: 'Wann, in deinen Worten; sonst die nächsten zwei Wochen',
      },
    },
  ],
  offered: (has) => has('get_free_busy'),
  request: { en: english, de: german },
});

/** `60 minutes`, or what the user wrote. */
function durationOf(given: Given, minutes: string): string {
  const text = given.value('duration') ?? '';
  // No time at all is none that was meant.
  if (/^0*$/u.test(text)) return `60 ${minutes}`;
  return /^\d+$/u.test(text) ? `${Number(text)} ${minutes}` : (given.quoted('duration') ?? text);
}

/** Names with such a sign or word between them may be one, to a search. */
function areSeveral(given: Given): boolean {
  return /[,;&]|\s(?:and|or|und|oder)\s/iu.test(given.value('with') ?? '');
}

function english(given: Given): Request {
  const { has, today } = given;
  const [person, duration] = [given.quoted('with'), durationOf(given, 'minutes')];
  const between = given.quoted('between');
  const range = between
    ? `the days that ${between} means, seen from ${today}`
    : `start ${addDays(today, 1)}, end ${addDays(today, 14)}`;
  return {
    goal: `Find a time of ${duration} for a meeting${person === undefined ? '' : ` with ${person}`}.`,
    steps: [
      person !== undefined &&
        has('search_emails') &&
        `search_emails with from ${areSeveral(given) ? 'once for each of ' : ''}${person}, limit 5, preview true: what was already proposed, and when they cannot.`,
      `get_free_busy for ${range}, with duration in minutes; workingHours only where I said other times.`,
      has('get_calendar_events') &&
        'get_calendar_events for the two or three best days: is there a way to go before or after, is the day full?',
      'Choose three to five times on different days: none right behind another event, none that splits the only long free stretch of a day.',
      proposalEnglish(has),
    ],
    show: [
      'The times with weekday, date, beginning, end and zone, the best first, with half a line why.',
      'What in them is only tentative in my calendar.',
    ],
    rules: ['My calendar shows only my own time: of others nobody knows here whether they are free. Say so.'],
  };
}

function proposalEnglish(has: Given['has']): string | undefined {
  const ways = [
    has('create_draft') && 'a mail with the proposals (create_draft, which I look at)',
    has('create_event') && 'the event (create_event; with attendees it sends invitations)',
  ].filter((way) => way !== false);
  return ways.length === 0
    ? undefined
    : `Ask me which time I take, and whether you shall prepare ${ways.join(' or ')}.`;
}

function german(given: Given): Request {
  const { has, today } = given;
  const [person, duration] = [given.quoted('with'), durationOf(given, 'Minuten')];
  const between = given.quoted('between');
  const range = between
    ? `die Tage, die ${between} meint, von ${today} aus gesehen`
    : `start ${addDays(today, 1)}, end ${addDays(today, 14)}`;
  return {
    goal: `Finde eine Zeit von ${duration} für einen Termin${person === undefined ? '' : ` mit ${person}`}.`,
    steps: [
      person !== undefined &&
        has('search_emails') &&
        `search_emails mit from ${areSeveral(given) ? 'je einmal für alle aus ' : ''}${person}, limit 5, preview true: was schon vorgeschlagen wurde und wann es nicht geht.`,
      `get_free_busy für ${range}, mit duration in Minuten; workingHours nur, wenn ich andere Zeiten genannt habe.`,
      has('get_calendar_events') &&
        'get_calendar_events für die zwei, drei besten Tage: Liegt ein Weg davor oder danach, ist der Tag voll?',
      'Wähle drei bis fünf Zeiten an verschiedenen Tagen: keine gleich hinter einem anderen Termin, keine, die die einzige lange freie Strecke eines Tages zerteilt.',
      proposalGerman(has),
    ],
    show: [
      'Die Zeiten mit Wochentag, Datum, Anfang, Ende und Zeitzone, die beste zuerst, mit einer halben Zeile, warum.',
      'Was darin in meinem Kalender nur vorläufig belegt ist.',
    ],
    rules: [
      'Mein Kalender zeigt nur meine eigene Zeit: Ob andere frei sind, weiß hier niemand. Sag das dazu.',
    ],
  };
}

function proposalGerman(has: Given['has']): string | undefined {
  const ways = [
    has('create_draft') && 'eine Mail mit den Vorschlägen (create_draft, die ich ansehe)',
    has('create_event') && 'den Termin (create_event; mit Teilnehmern gehen Einladungen hinaus)',
  ].filter((way) => way !== false);
  return ways.length === 0
    ? undefined
    : `Frag mich, welche Zeit ich nehme und ob du ${ways.join(' oder ')} vorbereiten sollst.`;
}
