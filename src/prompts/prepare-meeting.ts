import { addDays } from '../domain/days.ts';
import { definePrompt, type Given, type Request } from './define-prompt.ts';

export const prepareMeeting = definePrompt({
  name: 'prepare_meeting',
  title: { en: 'Prepare a meeting', de: 'Termin vorbereiten' },
  description: {
    en: 'What I need to know before a meeting: people, last mails, open points',
    de: 'Was ich vor einem Termin wissen muss: Leute, letzte Mails, offene Punkte',
  },
  arguments: [
    {
      name: 'event',
      description: {
        en: 'Title or event id; default the next',
        de: 'Titel oder Termin-Id; sonst der nächste',
      },
    },
  ],
  offered: (has) => has('get_calendar_events') && has('get_event'),
  request: { en: english, de: german },
});

function english(given: Given): Request {
  const { has, today } = given;
  const event = given.quoted('event');
  const month = addDays(today, -30);
  return {
    goal: `Prepare me for ${event === undefined ? 'my next meeting with other people' : `the meeting ${event}`}.`,
    steps: [
      event === undefined && `get_calendar_events with start ${today}: the next event with attendees.`,
      event !== undefined &&
        (has('search_calendar')
          ? `If that is an event id, go on. Else search_calendar with query ${event}, start ${today}: the nearest to come. If several are meant, ask which.`
          : `If that is an event id, go on. Else get_calendar_events with start ${today}: find it by its title.`),
      'get_event with its id: description, attendees and their answers, place.',
      has('search_emails') &&
        `search_emails, since ${month}, limit 10, preview true: once with words of the title, once with from for each of at most three main people.`,
      has('get_email_thread') && 'get_email_thread for at most three conversations that belong to it.',
      has('get_attachment') && 'get_attachment only for a document the meeting is about.',
    ],
    show: [
      'When, where, with whom (who has accepted, who not), how long; where I dial in.',
      'What it is about, and what shall have been decided at its end, if that can be known.',
      has('search_emails') && 'Where things stand: the latest of the mails, with date and sender.',
      'Open: what I owe others, what they owe me.',
      'Three questions or points I should bring, and the documents to have at hand.',
    ],
    rules: ['Part what stands in mails and events from what you conclude.'],
  };
}

function german(given: Given): Request {
  const { has, today } = given;
  const event = given.quoted('event');
  const month = addDays(today, -30);
  return {
    goal: `Bereite mich auf ${event === undefined ? 'meinen nächsten Termin mit anderen' : `den Termin ${event}`} vor.`,
    steps: [
      event === undefined && `get_calendar_events mit start ${today}: der nächste Termin mit Teilnehmern.`,
      event !== undefined &&
        (has('search_calendar')
          ? `Ist das eine Termin-Id, weiter. Sonst search_calendar mit query ${event}, start ${today}: der nächste, der kommt. Können mehrere gemeint sein, frag, welcher.`
          : `Ist das eine Termin-Id, weiter. Sonst get_calendar_events mit start ${today}: Finde ihn am Titel.`),
      'get_event mit seiner id: Beschreibung, Teilnehmer und ihre Antworten, Ort.',
      has('search_emails') &&
        `search_emails, since ${month}, limit 10, preview true: einmal mit Wörtern des Titels, einmal mit from für jede von höchstens drei Hauptpersonen.`,
      has('get_email_thread') && 'get_email_thread für höchstens drei Gespräche, die dazugehören.',
      has('get_attachment') && 'get_attachment nur für ein Dokument, um das es in dem Termin geht.',
    ],
    show: [
      'Wann, wo, mit wem (wer zugesagt hat, wer nicht), wie lange; wo ich mich einwähle.',
      'Worum es geht und was am Ende entschieden sein soll, wenn es sich erkennen lässt.',
      has('search_emails') && 'Der Stand: das Neueste aus den Mails, mit Datum und Absender.',
      'Offen: was ich anderen schulde, was sie mir schulden.',
      'Drei Fragen oder Punkte, die ich mitbringen sollte, und die Unterlagen dazu.',
    ],
    rules: ['Trenne, was in Mails und Terminen steht, von dem, was du daraus schließt.'],
  };
}
