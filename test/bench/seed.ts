import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mailOwner } from '../servers/dovecot.ts';
import {
  type Conversation,
  composeMessage,
  headers,
  makePeople,
  newSubject,
  utf8Part,
  withAttachment,
} from './message.ts';
import { Random } from './random.ts';

export interface SeedOptions {
  /** Messages in INBOX; each of `smallFolders` holds a hundredth of that. */
  messages: number;
  seed: number;
}

export const smallFolders = [
  'Archive',
  'Sent',
  'Projects',
  'Projects/Garden',
  'Lists',
  'Receipts',
  'Travel',
  'Club',
];
/** A folder of mails with large attachments, by size in bytes. */
export const attachmentsFolder = 'Attachments';
export const attachmentSizes = { huge: 20 * 1024 * 1024, large: 5 * 1024 * 1024 };
/** In the text of one mail in thirty. */
export const frequentWord = 'Wasserwaage';
/** In the text of one INBOX mail alone, some weeks old. */
export const rareWord = 'Zeppelinhangar';

const years = 8;
const day = 86_400_000;

/**
 * A folder of users' homes, with the mail of `user` (an address) in it; the newest is of the end of last month.
 * It is kept in the system's temporary folder, and made anew for other options, another month or another seeder.
 */
export function seededMailRoot(user: string, { messages, seed }: SeedOptions): string {
  const month = new Date().toISOString().slice(0, 7);
  const caches = join(tmpdir(), 'mailbox-bench');
  const root = join(caches, `${messages}-${seed}-${month}-${seederVersion()}`);
  if (existsSync(root)) return root;
  removeOutdated(caches, `${month}-${seederVersion()}`);
  const unfinished = `${root}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const maildir = join(unfinished, user, 'Maildir');
  const random = new Random(seed);
  const until = Date.parse(`${month}-01`);
  seedFolder(maildir, messages, until, random);
  for (const folder of smallFolders) {
    seedFolder(join(maildir, `.${folder.replaceAll('/', '.')}`), Math.ceil(messages / 100), until, random);
  }
  seedAttachments(join(maildir, `.${attachmentsFolder}`), until, random);
  execFileSync('chown', ['-R', `${mailOwner.uid}:${mailOwner.gid}`, unfinished]);
  renameSync(unfinished, root);
  return root;
}

function seederVersion(): string {
  const hash = createHash('sha256');
  for (const file of ['message.ts', 'random.ts', 'seed.ts', 'vocabulary.ts']) {
    hash.update(readFileSync(new URL(file, import.meta.url)));
  }
  return hash.digest('hex').slice(0, 8);
}

function removeOutdated(caches: string, suffix: string): void {
  if (!existsSync(caches)) return;
  for (const name of readdirSync(caches)) {
    if (!name.endsWith(suffix)) rmSync(join(caches, name), { recursive: true });
  }
}

function seedFolder(maildir: string, count: number, until: number, random: Random): void {
  makeMaildir(maildir);
  const people = makePeople(random, 300);
  const open: Conversation[] = [];
  const span = years * 365 * day;
  // One mail about three weeks before the end holds the rare word, in the first folder only: INBOX.
  const rareIndex = maildir.endsWith('Maildir') ? count - 1 - Math.floor((count * 21 * day) / span) : -1;
  for (let index = 0; index < count; index++) {
    const date = new Date(until - span + Math.floor((span * index) / count));
    const conversation = nextConversation(open, random);
    const planted = [
      ...(random.chance(1 / 30) ? [frequentWord] : []),
      ...(index === rareIndex ? [rareWord] : []),
    ];
    const raw = composeMessage({ index, date, from: random.pick(people), conversation, planted }, random);
    const flags = random.chance(0.85) ? (random.chance(0.1) ? 'FS' : 'S') : '';
    writeMail(maildir, index, date, flags, raw);
  }
}

/** Two mails in five answer one of the latest 400 conversations. */
function nextConversation(open: Conversation[], random: Random): Conversation {
  if (open.length > 0 && random.chance(0.4)) return random.pick(open);
  const conversation = { subject: newSubject(random), messageIds: [] };
  open.push(conversation);
  if (open.length > 400) open.shift();
  return conversation;
}

function seedAttachments(maildir: string, until: number, random: Random): void {
  makeMaildir(maildir);
  const [from] = makePeople(random, 1);
  for (const [index, [subject, size]] of Object.entries(attachmentSizes).entries()) {
    const date = new Date(until - (index + 1) * day);
    const facts = { index, date, from: from ?? { name: '', address: '' }, planted: [] };
    const head = headers({ ...facts, conversation: { subject, messageIds: [] } }, random);
    // Bytes that no compression of the connection makes smaller.
    const bytes = Buffer.from(Uint32Array.from({ length: size / 4 }, () => random.below(2 ** 32)).buffer);
    const body = withAttachment(index, utf8Part('The file is attached.\r\n'), bytes);
    writeMail(maildir, index, date, 'S', Buffer.from(`${head}\r\n${body}`));
  }
}

function makeMaildir(path: string): void {
  for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(path, name), { recursive: true });
}

/** Dovecot takes the file's modification time for INTERNALDATE and the name's order for UIDs. */
function writeMail(maildir: string, index: number, date: Date, flags: string, raw: Buffer): void {
  const seconds = Math.floor(date.getTime() / 1000);
  const number = String(index).padStart(7, '0');
  const path = join(maildir, 'cur', `${seconds}.M${number}P1.bench,S=${raw.length}:2,${flags}`);
  writeFileSync(path, raw);
  utimesSync(path, date, date);
}
