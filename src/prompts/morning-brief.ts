import { dayGiven } from './days.ts';
import { definePrompt, type Given, type Request } from './define-prompt.ts';
import { day } from './sense.ts';

export const morningBrief = definePrompt({
  name: 'morning_brief',
  title: { en: 'Morning brief', de: 'Morgenüberblick' },
  description: {
    en: 'The day on one screen: events, mails that need me, what comes first',
    de: 'Der Tag auf einen Blick: Termine, Mails, die mich brauchen, was zuerst kommt',
  },
  arguments: [
    {
      name: 'date',
      description: { en: 'Day; default today', de: 'Tag; sonst heute' },
      completes: 'date',
      sense: day,
    },
  ],
  offered: (has) => has('search_emails') || has('get_calendar_events'),
  request: { en: english, de: german },
});

function english(given: Given): Request {
  const { name, date } = dayGiven(given, 'date', 'en');
  const { has } = given;
  const [events, mail] = [has('get_calendar_events'), has('search_emails')];
  return {
    goal: `Give me my brief for ${name}. It must fit on one screen; leave out what does not matter.`,
    steps: [
      events && `get_calendar_events with start and end ${date ?? 'on that day'}: the events of the day.`,
      mail && 'search_emails with folder "inbox", unread true, preview true, limit 50: what is new.',
      mail &&
        has('get_email') &&
        'get_email for at most five mails that seem to need me that day and whose preview does not say enough.',
    ],
    show: [
      events &&
        'The day: events in their order with time, place and people; what overlaps or leaves no way between.',
      events && 'Invitations I have not answered (myStatus "needs-action").',
      mail && 'Needs me: who wants what by when, one line each, the most urgent first.',
      mail && 'Can wait: one line for each group; newsletters and notifications as a number.',
      'First: the three things I should begin with, and why.',
    ],
  };
}

function german(given: Given): Request {
  const { name, date } = dayGiven(given, 'date', 'de');
  const { has } = given;
  const [events, mail] = [has('get_calendar_events'), has('search_emails')];
  return {
    goal: `Gib mir meinen Überblick für ${name}. Er passt auf einen Bildschirm; lass weg, was nicht zählt.`,
    steps: [
      events && `get_calendar_events mit start und end ${date ?? 'an diesem Tag'}: die Termine des Tages.`,
      mail && 'search_emails mit folder "inbox", unread true, preview true, limit 50: was neu ist.',
      mail &&
        has('get_email') &&
        'get_email für höchstens fünf Mails, die mich an dem Tag zu brauchen scheinen und deren Vorschau nicht genügt.',
    ],
    show: [
      events &&
        'Der Tag: Termine der Reihe nach mit Zeit, Ort und Leuten; was sich überschneidet oder keinen Weg dazwischen lässt.',
      events && 'Einladungen, auf die ich nicht geantwortet habe (myStatus "needs-action").',
      mail && 'Braucht mich: wer was bis wann will, je eine Zeile, das Dringendste zuerst.',
      mail && 'Kann warten: eine Zeile je Gruppe; Newsletter und Benachrichtigungen nur als Zahl.',
      'Zuerst: die drei Dinge, mit denen ich anfangen sollte, und warum.',
    ],
  };
}
