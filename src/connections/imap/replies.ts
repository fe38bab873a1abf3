import type { FetchMessageObject as FetchedMessage, MailboxObject } from 'imapflow';
import { formatMessageResponse, getStringList } from 'imapflow/lib/tools.js';

export type { MessageAddressObject, MessageStructureObject } from 'imapflow';

import { MailboxError } from '../../domain/errors.ts';
import { folderPath } from './folder-name.ts';
import { nzNumber, uidsOf } from './uids.ts';
import type { ImapReply } from './wire.ts';

export interface FetchMessageObject extends FetchedMessage {
  /** Only the beginning of its parts or recipients is there. */
  shortened?: true;
}

/** A folder as one connection sees it since it selected it. */
export interface FolderView {
  folder: string;
  uidValidity: bigint;
  uidNext: number;
  exists: number;
  /** Flags and keywords that occur in the folder. */
  flags: ReadonlySet<string>;
  /** Equal tokens mean: nothing arrived, left or changed flags. Absent without CONDSTORE, when that cannot be told. */
  token: string | undefined;
  /** By `performance.now()`. */
  openedAt: number;
  /** How many changes the server has announced since. */
  news: number;
}

export interface FolderStatus {
  path: string;
  messages: number;
  unseen: number;
  uidNext: number;
  uidValidity: bigint;
  token: string | undefined;
}

export interface ListedFolder {
  path: string;
  /** Lower case, with the backslash, e.g. `\noselect`. */
  attributes: ReadonlySet<string>;
  /** What separates the levels of the name; empty in a flat hierarchy. */
  delimiter: string;
}

type Token = { type?: string; value?: unknown; section?: Token[] } | null | undefined;

/** The view a SELECT opened, from its untagged responses (RFC 9051 §6.3.2). */
export function folderView(folder: string, reply: ImapReply): FolderView {
  const codes = new Map<string, string>();
  let exists = 0;
  let flags: string[] = [];
  for (const { command, attributes } of reply.untagged) {
    const [first, second] = ((attributes?.[0] as Token)?.section ?? []) as Token[];
    if (first && typeof first.value === 'string' && second && typeof second.value === 'string') {
      codes.set(first.value.toUpperCase(), second.value);
    }
    if (command.toUpperCase() === 'FLAGS') flags = getStringList(attributes?.[0]);
    if (/^\d+$/u.test(command)) exists = Number(command);
  }
  const uidValidity = validity(codes.get('UIDVALIDITY'));
  const uidNext = Number(codes.get('UIDNEXT') ?? 0);
  return {
    folder,
    uidValidity,
    uidNext,
    exists,
    flags: new Set(flags),
    token: token(uidValidity, uidNext, exists, codes.get('HIGHESTMODSEQ')),
    openedAt: performance.now(),
    news: 0,
  };
}

/** 0 when the server tells none, or what cannot be one. */
function validity(text: string | undefined): bigint {
  return BigInt(nzNumber(text) ?? 0);
}

function token(
  uidValidity: bigint,
  uidNext: number,
  messages: number,
  modseq: string | undefined,
): string | undefined {
  return modseq && uidNext > 0 ? `${uidValidity}.${uidNext}.${messages}.${modseq}` : undefined;
}

export function listedFolders(reply: ImapReply): ListedFolder[] {
  return reply.untagged.flatMap(({ command, attributes = [] }) => {
    const path = stringOf(attributes[2]);
    if (command.toUpperCase() !== 'LIST' || path === undefined) return [];
    const names = getStringList(attributes[0]).map((name) => name.toLowerCase());
    return [
      {
        path: folderPath(path),
        attributes: new Set(names),
        delimiter: stringOf(attributes[1]) ?? '',
      },
    ];
  });
}

export function folderStatuses(reply: ImapReply): FolderStatus[] {
  return reply.untagged.flatMap(({ command, attributes = [] }) => {
    const path = stringOf(attributes[0]);
    if (command.toUpperCase() !== 'STATUS' || path === undefined) return [];
    const words = getStringList(attributes[1]);
    const item = (name: string) => {
      const index = words.findIndex((word) => word.toUpperCase() === name);
      return index < 0 ? undefined : words[index + 1];
    };
    const uidValidity = validity(item('UIDVALIDITY'));
    const [messages, unseen, uidNext] = [item('MESSAGES'), item('UNSEEN'), item('UIDNEXT')].map((value) =>
      Number(value ?? 0),
    );
    return [
      {
        path: folderPath(path),
        messages: messages ?? 0,
        unseen: unseen ?? 0,
        uidNext: uidNext ?? 0,
        uidValidity,
        token: token(uidValidity, uidNext ?? 0, messages ?? 0, item('HIGHESTMODSEQ')),
      },
    ];
  });
}

export interface Found {
  /** UIDs in the order the server gave them. */
  uids: number[];
  /** All matches, when the server counted them; `uids` may be a part. */
  count: number | undefined;
}

/** More than the largest folders hold; as numbers 8 MB. */
const maxFound = 1_000_000;

/**
 * The UIDs of a SEARCH, SORT or their extended forms (RFC 4731, 5267, 9394).
 * @throws MailboxError `unavailable` for sets that no folder can hold
 */
export function foundUids(reply: ImapReply): Found {
  let uids: number[] = [];
  let count: number | undefined;
  for (const { command, attributes = [] } of reply.untagged) {
    if (command.toUpperCase() !== 'ESEARCH') {
      for (const entry of attributes) {
        const uid = nzNumber(stringOf(entry));
        if (uid !== undefined) uids.push(uid);
      }
      continue;
    }
    const item = (name: string) => attributes[attributes.findIndex((entry) => stringOf(entry) === name) + 1];
    const has = (name: string) => attributes.some((entry) => stringOf(entry) === name);
    if (has('COUNT')) count = counted(stringOf(item('COUNT')));
    // imapflow's own parser fails on `PARTIAL (1:20 NIL)`, the answer when nothing matches.
    if (has('PARTIAL')) uids = foundSet(stringOf((item('PARTIAL') as unknown[])?.[1]));
    else if (has('ALL')) uids = foundSet(stringOf(item('ALL')));
  }
  return { uids, count };
}

function counted(text: string | undefined): number | undefined {
  return text === '0' ? 0 : nzNumber(text);
}

function foundSet(set: string | undefined): number[] {
  if (set === undefined || set.toUpperCase() === 'NIL') return [];
  const uids = uidsOf(set, maxFound);
  if (uids) return uids;
  throw new MailboxError('unavailable', 'The mail server answered a search with what cannot be.', {
    cause: `UIDs ${set.slice(0, 100)}`,
  });
}

/** Messages of a FETCH, one for each UID: what the server tells of a message in several responses is joined. */
export async function fetchedMessages(reply: ImapReply): Promise<FetchMessageObject[]> {
  const mailbox = { path: '' } as MailboxObject;
  const byUid = new Map<number, FetchMessageObject>();
  for (const response of reply.untagged) {
    const message: FetchMessageObject = await formatMessageResponse(response as never, mailbox);
    if (response.shortened) message.shortened = true;
    if (message.uid > 0) byUid.set(message.uid, Object.assign(byUid.get(message.uid) ?? {}, message));
  }
  return [...byUid.values()];
}

/** Conversations as lists of UIDs (RFC 5256 §4 THREAD response). */
export function threads(reply: ImapReply): number[][] {
  return reply.untagged.flatMap(({ attributes = [] }) => attributes.map((thread) => flatten(thread)));
}

function flatten(node: unknown): number[] {
  if (Array.isArray(node)) return node.flatMap(flatten);
  const uid = Number(stringOf(node));
  return uid > 0 ? [uid] : [];
}

function stringOf(node: unknown): string | undefined {
  const value = (node as Token)?.value;
  if (typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? value.toString('utf8') : undefined;
}
