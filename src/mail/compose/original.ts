import { peekHeaders } from '../../connections/imap/commands.ts';
import { authenticate } from '../../content/authentication.ts';
import type { Headers } from '../../content/headers.ts';
import { selectParts } from '../../content/structure.ts';
import type { ContentReader } from '../../content/worker/content-reader.ts';
import type { AttachmentInfo, Authentication } from '../../domain/mail.ts';
import { type MailRef, parseMailId } from '../../domain/mail-id.ts';
import type { MimePart } from '../../domain/mime-part.ts';
import { topmostResults } from '../authentication-fields.ts';
import { textSections } from '../body-sections.ts';
import type { MessageStore, Section } from '../message-store.ts';
import { renderText } from '../render.ts';
import { addresses } from '../summary.ts';
import { originalHtml } from './original-html.ts';

/** The mail that is answered or forwarded. */
export interface Original {
  ref: MailRef;
  /** The fields an answer or a forward needs: people, ids, delivery, list, automatic mail. Decoded, not cleaned. */
  headers: Headers;
  /** When it was sent, or when it arrived if the sender's date cannot be. */
  date: Date;
  /** IMAP flags as the server has them now. */
  flags: ReadonlySet<string>;
  /** Its whole text with quoted history, clean: what nobody sees is not in it. Empty when it could not be read. */
  text: string;
  /** Its HTML as the sender wrote it, to be sanitised; only when asked for, never with ciphertext in it. */
  html?: string;
  /** Pictures of the mail that HTML can show, by Content-ID without brackets. */
  inline: ReadonlyMap<string, MimePart>;
  /** As `get_email` lists them. */
  attachments: readonly AttachmentInfo[];
  structure: MimePart;
  /** Bytes of the whole message. */
  size: number;
  authentication: Authentication;
  encrypted?: 'pgp' | 'smime';
  /** Holds a signature that only the message as it is carries on (multipart/signed, S/MIME signed data). */
  signed?: true;
  /** Its structure or its text could not be read as a whole, or came short: parts may be missing here. */
  malformed?: true;
}

export interface OriginalDeps {
  content: ContentReader;
  store: MessageStore;
  /** Servers whose Authentication-Results count. */
  authservIds: readonly string[];
}

const headerSection: Section = {
  key: 'compose-header',
  section: 'header',
  item: peekHeaders([
    ...['From', 'Sender', 'Reply-To', 'To', 'Cc', 'Mail-Followup-To', 'Subject'],
    ...['Message-ID', 'In-Reply-To', 'References'],
    ...['Delivered-To', 'X-Original-To', 'Envelope-To', 'Return-Path'],
    ...['Auto-Submitted', 'Precedence', 'List-Id', 'List-Post'],
    ...['Authentication-Results', 'Received'],
  ]),
};

/**
 * What an answer or a forward needs of the mail `id`: one round trip, two when the mail was never listed.
 * @throws MailboxError as `MessageStore.load`; `invalid_input` when `id` is none.
 */
export async function loadOriginal(
  { content, store, authservIds }: OriginalDeps,
  id: string,
  wanted: { html: boolean },
  signal: AbortSignal,
): Promise<Original> {
  const ref = parseMailId(id);
  const choose = (structure: MimePart) => [headerSection, ...textSections(selectParts(structure))];
  const { message, flags } = await store.load(ref, ({ structure }) => choose(structure), signal);
  const { structure, date, size, envelope, salvaged } = message.facts;
  const parts = selectParts(structure);
  const header = message.sections.get(headerSection.key);
  const options = { format: 'text' as const, quoted: true, header };
  const {
    text: rendered,
    headers,
    encrypted,
    excerpt,
  } = await renderText(content, message, parts, options, signal);
  const html = wanted.html && !encrypted && !excerpt ? await originalHtml(message, parts) : undefined;
  const [from] = addresses(envelope.from);
  return {
    ref,
    headers,
    date,
    flags,
    text: excerpt ? '' : rendered,
    ...(html === undefined ? {} : { html }),
    inline: new Map(inlineParts(structure)),
    attachments: parts.attachments,
    structure,
    size,
    authentication: authenticate(topmostResults(headers), authservIds, from?.address),
    ...(encrypted ? { encrypted } : {}),
    ...(parts.opaque || isSigned(structure) ? { signed: true as const } : {}),
    ...(parts.malformed || salvaged || excerpt || message.short?.size ? { malformed: true as const } : {}),
  };
}

const maxDepth = 100;

/** The parts of the message itself; those of attached messages are not its own. */
function leaves(node: MimePart, depth = 0): MimePart[] {
  if (!node.type.startsWith('multipart/')) return [node];
  return depth < maxDepth ? node.children.flatMap((child) => leaves(child, depth + 1)) : [];
}

/** The first part of each id counts, as in mail programs. Ids that no header of ours could carry are left out. */
function inlineParts(structure: MimePart): [cid: string, part: MimePart][] {
  return leaves(structure)
    .flatMap((part): [string, MimePart][] => {
      const cid = part.contentId?.trim().replace(/^<|>$/gu, '') ?? '';
      const isPicture = part.type.startsWith('image/') && /^[\w!$&'*+\-/=^`{|}~.@]{1,250}$/u.test(cid);
      return isPicture ? [[cid, part]] : [];
    })
    .reverse();
}

function isSigned(node: MimePart, depth = 0): boolean {
  if (node.type === 'multipart/signed') return true;
  return (
    depth < maxDepth &&
    node.type.startsWith('multipart/') &&
    node.children.some((child) => isSigned(child, depth + 1))
  );
}
