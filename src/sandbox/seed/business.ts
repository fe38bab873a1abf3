import type { Person, SeedAttachment, SeedMail } from './compose.ts';
import type { SeedEntry } from './entry.ts';
import { makePdf } from './pdf.ts';
import { people } from './people.ts';

const tinyPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

interface Bill {
  from: Person;
  number: string;
  total: string;
  hoursAgo: number;
  folder: string;
}

const bills: readonly Bill[] = [
  { from: people.stadtwerke, number: 'SW-2204', total: '84,17 €', hoursAgo: 8, folder: 'INBOX' },
  { from: people.hosting, number: 'CB-1187', total: '19,90 €', hoursAgo: 44, folder: 'INBOX' },
  { from: people.buchladen, number: 'BL-0093', total: '46,50 €', hoursAgo: 170, folder: 'Rechnungen' },
  { from: people.stadtwerke, number: 'SW-2133', total: '79,02 €', hoursAgo: 760, folder: 'Rechnungen' },
  { from: people.hosting, number: 'CB-1102', total: '19,90 €', hoursAgo: 790, folder: 'Rechnungen' },
];

/** Invoices with PDFs, an invitation, a mail with an inline picture, a spreadsheet as CSV. */
export function businessMails(me: Person, at: (hoursAgo: number) => Date): SeedEntry[] {
  return [
    ...bills.map((bill) => billEntry(bill, me, at)),
    invitation(me, at),
    holiday(me, at),
    figures(me, at),
  ];
}

function billEntry(
  { from, number, total, hoursAgo, folder }: Bill,
  me: Person,
  at: (h: number) => Date,
): SeedEntry {
  const lines = [
    `Rechnung ${number}`,
    from.name,
    `Kundin: ${me.name}`,
    `Gesamtbetrag: ${total}`,
    'Zahlbar in 14 Tagen.',
  ];
  const pdf: SeedAttachment = {
    name: `Rechnung für ${me.name} ${number}.pdf`,
    type: 'application/pdf',
    content: makePdf(lines),
  };
  const mail: SeedMail = {
    key: `rechnung.${number.toLowerCase()}`,
    from,
    to: [me],
    subject: `Ihre Rechnung ${number}`,
    date: at(hoursAgo),
    text: `Guten Tag,\n\nanbei erhalten Sie die Rechnung ${number} über ${total}.\n\nMit freundlichen Grüßen\n${from.name}\n`,
    attachments: [pdf],
  };
  return { folder, mail, flags: folder === 'INBOX' ? [] : ['\\Seen', 'Bezahlt'] };
}

function invitation(me: Person, at: (hoursAgo: number) => Date): SeedEntry {
  const stamp = (hoursAgo: number) =>
    at(hoursAgo)
      .toISOString()
      .replace(/[-:]|\.\d+/gu, '');
  const ics = [
    'BEGIN:VCALENDAR',
    'PRODID:-//Nordlicht//Calendar//DE',
    'VERSION:2.0',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    'UID:planung-2@nordlicht.example',
    'SEQUENCE:0',
    `DTSTAMP:${stamp(28)}`,
    `DTSTART:${stamp(-72)}`,
    `DTEND:${stamp(-73)}`,
    'SUMMARY:Planung zweites Quartal',
    'LOCATION:Raum Süd',
    `ORGANIZER;CN=Zoë Brandt:mailto:${people.zoe.email}`,
    `ATTENDEE;CN=${me.name};PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${me.email}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
  const mail: SeedMail = {
    key: 'einladung.planung',
    from: people.zoe,
    to: [me],
    subject: 'Einladung: Planung zweites Quartal',
    date: at(28),
    text: 'Zoë Brandt lädt dich ein: Planung zweites Quartal, Raum Süd.\n',
    calendar: { method: 'REQUEST', ics },
    attachments: [{ name: 'einladung.ics', type: 'application/ics', content: Buffer.from(ics) }],
  };
  return { folder: 'INBOX', mail, flags: [] };
}

function holiday(me: Person, at: (hoursAgo: number) => Date): SeedEntry {
  const mail: SeedMail = {
    key: 'urlaub.bilder',
    from: people.kaethe,
    to: [me],
    subject: 'Grüße von der Ostsee 🌊',
    date: at(150),
    text: 'Liebe Alice,\n\nschau, wie schön es hier ist!\n\nDeine Käthe\n',
    html: '<html><body><p>Liebe Alice,</p><p>schau, wie sch&ouml;n es hier ist!</p><p><img src="cid:strand@familie.example" alt="Strand"></p><p>Deine K&auml;the</p></body></html>',
    attachments: [
      { name: 'strand.png', type: 'image/png', content: tinyPng, contentId: 'strand@familie.example' },
      { name: 'Dünen.png', type: 'image/png', content: tinyPng },
    ],
  };
  return { folder: 'INBOX', mail, flags: ['\\Seen', '\\Flagged'] };
}

function figures(me: Person, at: (hoursAgo: number) => Date): SeedEntry {
  const csv = 'Monat;Umsatz\r\nJanuar;12400\r\nFebruar;11800\r\nMärz;15300\r\n';
  const mail: SeedMail = {
    key: 'zahlen.q1',
    from: people.tom,
    to: [me],
    cc: [people.zoe],
    subject: 'Zahlen erstes Quartal',
    date: at(260),
    text: 'Hallo Alice,\n\ndie Zahlen des ersten Quartals als Tabelle.\n\nTom\n',
    attachments: [{ name: 'umsätze-q1.csv', type: 'text/csv; charset=utf-8', content: Buffer.from(csv) }],
  };
  return { folder: 'INBOX', mail, flags: ['\\Seen', '$Label1'] };
}
