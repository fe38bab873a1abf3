import type { Person, SeedMail } from './compose.ts';
import type { SeedEntry } from './entry.ts';

interface Issue {
  sender: Person;
  listId: string;
  subject: string;
  /** Shown by mail programs in the list, hidden in the mail itself. */
  preheader: string;
  headline: string;
  paragraphs: readonly string[];
  hoursAgo: number;
  folder: string;
  seen: boolean;
}

const fahrrad: Person = { name: 'Radwelt', email: 'news@radwelt.example' };
const garten: Person = { name: 'Gartenbrief', email: 'brief@garten.example' };
const node: Person = { name: 'Runtime Weekly', email: 'weekly@runtime.example' };

const issues: readonly Issue[] = [
  {
    sender: fahrrad,
    listId: 'news.radwelt.example',
    subject: 'Radwelt: Die schönsten Touren im Frühling',
    preheader: 'Nur heute: 15 % auf alle Taschen mit dem Code FRUEHLING',
    headline: 'Die schönsten Touren im Frühling',
    paragraphs: [
      'Zwölf Strecken zwischen Oder und Müritz, alle mit Bahnanschluss.',
      'Dazu: Licht, Bremsen, Kette: was vor der ersten Fahrt zu prüfen ist.',
    ],
    hoursAgo: 12,
    folder: 'INBOX',
    seen: false,
  },
  {
    sender: garten,
    listId: 'brief.garten.example',
    subject: 'Gartenbrief: Tomaten vorziehen',
    preheader: 'Welche Sorten sich für den Balkon eignen',
    headline: 'Jetzt Tomaten vorziehen',
    paragraphs: [
      'Auf der Fensterbank keimen die Samen bei 20 Grad in einer Woche.',
      'Nach den Eisheiligen dürfen die Pflanzen hinaus.',
    ],
    hoursAgo: 36,
    folder: 'INBOX',
    seen: true,
  },
  {
    sender: node,
    listId: 'weekly.runtime.example',
    subject: 'Runtime Weekly #212',
    preheader: 'Permission model, test runner, streams',
    headline: 'Streams without tears',
    paragraphs: [
      'How backpressure works and why your pipeline stalls.',
      'Also: what is new in the test runner.',
    ],
    hoursAgo: 52,
    folder: 'INBOX',
    seen: true,
  },
  {
    sender: node,
    listId: 'weekly.runtime.example',
    subject: 'Runtime Weekly #211',
    preheader: 'Modules, workers, timers',
    headline: 'Workers for everyday use',
    paragraphs: ['When a worker thread pays off, measured.'],
    hoursAgo: 220,
    folder: 'Archive',
    seen: true,
  },
  {
    sender: fahrrad,
    listId: 'news.radwelt.example',
    subject: 'Radwelt: Winterpflege',
    preheader: 'Salz ist der Feind der Kette',
    headline: 'So kommt das Rad durch den Winter',
    paragraphs: ['Nach jeder Fahrt abspülen, trocknen, ölen.'],
    hoursAgo: 1100,
    folder: 'Archive',
    seen: true,
  },
];

/** HTML newsletters with a hidden preheader, a tracking picture and List headers (RFC 2369, RFC 8058). */
export function newsletterMails(me: Person, at: (hoursAgo: number) => Date): SeedEntry[] {
  return issues.map((issue, index) => ({
    folder: issue.folder,
    flags: issue.seen ? ['\\Seen'] : [],
    mail: newsletter(issue, `newsletter.${index + 1}`, me, at(issue.hoursAgo)),
  }));
}

function newsletter(issue: Issue, key: string, me: Person, date: Date): SeedMail {
  const host = issue.sender.email.slice(issue.sender.email.indexOf('@') + 1);
  const paragraphs = issue.paragraphs.map((text) => `<tr><td><p>${text}</p></td></tr>`).join('\n');
  const html = `<html><head><title>${issue.headline}</title><style>.pre{display:none}</style></head><body>
<div class="pre" style="display:none;max-height:0;overflow:hidden">${issue.preheader}</div>
<table><tr><td><h1>${issue.headline}</h1></td></tr>
${paragraphs}
<tr><td><a href="https://www.${host}/lesen">Weiterlesen</a></td></tr>
<tr><td><small><a href="https://www.${host}/abmelden">Abmelden</a></small></td></tr></table>
<img src="https://track.${host}/o.gif" width="1" height="1" alt=""></body></html>`;
  return {
    key,
    from: issue.sender,
    to: [me],
    subject: issue.subject,
    date,
    html,
    headers: [
      ['List-ID', `${issue.sender.name} <${issue.listId}>`],
      ['List-Unsubscribe', `<https://www.${host}/abmelden>, <mailto:abmelden@${host}>`],
      ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
      ['Precedence', 'bulk'],
    ],
  };
}
