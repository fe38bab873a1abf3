import { messageId, type Person, type SeedMail } from './compose.ts';
import { people } from './people.ts';

/** One mail of a conversation: who, how many hours before now, what is new in it. */
interface Turn {
  from: Person | 'me';
  hoursAgo: number;
  text: string;
}

export interface Conversation {
  key: string;
  subject: string;
  /** Where the others' mails lie; one's own are in Sent. */
  folder: string;
  language: 'de' | 'en';
  /** The last mail waits unread. */
  unread?: boolean;
  turns: readonly Turn[];
}

const { joerg, zoe, tom, priya, sam, kaethe, lars, verein } = people;

export const conversations: readonly Conversation[] = [
  {
    key: 'kueche',
    subject: 'Angebot für die Küche',
    folder: 'INBOX',
    language: 'de',
    unread: true,
    turns: [
      {
        from: 'me',
        hoursAgo: 140,
        text: 'Lieber Jörg,\n\nwir möchten die Küche im Frühjahr erneuern lassen. Kannst du uns ein Angebot machen? Die Maße schicke ich dir gern.\n\nViele Grüße\nAlice',
      },
      {
        from: joerg,
        hoursAgo: 121,
        text: 'Hallo Alice,\n\ngern. Schick mir bitte Länge, Tiefe und Raumhöhe, und ob die Anschlüsse bleiben.\n\nGruß\nJörg',
      },
      {
        from: 'me',
        hoursAgo: 118,
        text: 'Hallo Jörg,\n\n3,40 m lang, 0,60 m tief, Raumhöhe 2,65 m. Die Anschlüsse bleiben, wo sie sind.\n\nAlice',
      },
      {
        from: joerg,
        hoursAgo: 50,
        text: 'Hallo Alice,\n\nEiche massiv, geölt, mit Arbeitsplatte: 8.450 Euro. Lieferzeit sechs Wochen.\n\nGruß\nJörg',
      },
      {
        from: joerg,
        hoursAgo: 5,
        text: 'Hallo Alice,\n\nnoch eine Frage: Soll der Einbau am 12. oder am 19. beginnen? Bitte sag mir bis Freitag Bescheid.\n\nGruß\nJörg',
      },
    ],
  },
  {
    key: 'launch',
    subject: 'Website launch: open points',
    folder: 'INBOX',
    language: 'en',
    turns: [
      {
        from: priya,
        hoursAgo: 96,
        text: 'Hi Alice,\n\nthree points are open before the launch: the imprint, the image sizes and the redirect of the old shop.\n\nPriya',
      },
      {
        from: 'me',
        hoursAgo: 92,
        text: 'Hi Priya,\n\nthe imprint is done, the redirect follows tomorrow. Who takes the images?\n\nAlice',
      },
      { from: sam, hoursAgo: 90, text: 'I take the images. They shrink from 14 MB to 900 kB.\n\nSam' },
      { from: priya, hoursAgo: 72, text: 'Perfect. Then we go live on Thursday at 10.\n\nPriya' },
      { from: 'me', hoursAgo: 70, text: 'Redirect is in place. Thursday at 10 works for me.\n\nAlice' },
      { from: sam, hoursAgo: 26, text: 'Images are uploaded. From my side we are ready.\n\nSam' },
      { from: priya, hoursAgo: 20, text: 'Great work, both of you. See you Thursday.\n\nPriya' },
    ],
  },
  {
    key: 'geburtstag',
    subject: 'Omas 80. Geburtstag',
    folder: 'INBOX',
    language: 'de',
    turns: [
      {
        from: kaethe,
        hoursAgo: 200,
        text: 'Liebe Alice,\n\nOma wird im nächsten Monat achtzig. Ich dachte an das Café am Müggelsee. Was meinst du?\n\nDeine Käthe',
      },
      {
        from: 'me',
        hoursAgo: 190,
        text: 'Schöne Idee! Ich kümmere mich um den Kuchen, du um das Café?\n\nAlice',
      },
      { from: kaethe, hoursAgo: 188, text: 'Abgemacht. Ich habe für zwanzig Personen angefragt.\n\nKäthe' },
    ],
  },
  {
    key: 'budget',
    subject: 'Budget for the second quarter',
    folder: 'INBOX',
    language: 'en',
    unread: true,
    turns: [
      {
        from: tom,
        hoursAgo: 60,
        text: 'Hi Alice,\n\ncan you check the numbers for the second quarter? Travel looks too high to me.\n\nTom',
      },
      {
        from: 'me',
        hoursAgo: 55,
        text: 'Hi Tom,\n\nyou are right, the conference was counted twice. It should be 3,200 instead of 6,400 euros.\n\nAlice',
      },
      { from: tom, hoursAgo: 30, text: 'Thanks, corrected. Zoë will sign it.\n\nTom' },
      {
        from: zoe,
        hoursAgo: 3,
        text: 'Signed. Please send the final version to the board by Monday.\n\nZoë',
      },
    ],
  },
  {
    key: 'fahrrad',
    subject: 'Lastenrad: Probefahrt',
    folder: 'INBOX',
    language: 'de',
    turns: [
      {
        from: 'me',
        hoursAgo: 320,
        text: 'Guten Tag,\n\nist das Lastenrad aus dem Schaufenster noch zu haben? Ich würde es gern Probe fahren.\n\nAlice Sommer',
      },
      { from: lars, hoursAgo: 310, text: 'Hallo Alice,\n\nja, komm am Samstag ab 11 Uhr vorbei.\n\nLars' },
      { from: 'me', hoursAgo: 305, text: 'Bis Samstag!\n\nAlice' },
    ],
  },
  {
    key: 'regatta',
    subject: 'Regatta am Langen See: Helfer gesucht',
    folder: 'Vereine/Ruderverein Grünau',
    language: 'de',
    turns: [
      {
        from: verein,
        hoursAgo: 400,
        text: 'Liebe Mitglieder,\n\nfür die Regatta suchen wir noch Helferinnen und Helfer am Steg und in der Küche.\n\nDer Vorstand',
      },
      { from: 'me', hoursAgo: 390, text: 'Ich helfe gern am Steg.\n\nAlice' },
      { from: verein, hoursAgo: 380, text: 'Danke, Alice! Treffpunkt 8 Uhr am Bootshaus.\n\nDer Vorstand' },
    ],
  },
];

/** The mails of a conversation, oldest first, each quoting the one before it as mail programs do. */
export function conversationMails(
  { key, subject, language, turns }: Conversation,
  me: Person,
  at: (hoursAgo: number) => Date,
): { mail: SeedMail; own: boolean }[] {
  const ids: string[] = [];
  const partners = [...new Set(turns.flatMap(({ from }) => (from === 'me' ? [] : [from])))];
  return turns.map((turn, index) => {
    const from = turn.from === 'me' ? me : turn.from;
    const mail: SeedMail = {
      key: `${key}.${index + 1}`,
      from,
      to: [...partners, me].filter((other) => other !== from),
      subject: index === 0 ? subject : `${language === 'de' ? 'AW' : 'Re'}: ${subject}`,
      date: at(turn.hoursAgo),
      text: turn.text + quoteOf(turns[index - 1], me, language, at),
      references: [...ids],
    };
    ids.push(messageId(mail.key, from));
    return { mail, own: from === me };
  });
}

function quoteOf(
  before: Turn | undefined,
  me: Person,
  language: 'de' | 'en',
  at: (hoursAgo: number) => Date,
): string {
  if (!before) return '\n';
  const { name } = before.from === 'me' ? me : before.from;
  const day = at(before.hoursAgo).toISOString().slice(0, 10);
  const intro = language === 'de' ? `Am ${day} schrieb ${name}:` : `On ${day}, ${name} wrote:`;
  return `\n\n${intro}\n${before.text.replace(/^/gmu, '> ')}\n`;
}
