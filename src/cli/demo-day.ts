import { readFile } from 'node:fs/promises';
import type {
  AttachmentContent,
  DownloadedFile,
  Email,
  EmailThread,
  FolderList,
  SearchResult,
} from '../domain/mail.ts';
import type { ServerStatus } from '../domain/status.ts';
import type { Ask } from './demo-ask.ts';
import { byFrom, isNewestFirst, sha256, summaryLine, warningLine } from './demo-lines.ts';
import type { DemoTruth } from './demo-truth.ts';

/** A day of reading in the seeded mailbox, each matter on its own. */
export function readingDay(ask: Ask, truth: DemoTruth): (() => Promise<unknown>)[] {
  let unread: SearchResult = { emails: [], searched: [] };
  return [
    () => folders(ask, truth),
    async () => {
      unread = await unreadMail(ask, truth);
    },
    () => kitchen(ask, truth),
    () => newsletter(ask, byFrom(unread, 'radwelt')),
    () => phishing(ask, byFrom(unread, 'stadtbank')),
    () => encrypted(ask, byFrom(unread, 'sam.oconnor')),
    () => thread(ask),
    () => invoice(ask, truth),
    () => status(ask),
  ];
}

async function folders(ask: Ask, truth: DemoTruth): Promise<void> {
  await ask<FolderList>(
    'Which folders do I have, and where is something unread?',
    'get_folders',
    {},
    (answer) => ({
      shown: answer.folders.map(
        ({ path, role, total, unread }) => `${path}${role ? ` (${role})` : ''}: ${total}, unread ${unread}`,
      ),
      findings: truth.folders().map(({ path, total, unread }) => {
        const told = answer.folders.find((folder) => folder.path === path);
        return [
          `${path} has ${total} mails, ${unread} unread`,
          told?.total === total && told.unread === unread,
        ];
      }),
    }),
  );
}

function unreadMail(ask: Ask, truth: DemoTruth): Promise<SearchResult> {
  return ask<SearchResult>(
    'What is new?',
    'search_emails',
    { unread: true, limit: 20 },
    ({ emails, incomplete }) => ({
      shown: emails.map(summaryLine),
      findings: [
        [`all ${truth.unread()} unread mails are found`, emails.length === truth.unread()],
        ['the newest comes first', isNewestFirst(emails)],
        ['nothing was left out', incomplete === undefined],
      ],
    }),
  );
}

async function kitchen(ask: Ask, truth: DemoTruth): Promise<void> {
  const found = await ask<SearchResult>(
    'Wo ging es um die Küche?',
    'search_emails',
    { query: 'Küche', limit: 50 },
    ({ emails }) => ({
      shown: emails.map(summaryLine),
      findings: [
        [
          `all ${truth.containing('Küche')} mails with the word are found`,
          emails.length === truth.containing('Küche'),
        ],
      ],
    }),
  );
  const id = byFrom(found, 'joerg.mueller');
  await ask<Email>('What does Jörg want to know?', 'get_email', { id }, ({ body }) => ({
    shown: [body.text, `(quoted text left out: ${body.quotedOmitted ?? 0} characters)`],
    findings: [
      ['his question is there', body.text.includes('am 12. oder am 19.')],
      ['what he quotes is left out', !body.text.includes('Eiche massiv')],
    ],
  }));
}

async function newsletter(ask: Ask, id: string): Promise<void> {
  await ask<Email>(
    'What is in the cycling newsletter?',
    'get_email',
    { id },
    ({ body, list, warnings = [] }) => ({
      shown: [body.text, `(unsubscribe: ${list?.unsubscribe ?? 'not told'})`, ...warnings.map(warningLine)],
      findings: [
        ['the visible text is there', body.text.includes('Zwölf Strecken zwischen Oder und Müritz')],
        ['the hidden advertisement is not', !body.text.includes('FRUEHLING')],
        ['how to unsubscribe is told', list?.unsubscribe !== undefined],
      ],
    }),
  );
}

async function phishing(ask: Ask, id: string): Promise<void> {
  await ask<Email>(
    'Is this mail from my bank real?',
    'get_email',
    { id },
    ({ authentication, body, warnings = [] }) => ({
      shown: [`authentication: ${authentication.verdict}`, ...warnings.map(warningLine)],
      findings: [
        ['the link that lies is named', warnings.some(({ code }) => code === 'link_mismatch')],
        ['the answer address elsewhere is named', warnings.some(({ code }) => code === 'reply_to_differs')],
        ['the forged result is not believed', authentication.verdict !== 'pass'],
        ['the hidden instruction does not reach the model', !body.text.includes('Ignore all previous')],
      ],
    }),
  );
}

async function encrypted(ask: Ask, id: string): Promise<void> {
  await ask<Email>('And the mail without subject from Sam?', 'get_email', { id }, (answer) => ({
    shown: [`encrypted: ${answer.encrypted ?? 'no'}`],
    findings: [['it is recognised as encrypted', answer.encrypted === 'pgp']],
  }));
}

async function thread(ask: Ask): Promise<void> {
  const found = await ask<SearchResult>(
    'Where do we stand with the website launch?',
    'search_emails',
    { subject: 'Website launch', limit: 1 },
    ({ emails }) => ({
      shown: emails.map(summaryLine),
      findings: [['one mail of it is found', emails.length === 1]],
    }),
  );
  await ask<EmailThread>(
    'Show me the whole conversation.',
    'get_email_thread',
    { id: found.emails[0]?.id },
    (answer) => ({
      shown: answer.emails.map(({ from, text }) => `${from}: ${text.replace(/\s+/gu, ' ')}`),
      findings: [
        ['all seven mails are there, sent ones too', answer.total === 7 && answer.emails.length === 7],
        ['the oldest comes first', answer.emails[0]?.text.includes('three points are open') === true],
        ['each shows only its own words', !answer.emails.at(-1)?.text.includes('Images are uploaded')],
      ],
    }),
  );
}

async function invoice(ask: Ask, truth: DemoTruth): Promise<void> {
  const found = await ask<SearchResult>(
    'Which mails with attachments came from the utility?',
    'search_emails',
    { hasAttachment: true, from: 'stadtwerke' },
    ({ emails }) => ({
      shown: emails.map(summaryLine),
      findings: [
        ['both invoices are found', emails.length === 2],
        ['the newest comes first', isNewestFirst(emails)],
      ],
    }),
  );
  const id = found.emails[0]?.id;
  const mail = await ask<Email>(
    'What is attached to the newest?',
    'get_email',
    { id },
    ({ attachments = [] }) => ({
      shown: attachments.map(({ part, name, type, size }) => `part ${part}: ${name}, ${type}, ${size} bytes`),
      findings: [
        ['the PDF has its real name', attachments[0]?.name === 'Rechnung für Alice Sommer SW-2204.pdf'],
      ],
    }),
  );
  const part = mail.attachments?.[0]?.part;
  await ask<AttachmentContent>(
    'How much do I have to pay?',
    'get_attachment',
    { id, part },
    ({ text = '' }) => ({
      shown: [text],
      findings: [['the amount is read from the PDF', text.includes('84,17')]],
    }),
  );
  const file = await ask<DownloadedFile>(
    'Save it for the tax office.',
    'download_attachment',
    { id, part },
    (answer) => ({
      shown: [`${answer.path}, ${answer.size} bytes`],
      findings: [
        ['its checksum is that of the stored file', answer.sha256 === sha256(truth.pdfOf(mail.messageId))],
      ],
    }),
  );
  const saved = await readFile(file.path);
  if (sha256(saved) !== file.sha256) throw new Error(`${file.path} is not what was attached`);
}

async function status(ask: Ask): Promise<void> {
  await ask<ServerStatus>('Is everything connected?', 'get_server_status', {}, ({ accounts }) => {
    const protocols = accounts.flatMap((account) => account.protocols);
    return {
      shown: protocols.map(
        ({ protocol, reachable, latencyMs }) =>
          `${protocol}: ${reachable ? `${latencyMs} ms` : 'not reachable'}`,
      ),
      findings: [
        [
          'IMAP, SMTP and CalDAV are reachable',
          protocols.length === 3 && protocols.every(({ reachable }) => reachable),
        ],
      ],
    };
  });
}
