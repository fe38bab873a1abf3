import { definePrompt, type Given, type Request } from './define-prompt.ts';
import { count } from './sense.ts';

const maxMails = 100;

export const inboxTriage = definePrompt({
  name: 'inbox_triage',
  title: { en: 'Inbox triage', de: 'Posteingang sortieren' },
  description: {
    en: 'Sort the latest mails by what they need, and propose what to do with each',
    de: 'Die neuesten Mails danach ordnen, was sie brauchen, mit einem Vorschlag für jede',
  },
  arguments: [
    {
      name: 'folder',
      description: { en: 'Folder; default inbox', de: 'Ordner; sonst Posteingang' },
      completes: 'folder',
    },
    {
      name: 'limit',
      description: { en: 'Mails, 1–100; default 50', de: 'Mails, 1–100; sonst 50' },
      sense: count,
    },
  ],
  offered: (has) => has('search_emails'),
  request: { en: english, de: german },
});

/** How many mails, as near to what was asked for as one page can be. */
function limitOf(given: Given): number {
  return Math.min(Number(given.value('limit') ?? 50), maxMails);
}

function english(given: Given): Request {
  const { has } = given;
  const folder = given.quoted('folder') ?? '"inbox"';
  const ways = [
    has('create_draft') && 'drafts with create_draft, which I look at before anything is sent',
    has('move_email') && 'filing with move_email, all ids of one folder in one call',
    has('mark_email') && 'marking with mark_email',
  ].filter((way) => way !== false);
  return {
    goal: `Help me empty the folder ${folder}: sort its latest mails by what they need of me.`,
    steps: [
      `search_emails with folder ${folder}, preview true, limit ${limitOf(given)}.`,
      'Sort by sender, subject, flags and preview: answer today · answer later · only read · waiting for others · can go · suspicious.',
      has('get_email') && 'get_email for at most eight mails that cannot be sorted without their text.',
      ways.length > 0 && `Propose what to do, ask me, and then do what I agreed to: ${ways.join('; ')}.`,
    ],
    show: [
      'The groups in that order, in each the mails as: sender – what it is about – what to do, with a date where there is one.',
      'Several mails of one kind or conversation in one line.',
      ways.length > 0 && 'At the end the proposals as a numbered list, so that I can answer "1, 3 and 4".',
    ],
    rules: [
      'Bills, contracts, appointments and mails of people are never "can go" without a question of their own.',
    ],
  };
}

function german(given: Given): Request {
  const { has } = given;
  const folder = given.quoted('folder') ?? '"inbox"';
  const ways = [
    has('create_draft') && 'Entwürfe mit create_draft, die ich ansehe, bevor etwas gesendet wird',
    has('move_email') && 'Ablegen mit move_email, alle ids eines Zielordners in einem Aufruf',
    has('mark_email') && 'Markieren mit mark_email',
  ].filter((way) => way !== false);
  return {
    goal: `Hilf mir, den Ordner ${folder} zu leeren: Ordne seine neuesten Mails danach, was sie von mir brauchen.`,
    steps: [
      `search_emails mit folder ${folder}, preview true, limit ${limitOf(given)}.`,
      'Ordne nach Absender, Betreff, Markierungen und Vorschau: heute antworten · später antworten · nur lesen · andere sind dran · kann weg · verdächtig.',
      has('get_email') &&
        'get_email für höchstens acht Mails, die sich ohne ihren Text nicht einordnen lassen.',
      ways.length > 0 &&
        `Schlag vor, was zu tun ist, frag mich, und tu dann das Vereinbarte: ${ways.join('; ')}.`,
    ],
    show: [
      'Die Gruppen in dieser Reihenfolge, darin die Mails als: Absender – worum es geht – was zu tun ist, mit Termin, wo es einen gibt.',
      'Mehrere Mails einer Art oder eines Gesprächs in einer Zeile.',
      ways.length > 0 &&
        'Am Ende die Vorschläge als nummerierte Liste, damit ich „1, 3 und 4“ antworten kann.',
    ],
    rules: [
      'Rechnungen, Verträge, Termine und Mails von Menschen sind nie „kann weg“, ohne dass du eigens danach fragst.',
    ],
  };
}
