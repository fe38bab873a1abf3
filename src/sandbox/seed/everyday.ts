import type { Person, SeedMail } from './compose.ts';
import type { SeedEntry } from './entry.ts';
import { people } from './people.ts';

type Note = readonly [
  folder: string,
  from: Person | 'me',
  hoursAgo: number,
  flags: string,
  subject: string,
  text: string,
];

const { joerg, zoe, tom, priya, kaethe, verein, hausverwaltung, buchladen, bahn, praxis, ci, sam } = people;
const lottery: Person = { name: 'Gewinnzentrale', email: 'gewinn@lotto-gewinn.example' };
const pills: Person = { name: 'Best Price Pharmacy', email: 'offer@bestprice.example' };

/** Flags: S seen, F flagged, A answered, D draft. */
const notes: readonly Note[] = [
  [
    'INBOX',
    hausverwaltung,
    2,
    '',
    'Ablesung der Heizkostenverteiler',
    'Sehr geehrte Frau Sommer,\n\ndie Ablesung findet am Dienstag zwischen 9 und 11 Uhr statt. Bitte ermöglichen Sie den Zugang.',
  ],
  [
    'INBOX',
    praxis,
    16,
    '',
    'Erinnerung: Ihr Termin am Mittwoch',
    'Guten Tag Frau Sommer,\n\nwir erinnern an Ihren Termin am Mittwoch um 8:30 Uhr.',
  ],
  [
    'INBOX',
    bahn,
    33,
    'S',
    'Ihre Buchung Berlin – Lübeck',
    'Gute Fahrt! Ihre Auftragsnummer lautet NB7Q2X. Wagen 7, Platz 43.',
  ],
  [
    'INBOX',
    ci,
    18,
    'S',
    '[northwind/site] Build #418 failed',
    'Step "test" failed after 2m 11s on branch main.',
  ],
  [
    'INBOX',
    ci,
    17,
    'S',
    '[northwind/site] Build #419 passed',
    'All 312 tests passed in 2m 40s on branch main.',
  ],
  [
    'INBOX',
    buchladen,
    80,
    'S',
    'Ihre Bestellung liegt bereit',
    'Das bestellte Buch »Der Zauberberg« liegt für Sie bereit.',
  ],
  [
    'INBOX',
    zoe,
    110,
    'SA',
    'Kurze Frage zum Protokoll',
    'Hast du das Protokoll vom Montag schon verschickt?\n\nZoë',
  ],
  [
    'INBOX',
    sam,
    130,
    'SF',
    'Passwords do not belong in mail',
    'Please use the vault for the new account, I shared it with you there.\n\nSam',
  ],
  [
    'INBOX',
    tom,
    180,
    'S',
    'Urlaubsvertretung im August',
    'Kannst du mich vom 4. bis 15. August vertreten?\n\nTom',
  ],
  ['Sent', 'me', 109, 'S', 'AW: Kurze Frage zum Protokoll', 'Ja, heute früh an alle.\n\nAlice'],
  [
    'Sent',
    'me',
    40,
    'S',
    'Schlüssel für das Bootshaus',
    'Guten Abend,\n\nkann ich den Schlüssel am Freitag abholen?\n\nAlice Sommer',
  ],
  [
    'Drafts',
    'me',
    6,
    'SD',
    'Rückfrage zur Nebenkostenabrechnung',
    'Sehr geehrte Damen und Herren,\n\nzu Position 4 der Abrechnung habe ich eine Frage:',
  ],
  ['Drafts', 'me', 90, 'SD', 'Einladung zum Sommerfest', 'Liebe alle,\n\nam 12. Juli feiern wir'],
  [
    'Archive',
    hausverwaltung,
    900,
    'S',
    'Nebenkostenabrechnung',
    'Sehr geehrte Frau Sommer,\n\nIhr Guthaben beträgt 112,40 Euro.',
  ],
  [
    'Archive',
    priya,
    1300,
    'S',
    'Kick-off of the website project',
    'Welcome to the project! We start with the content audit.\n\nPriya',
  ],
  [
    'Archive',
    kaethe,
    1500,
    'SF',
    'Rezept für den Käsekuchen',
    'Liebe Alice,\n\n1 kg Quark, 5 Eier, 200 g Zucker, ein Päckchen Vanillezucker, Saft einer Zitrone.\n\nDeine Käthe',
  ],
  [
    'Archive',
    verein,
    2000,
    'S',
    'Mitgliedsbeitrag',
    'Liebes Mitglied,\n\nder Beitrag von 96 Euro wird im Januar eingezogen.',
  ],
  ['Archive', zoe, 2600, 'S', 'Contract signed', 'The signed contract is in the shared folder.\n\nZoë'],
  ['Archive', tom, 3100, 'S', 'Reisekosten November', 'Bitte reiche die Belege bis zum 10. ein.\n\nTom'],
  [
    'Projekte/Küche',
    joerg,
    230,
    'S',
    'Muster für die Arbeitsplatte',
    'Hallo Alice,\n\ndie Muster Eiche, Nussbaum und Esche liegen im Büro.\n\nJörg',
  ],
  [
    'Projekte/Küche',
    joerg,
    500,
    'S',
    'Skizze',
    'Hallo Alice,\n\ndie Skizze mit der Spüle unter dem Fenster ist fertig.\n\nJörg',
  ],
  [
    'Projekte/Küche',
    hausverwaltung,
    620,
    'S',
    'Genehmigung Umbau',
    'Sehr geehrte Frau Sommer,\n\ngegen den Umbau der Küche bestehen keine Einwände.',
  ],
  [
    'Projekte/Website',
    sam,
    700,
    'S',
    'Wireframes',
    'The wireframes for the five main pages are ready for review.\n\nSam',
  ],
  [
    'Projekte/Website',
    priya,
    740,
    'S',
    'Content audit',
    '214 pages, 61 of them without visitors for a year. I propose to drop those.\n\nPriya',
  ],
  [
    'Junk',
    lottery,
    10,
    '',
    'SIE HABEN GEWONNEN!!!',
    'Herzlichen Glückwunsch! Ihr Gewinn von 950.000 Euro wartet. Antworten Sie mit Ihrer Kontonummer.',
  ],
  ['Junk', pills, 60, 'S', 'Cheap meds without prescription', 'Lowest prices, worldwide shipping.'],
  ['Junk', lottery, 200, '', 'Letzte Mahnung zu Ihrem Gewinn', 'Ihr Gewinn verfällt heute um Mitternacht.'],
  [
    'Trash',
    buchladen,
    300,
    'S',
    'Lesung am Donnerstag',
    'Am Donnerstag liest bei uns die Autorin von »Nordwind«.',
  ],
  [
    'Trash',
    ci,
    350,
    'S',
    '[northwind/site] Build #401 passed',
    'All 298 tests passed in 2m 35s on branch main.',
  ],
];

const flagNames: Record<string, string> = { S: '\\Seen', F: '\\Flagged', A: '\\Answered', D: '\\Draft' };

/** Short mails of everyday life over all folders. */
export function everydayMails(me: Person, at: (hoursAgo: number) => Date): SeedEntry[] {
  return notes.map(([folder, sender, hoursAgo, flags, subject, text], index) => {
    const from = sender === 'me' ? me : sender;
    const mail: SeedMail = {
      key: `note.${index + 1}`,
      from,
      to: [sender === 'me' ? hausverwaltung : me],
      subject,
      date: at(hoursAgo),
      text: `${text}\n`,
    };
    return { folder, mail, flags: [...flags].map((letter) => flagNames[letter] ?? '') };
  });
}
