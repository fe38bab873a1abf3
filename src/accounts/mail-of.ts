import { jsonBytes, withinBytes } from '../domain/answer-size.ts';
import type { FolderPath } from '../domain/filing.ts';
import type { FilingPort } from '../domain/filing-port.ts';
import type { FolderList, Invitation, ReadEmail } from '../domain/mail.ts';
import type { MailPort } from '../domain/mail-port.ts';
import type { SentMail } from '../domain/outbox.ts';
import type { AttachmentRequest, ComposeRequest, OutboxPort } from '../domain/outbox-port.ts';
import type { Account } from './account.ts';
import { OwnIds } from './account-id.ts';
import { answerBytes } from './fitting.ts';

/** The mail of one account, with ids that say so. */
export function mailOf({ name, open }: Account): MailPort {
  const ids = new OwnIds(name);
  const mail = async () => (await open()).mail;
  const own = <T extends { id: string }>(request: T): T => ({ ...request, id: ids.bare(request.id) });
  return {
    async folders(request, context) {
      const bare = { ...request, cursor: ids.bare(request.cursor) };
      return fittingFolders(await (await mail()).folders(bare, context), ids);
    },
    async search(request, context) {
      const bare = { ...request, cursor: ids.bare(request.cursor) };
      const found = await (await mail()).search(bare, context);
      return ids.page({ ...found, emails: found.emails.map((email) => ids.entry(email)) });
    },
    async read(request, context) {
      return readBy(name, ids, await (await mail()).read(own(request), context));
    },
    async thread(request, context) {
      const thread = await (await mail()).thread(own(request), context);
      return ids.gaps({ ...thread, emails: thread.emails.map((email) => ids.entry(ids.inFolder(email))) });
    },
    async attachment(request, context) {
      const { content, ...rest } = await (await mail()).attachment(own(request), context);
      return { ...rest, content: { ...content, ...(content.event && { event: about(content.event, ids) }) } };
    },
    download: async (request, context) => await (await mail()).download(own(request), context),
  };
}

function readBy(account: string, ids: OwnIds, { invitation, invitedTo, ...email }: ReadEmail): ReadEmail {
  return {
    ...ids.entry(ids.inFolder(email)),
    ...(invitation && { invitation: about(invitation, ids) }),
    ...(invitedTo && { invitedTo: { ...invitedTo, account } }),
  };
}

/** Longer paths may leave no room for the last folders of a page: the next one begins with those. */
function fittingFolders(list: FolderList, ids: OwnIds): FolderList {
  const { incomplete } = ids.gaps(list);
  const folders = list.folders.map((folder) => ({ ...folder, path: ids.full(folder.path) }));
  const kept = folders.slice(0, withinBytes(folders, answerBytes - jsonBytes(incomplete ?? [])));
  // A page goes on behind the folder its cursor names.
  const next = kept.length < folders.length ? kept.at(-1)?.path : ids.page(list).nextCursor;
  return {
    folders: kept,
    ...(next !== undefined && { nextCursor: next }),
    ...(incomplete && { incomplete }),
  };
}

function about({ eventId, ...invitation }: Invitation, ids: OwnIds): Invitation {
  return { ...invitation, ...(eventId !== undefined && { eventId: ids.full(eventId) }) };
}

/** Changes to the mail of one account. */
export function filingOf({ name, open }: Account): FilingPort {
  const ids = new OwnIds(name);
  const filing = async () => (await open()).filing;
  const own = <T extends { ids: readonly string[] }>(request: T): T => ({
    ...request,
    ids: request.ids.map((id) => ids.bare(id)),
  });
  const full = <T extends { id: string }>(list: readonly T[]) => list.map((entry) => ids.entry(entry));
  const told = ({ path }: FolderPath) => ({ path: ids.full(path) });
  return {
    async move(request, context) {
      const { moved, failed, ...rest } = await (await filing()).move(own(request), context);
      return {
        ...rest,
        moved: relocated(moved, ids),
        ...(failed && { failed: failures(failed, ids) }),
      };
    },
    async mark(request, context) {
      const { updated, failed, ...rest } = await (await filing()).mark(own(request), context);
      return { ...rest, updated: full(updated), ...(failed && { failed: failures(failed, ids) }) };
    },
    async remove(request, context) {
      const { trashed, deleted, failed, ...rest } = await (await filing()).remove(own(request), context);
      return {
        ...rest,
        ...(trashed && { trashed: relocated(trashed, ids) }),
        ...(deleted && { deleted: deleted.map((id) => ids.full(id)) }),
        ...(failed && { failed: failures(failed, ids) }),
      };
    },
    createFolder: async (request, context) => told(await (await filing()).createFolder(request, context)),
    renameFolder: async (request, context) => told(await (await filing()).renameFolder(request, context)),
    deleteFolder: async (request, context) => told(await (await filing()).deleteFolder(request, context)),
  };
}

function relocated(list: readonly { id: string; newId?: string | undefined }[], ids: OwnIds) {
  return list.map(({ id, newId }) => ({
    id: ids.full(id),
    ...(newId !== undefined && { newId: ids.full(newId) }),
  }));
}

function failures(list: readonly { id: string; code: string; copyId?: string | undefined }[], ids: OwnIds) {
  return list.map(({ id, code, copyId }) => ({
    ...{ id: ids.full(id), code },
    ...(copyId !== undefined && { copyId: ids.full(copyId) }),
  }));
}

/** Mail that leaves from one account. */
export function outboxOf({ name, open }: Account): OutboxPort {
  const ids = new OwnIds(name);
  const outbox = async () => (await open()).outbox;
  const told = ({ savedTo, ...sent }: SentMail): SentMail => ({
    ...sent,
    ...(savedTo !== undefined && { savedTo: ids.full(savedTo) }),
  });
  return {
    async send(request, context) {
      const bare = { ...composedBy(request, ids), draft: ids.bare(request.draft) };
      return told(await (await outbox()).send(bare, context));
    },
    async createDraft(request, context) {
      const bare = { ...composedBy(request, ids), replaces: ids.bare(request.replaces) };
      return ids.entry(ids.inFolder(await (await outbox()).createDraft(bare, context)));
    },
    async sendDraft({ id }, context) {
      return told(await (await outbox()).sendDraft({ id: ids.bare(id) }, context));
    },
  };
}

/** What is not given stays out: a draft that is sent may have nothing beside it. */
function composedBy<T extends ComposeRequest>(request: T, ids: OwnIds): T {
  const { inReplyTo, forwardOf, attachments } = request;
  const attached = (attachment: AttachmentRequest) => ({
    ...attachment,
    ...(attachment.emailId !== undefined && { emailId: ids.bare(attachment.emailId) }),
  });
  return {
    ...request,
    ...(inReplyTo !== undefined && { inReplyTo: ids.bare(inReplyTo) }),
    ...(forwardOf !== undefined && { forwardOf: ids.bare(forwardOf) }),
    ...(attachments !== undefined && { attachments: attachments.map(attached) }),
  };
}
