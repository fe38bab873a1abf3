import { weekGiven } from './days.ts';
import { definePrompt, type Given, type Request } from './define-prompt.ts';
import { week } from './sense.ts';

export const weeklyReview = definePrompt({
  name: 'weekly_review',
  title: { en: 'Weekly review', de: 'Wochenrückblick' },
  description: {
    en: 'What the week was, what I owe, what I wait for, what comes next',
    de: 'Was die Woche war, was ich schulde, worauf ich warte, was kommt',
  },
  arguments: [
    {
      name: 'week',
      description: {
        en: 'this, last, or 2026-W47; default this',
        de: 'diese, letzte oder 2026-W47; sonst diese',
      },
      completes: 'week',
      sense: week,
    },
  ],
  offered: (has) => has('search_emails') || has('get_calendar_events'),
  request: { en: english, de: german },
});

function english(given: Given): Request {
  const { has } = given;
  const { name, span } = weekGiven(given, 'week', 'en');
  const [events, mail] = [has('get_calendar_events'), has('search_emails')];
  const days = span
    ? `start ${span.monday}, end ${span.nextSunday}`
    : 'from its Monday to the Sunday of the next';
  const range = span ? `since ${span.monday}` : 'since its Monday';
  return {
    goal: `Review my ${name} with me and prepare the one after it.`,
    steps: [
      events && `get_calendar_events with ${days}: that week and the next in one call.`,
      mail &&
        `search_emails with folder "sent", ${range}, preview true, limit 50: what I promised and asked.`,
      mail &&
        `search_emails with folder "inbox", ${range}, preview true, limit 50: what came; what has no flag "answered" may be open.`,
      mail && 'search_emails with flagged true, limit 20: what I put aside.',
      has('get_email_thread') &&
        'get_email_thread for at most five conversations of which it is not clear whether they are done.',
    ],
    show: [
      'The week in five lines: what was done and decided.',
      mail && 'I owe: to whom, what, since when or until when.',
      mail && 'I wait for: from whom, what, since when; where a reminder is due.',
      events && 'Next week: the events that need preparation, what overlaps, days that are too full.',
      'Three proposals for next week.',
    ],
  };
}

function german(given: Given): Request {
  const { has } = given;
  const { name, span } = weekGiven(given, 'week', 'de');
  const [events, mail] = [has('get_calendar_events'), has('search_emails')];
  const days = span
    ? `start ${span.monday}, end ${span.nextSunday}`
    : 'von ihrem Montag bis zum Sonntag der nächsten';
  const range = span ? `since ${span.monday}` : 'since an ihrem Montag';
  return {
    goal: `Blick mit mir auf meine ${name} zurück und bereite die danach vor.`,
    steps: [
      events && `get_calendar_events mit ${days}: diese Woche und die nächste in einem Aufruf.`,
      mail &&
        `search_emails mit folder "sent", ${range}, preview true, limit 50: was ich versprochen und gefragt habe.`,
      mail &&
        `search_emails mit folder "inbox", ${range}, preview true, limit 50: was kam; ohne die Markierung "answered" ist es vielleicht offen.`,
      mail && 'search_emails mit flagged true, limit 20: was ich mir zurückgelegt habe.',
      has('get_email_thread') &&
        'get_email_thread für höchstens fünf Gespräche, bei denen unklar ist, ob sie erledigt sind.',
    ],
    show: [
      'Die Woche in fünf Zeilen: was getan und entschieden wurde.',
      mail && 'Ich schulde: wem, was, seit wann oder bis wann.',
      mail && 'Ich warte auf: wen, was, seit wann; wo eine Erinnerung fällig ist.',
      events && 'Nächste Woche: Termine, die Vorbereitung brauchen, was sich überschneidet, zu volle Tage.',
      'Drei Vorschläge für die nächste Woche.',
    ],
  };
}
