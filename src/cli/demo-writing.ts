import type { DeletedMail, FolderPath, MarkedMail, MovedMail } from '../domain/filing.ts';
import type { SearchResult } from '../domain/mail.ts';
import type { Draft, SentMail } from '../domain/outbox.ts';
import type { Message } from '../sandbox/mailbox.ts';
import { people } from '../sandbox/seed/people.ts';
import type { Ask, Finding } from './demo-ask.ts';
import { sha256, summaryLine } from './demo-lines.ts';
import { type DemoTruth, idsIn } from './demo-truth.ts';

/** Who gets mail in the demo and has a mailbox to get it in. */
export const recipients = {
  joerg: people.joerg.email,
  tom: people.tom.email,
  hausverwaltung: people.hausverwaltung.email,
  accountant: 'buchhaltung@steuerkanzlei.example',
};

/** A day of writing in the seeded mailbox, each matter on its own, judged by what then lies on the servers. */
export function writingDay(ask: Ask, truth: DemoTruth): (() => Promise<unknown>)[] {
  return [
    () => answer(ask, truth),
    () => draft(ask, truth),
    () => forward(ask, truth),
    () => file(ask, truth),
    () => mark(ask, truth),
    () => discard(ask, truth),
  ];
}

/** The newest mail that fits, as the model would look for it. */
async function theMail(ask: Ask, question: string, args: Record<string, unknown>): Promise<string> {
  const { emails } = await ask<SearchResult>(question, 'search_emails', { ...args, limit: 1 }, (found) => ({
    shown: found.emails.map(summaryLine),
    findings: [['it is found', found.emails.length === 1]],
  }));
  return emails[0]?.id ?? '';
}

async function answer(ask: Ask, truth: DemoTruth): Promise<void> {
  const inReplyTo = await theMail(ask, 'Jörg wartet auf Antwort. Worauf?', { from: 'joerg.mueller' });
  const question = truth.newestFrom(recipients.joerg);
  const reply = { inReplyTo, text: 'Hallo Jörg,\n\nder 19. passt uns gut.\n\nViele Grüße\nAlice' };
  const sent = await ask<SentMail>('Sag ihm, dass der 19. passt.', 'send_email', reply, (told) => {
    const arrived = truth.received(recipients.joerg, told.messageId);
    const mail = arrived[0]?.content;
    return {
      shown: [...receipt(told), ...(mail?.decodedText(mail.tree).split('\r\n') ?? [])],
      findings: [
        ...delivered(truth, told, recipients.joerg),
        [
          'his question is quoted below',
          mail?.bodyText.includes('> noch eine frage: soll der einbau') === true,
        ],
        ['it continues the conversation', sameThread(mail?.header('references'), question)],
        ['his mail is marked as answered', question?.flags.has('\\Answered') === true],
      ],
    };
  });
  await ask.refused('(The same once more, by mistake.)', 'send_email', reply, 'conflict', () => [
    ['Jörg still has it once', truth.received(recipients.joerg, sent.messageId).length === 1],
    ['nothing else went out', truth.all(recipients.joerg).length === 1],
  ]);
}

/** RFC 5322 §3.6.4: the references of the mail that is answered, and that mail. */
function sameThread(references: string | undefined, parent: Message | undefined): boolean {
  const expected = ['references', 'message-id'].flatMap((name) => idsIn(parent?.content.header(name)));
  return expected.length > 0 && idsIn(references).join() === expected.join();
}

async function draft(ask: Ask, truth: DemoTruth): Promise<void> {
  const id = await theMail(ask, 'When does somebody come to read the meters?', { subject: 'Ablesung' });
  const first = await ask<Draft>(
    'Draft an answer: I am at home.',
    'create_draft',
    { inReplyTo: id, text: 'Guten Tag,\n\nich bin zu Hause.\n\nAlice Sommer' },
    (told) => ({
      shown: [`draft to ${told.to.join(', ')}: ${told.subject}`],
      findings: [
        ['it lies in Drafts', truth.withId('Drafts', told.messageId).length === 1],
        ['nothing was sent', truth.all(recipients.hausverwaltung).length === 0],
      ],
    }),
  );
  const changed = {
    replaces: first.id,
    inReplyTo: id,
    text: 'Guten Tag,\n\nich bin ab 10 Uhr zu Hause.\n\nAlice Sommer',
  };
  const second = await ask<Draft>('Only from ten on. Change that.', 'create_draft', changed, (told) => ({
    shown: [`draft to ${told.to.join(', ')}: ${told.subject}`],
    findings: [
      ['it has taken the place of the first', truth.withId('Drafts', first.messageId).length === 1],
      ['it is the same message, changed', told.messageId === first.messageId],
    ],
  }));
  await ask<SentMail>('Good, send it.', 'send_draft', { id: second.id }, (told) => {
    const [mail] = truth.received(recipients.hausverwaltung, told.messageId);
    return {
      shown: receipt(told),
      findings: [
        ...delivered(truth, told, recipients.hausverwaltung),
        ['it says what was decided last', mail?.content.bodyText.includes('ab 10 uhr') === true],
        ['the draft is gone', truth.withId('Drafts', told.messageId).length === 0],
      ],
    };
  });
}

async function forward(ask: Ask, truth: DemoTruth): Promise<void> {
  const forwardOf = await theMail(ask, 'Where is the invoice of the utility?', { from: 'stadtwerke' });
  const invoice = truth.newestFrom(people.stadtwerke.email);
  const args = { forwardOf, to: [recipients.accountant], text: 'Für die Unterlagen.\n\nAlice' };
  await ask<SentMail>('Forward it to my accountant.', 'send_email', args, (told) => {
    const [mail] = truth.received(recipients.accountant, told.messageId);
    return {
      shown: receipt(told),
      findings: [
        ...delivered(truth, told, recipients.accountant),
        ['the PDF came along unchanged', sha256(truth.pdfIn(mail)) === sha256(truth.pdfIn(invoice))],
        [
          'a new address is pointed out',
          told.warnings?.some(({ code }) => code === 'new_recipient') === true,
        ],
        ['the invoice is marked as forwarded', invoice?.flags.has('$Forwarded') === true],
      ],
    };
  });
}

async function file(ask: Ask, truth: DemoTruth): Promise<void> {
  const path = 'Newsletter/Fahrrad';
  await ask<FolderPath>('Make a folder for cycling newsletters.', 'create_directory', { path }, (made) => ({
    shown: [made.path],
    findings: [['it is there', truth.folders().some((folder) => folder.path === path)]],
  }));
  const id = await theMail(ask, 'Which is the latest?', { from: 'radwelt' });
  const subject = truth.newestFrom('news@radwelt.example')?.content.header('subject');
  await ask<MovedMail>('Put it there.', 'move_email', { ids: [id], folder: path }, ({ moved }) => ({
    shown: moved.map((mail) => `${mail.id} is now ${mail.newId}`),
    findings: [
      ['it lies there', truth.withSubject(path, subject).length === 1],
      ['and no longer in INBOX', truth.withSubject('INBOX', subject).length === 0],
    ],
  }));
}

async function mark(ask: Ask, truth: DemoTruth): Promise<void> {
  const id = await theMail(ask, 'What does Zoë want with the budget?', { from: 'zoe.brandt' });
  const mail = truth.newestFrom(people.zoe.email);
  const args = { ids: [id], add: ['read', 'flagged'] };
  await ask<MarkedMail>('I have seen it; remind me with a flag.', 'mark_email', args, ({ updated }) => ({
    shown: updated.map(({ flags }) => `flags: ${flags.join(', ')}`),
    findings: [
      ['it is read', mail?.flags.has('\\Seen') === true],
      ['it is flagged', mail?.flags.has('\\Flagged') === true],
    ],
  }));
}

async function discard(ask: Ask, truth: DemoTruth): Promise<void> {
  const id = await theMail(ask, 'Which build failed?', { subject: 'Build #418' });
  const subject = '[northwind/site] Build #418 failed';
  await ask<DeletedMail>(
    'That is settled, throw it away.',
    'delete_email',
    { ids: [id] },
    ({ trashed = [] }) => ({
      shown: trashed.map((mail) => `${mail.id} is now ${mail.newId}`),
      findings: [
        ['it lies in Trash, nothing is lost', truth.withSubject('Trash', subject).length === 1],
        ['and no longer in INBOX', truth.withSubject('INBOX', subject).length === 0],
      ],
    }),
  );
}

/** What every message that was sent keeps: one copy there, one here, and both the same. */
function delivered(truth: DemoTruth, { status, messageId, savedTo = '' }: SentMail, to: string): Finding[] {
  const [arrived, ...more] = truth.received(to, messageId);
  const [copy, ...others] = truth.withId(savedTo, messageId);
  const same = arrived && copy && arrived.content.text.endsWith(copy.content.text);
  return [
    ['it was sent', status === 'sent'],
    ['exactly one copy arrived', arrived !== undefined && more.length === 0],
    ['exactly one copy is in Sent, read', copy?.flags.has('\\Seen') === true && others.length === 0],
    ['both are the same, byte for byte', same === true],
  ];
}

function receipt({ status, to, savedTo, warnings = [] }: SentMail): string[] {
  return [
    `${status} to ${to.join(', ')}, copy in ${savedTo}`,
    ...warnings.map(({ code, detail }) => `${code}: ${detail}`),
  ];
}
