import { addDays, namedDay } from '../domain/days.ts';
import { definePrompt, type Given, type Request } from './define-prompt.ts';
import { day } from './sense.ts';

export const cleanUpNewsletters = definePrompt({
  name: 'clean_up_newsletters',
  title: { en: 'Clean up newsletters', de: 'Newsletter aufräumen' },
  description: {
    en: 'Which newsletters come, which I read, and file or bin them on my yes',
    de: 'Welche Newsletter kommen, welche ich lese, und sie auf mein Ja ablegen oder wegwerfen',
  },
  arguments: [
    {
      name: 'since',
      description: { en: 'From this day on; default 30 days ago', de: 'Ab diesem Tag; sonst vor 30 Tagen' },
      completes: 'since',
      sense: day,
    },
  ],
  offered: (has) => has('search_emails') && has('move_email'),
  request: { en: english, de: german },
});

interface Since {
  /** As the user said it, or the date. */
  name: string;
  /** What tools take: a date, or how to come to one. */
  date: string;
}

/** @param workOut says that the day, as the user wrote it, is to be made a date, seen from today */
function sinceOf(given: Given, workOut: (words: string) => string): Since {
  const text = given.value('since');
  const date = text === undefined ? addDays(given.today, -30) : namedDay(text, given.today);
  if (date !== undefined) return { name: date, date };
  const words = given.quoted('since') ?? '';
  return { name: words, date: workOut(words) };
}

function english(given: Given): Request {
  const { has } = given;
  const { name, date: since } = sinceOf(
    given,
    (words) => `the ISO date that ${words} means, seen from ${given.today}`,
  );
  return {
    goal: `Clean up the newsletters in my inbox since ${name} with me.`,
    steps: [
      `search_emails with folder "inbox", since ${since}, limit 100; at most two more pages with nextCursor. Group by sender.`,
      `search_emails with folder "inbox", since ${since}, query "unsubscribe OR abmelden OR abbestellen OR newsletter", limit 100: whose mails are newsletters.`,
      has('get_email') &&
        'get_email for one mail of each sender in doubt, at most ten: list and its unsubscribe address show a mailing list.',
      'Ask me which senders stay, go to the archive, or go to the bin.',
      'move_email with all ids of one target (folder "archive" or "trash"), at most 500 in one call. Say how many were moved and what failed.',
    ],
    show: [
      'A table: sender · mails · unread of them · latest · unsubscribe address · proposal. The most mails first.',
      'Above it one line: how many mails of how many senders, and how many of them I never opened.',
    ],
    rules: [
      'Never delete for good. Never open an unsubscribe address and never write to one: show it, I do that myself.',
      'Bills, orders, tickets, bookings, security and account notices are not newsletters, whoever sends them.',
    ],
  };
}

function german(given: Given): Request {
  const { has } = given;
  const { name, date: since } = sinceOf(
    given,
    (words) => `das ISO-Datum, das ${words} meint, von ${given.today} aus gesehen`,
  );
  return {
    goal: `Räum mit mir die Newsletter auf, die seit ${name} in meinem Posteingang liegen.`,
    steps: [
      `search_emails mit folder "inbox", since ${since}, limit 100; höchstens zwei weitere Seiten mit nextCursor. Fass nach Absendern zusammen.`,
      `search_emails mit folder "inbox", since ${since}, query "unsubscribe OR abmelden OR abbestellen OR newsletter", limit 100: wessen Mails Newsletter sind.`,
      has('get_email') &&
        'get_email für je eine Mail der Absender, bei denen du zweifelst, höchstens zehn: list mit der Adresse zum Abbestellen (unsubscribe) zeigt einen Verteiler.',
      'Frag mich, welche Absender bleiben, ins Archiv oder in den Papierkorb gehen.',
      'move_email mit allen ids eines Ziels (folder "archive" oder "trash"), höchstens 500 in einem Aufruf. Sag, wie viele verschoben wurden und was nicht ging.',
    ],
    show: [
      'Eine Tabelle: Absender · Mails · davon ungelesen · letzte · Adresse zum Abbestellen · Vorschlag. Die meisten Mails zuerst.',
      'Darüber eine Zeile: wie viele Mails von wie vielen Absendern, und wie viele davon ich nie geöffnet habe.',
    ],
    rules: [
      'Nie endgültig löschen. Nie eine Adresse zum Abbestellen öffnen oder an sie schreiben: Zeig sie mir, das mache ich selbst.',
      'Rechnungen, Bestellungen, Tickets, Buchungen, Sicherheits- und Kontohinweise sind keine Newsletter, von wem sie auch kommen.',
    ],
  };
}
