import { MailboxError, toMailboxError } from '../domain/errors.ts';
import type { Failed } from '../domain/filing.ts';
import type { FilingPort } from '../domain/filing-port.ts';
import type { SearchResult } from '../domain/mail.ts';
import type { MailPort } from '../domain/mail-port.ts';
import type { ComposeRequest, OutboxPort } from '../domain/outbox-port.ts';
import type { Member } from './account.ts';
import { joinId, OwnIds } from './account-id.ts';
import type { Choice } from './choice.ts';
import { fittingChanges, fittingPlaces } from './fitting.ts';
import type { FoldersOfAll } from './folders-of-all.ts';
import type { SearchOfAll } from './mail-of-all.ts';

/** Mail of the account a call is for, or of all. */
export function routedMail(choice: Choice, all: { search: SearchOfAll; folders: FoldersOfAll }): MailPort {
  return {
    folders: async (request, context) =>
      choice.spans(request.cursor)
        ? await all.folders(request, context)
        : await choice.one([request.cursor]).mail.folders(request, context),
    async search(request, context) {
      const { owner, path: folder } = choice.place(request.folder);
      if (!owner && choice.spans(request.cursor)) return await all.search(request, context);
      const { name, services } = choice.member([request.folder, request.cursor]);
      const found = await services.mail.search(owner ? { ...request, folder } : request, context);
      return placed(found, new OwnIds(name));
    },
    read: async (request, context) => await choice.byIds([request.id]).mail.read(request, context),
    thread: async (request, context) => await choice.byIds([request.id]).mail.thread(request, context),
    attachment: async (request, context) =>
      await choice.byIds([request.id]).mail.attachment(request, context),
    download: async (request, context) => await choice.byIds([request.id]).mail.download(request, context),
  };
}

/** Changes to mail of any accounts: each does its own, and tells of it message by message. */
export function routedFiling(choice: Choice): FilingPort {
  return {
    async move(request, context) {
      const { owner, path: folder } = choice.place(request.folder);
      const other = owner && [...choice.grouped(request.ids).keys()].find((member) => member !== owner);
      if (owner && other) throw toElsewhere(other, owner);
      const { done, failed } = await split(choice, request.ids, ({ filing }, ids) =>
        filing.move({ ids, folder }, context),
      );
      const moved = done.flatMap((part) => part.moved);
      const told = { moved, ...failedField(done, failed), ...omittedField(done, ['moved', 'failed']) };
      return fittingChanges(told, ['moved', 'failed']);
    },
    async mark(request, context) {
      const { done, failed } = await split(choice, request.ids, ({ filing }, ids) =>
        filing.mark({ ...request, ids }, context),
      );
      const updated = done.flatMap((part) => part.updated);
      const told = { updated, ...failedField(done, failed), ...omittedField(done, ['updated', 'failed']) };
      return fittingChanges(told, ['updated', 'failed']);
    },
    async remove(request, context) {
      const { done, failed } = await split(choice, request.ids, ({ filing }, ids) =>
        filing.remove({ ...request, ids }, context),
      );
      const keys = ['trashed', 'deleted', 'failed'] as const;
      const told = {
        ...(done.some(({ trashed }) => trashed) && { trashed: done.flatMap(({ trashed }) => trashed ?? []) }),
        ...(done.some(({ deleted }) => deleted) && { deleted: done.flatMap(({ deleted }) => deleted ?? []) }),
        ...failedField(done, failed),
        ...omittedField(done, keys),
      };
      return fittingChanges(told, keys);
    },
    ...routedFolders(choice),
  };
}

/** Folders are told as paths that can be passed on, whatever account is the default one. */
function placed(found: SearchResult, ids: OwnIds): SearchResult {
  return ids.gaps({ ...found, searched: fittingPlaces(found.searched.map((path) => ids.full(path))) });
}

function routedFolders(choice: Choice): Pick<FilingPort, 'createFolder' | 'renameFolder' | 'deleteFolder'> {
  return {
    async createFolder({ path: said }, context) {
      const { owner = choice.default, path } = choice.newPlace(said);
      return await owner.services.filing.createFolder({ path }, context);
    },
    /** Where the folder is decides: its new path only says where it shall be. */
    async renameFolder(request, context) {
      const { owner = choice.default, path } = choice.place(request.path);
      const { owner: other = owner, path: newPath } = choice.newPlace(request.newPath);
      if (other !== owner) throw renamedElsewhere(owner, other);
      return await owner.services.filing.renameFolder({ path, newPath }, context);
    },
    async deleteFolder({ path: said }, context) {
      const { owner = choice.default, path } = choice.place(said);
      return await owner.services.filing.deleteFolder({ path }, context);
    },
  };
}

/**
 * What each account did with its ids. They end by the signal themselves and are waited for: what was done is told.
 * @throws MailboxError the first one's error when none did anything
 */
async function split<T>(
  choice: Choice,
  ids: readonly string[],
  change: (services: Member['services'], ids: string[]) => Promise<T>,
): Promise<{ done: T[]; failed: Failed }> {
  const groups = [...choice.grouped(ids)];
  const outcomes = await Promise.allSettled(groups.map(([{ services }, own]) => change(services, own)));
  const done = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const refused = outcomes.flatMap((outcome, index) => {
    const [member, own] = groups[index] ?? [];
    if (outcome.status === 'fulfilled' || !member || !own) return [];
    const error = toMailboxError(outcome.reason);
    const full = own.map((id) => (choice.ownerOf(id) ? id : joinId(member.name, id)));
    return [{ error, entries: full.map((id) => ({ id, code: error.code })) }];
  });
  const [first] = refused;
  if (first && done.length === 0) throw first.error;
  return { done, failed: refused.flatMap(({ entries }) => entries) };
}

function failedField(done: readonly { failed?: Failed | undefined }[], refused: Failed): { failed?: Failed } {
  const failed = [...done.flatMap((part) => part.failed ?? []), ...refused];
  return failed.length > 0 ? { failed } : {};
}

type Counts<K extends string> = { [P in K]?: number | undefined };

function omittedField<K extends string>(
  done: readonly { omitted?: Counts<K> | undefined }[],
  keys: readonly K[],
): { omitted?: Counts<K> } {
  const omitted: Counts<K> = {};
  for (const key of keys) {
    const count = done.reduce((sum, part) => sum + (part.omitted?.[key] ?? 0), 0);
    if (count > 0) omitted[key] = count;
  }
  return Object.keys(omitted).length > 0 ? { omitted } : {};
}

/** Mail that leaves from the account it is for. */
export function routedOutbox(choice: Choice): OutboxPort {
  return {
    send: async (request, context) =>
      await sender(choice, request, request.draft).services.outbox.send(request, context),
    createDraft: async (request, context) =>
      await sender(choice, request, request.replaces).services.outbox.createDraft(request, context),
    sendDraft: async (request, context) =>
      await choice.byIds([request.id]).outbox.sendDraft(request, context),
  };
}

/**
 * The account that sends: the one named, that of the mail answered and of the draft, the one `from` is an address of,
 * that of what goes along, the default one.
 * @throws MailboxError `unsupported` for what would have to go along from another account
 */
function sender(choice: Choice, request: ComposeRequest, draft: string | undefined): Member {
  const tied = [request.inReplyTo, draft];
  const along = [request.forwardOf, ...(request.attachments ?? []).map(({ emailId }) => emailId)];
  const owner = choice.named ?? (tied.some((id) => choice.ownerOf(id)) ? choice.member(tied) : undefined);
  const member = owner ?? ownerOfAddress(choice, request.from) ?? firstOf(choice, along) ?? choice.default;
  choice.member(tied);
  for (const id of [...tied, ...along]) choice.mustSayWhose(id);
  const other = along.map((id) => choice.ownerOf(id)).find((one) => one && one !== member);
  if (other) throw fromElsewhere(other, member);
  return member;
}

function firstOf(choice: Choice, ids: readonly (string | undefined)[]): Member | undefined {
  return ids.map((id) => choice.ownerOf(id)).find((member) => member);
}

/** Of an address several accounts have none is meant. */
function ownerOfAddress({ members }: Choice, from: string | undefined): Member | undefined {
  if (from === undefined) return undefined;
  const [, inBrackets] = /<([^<>]+)>\s*$/u.exec(from) ?? [];
  const address = (inBrackets ?? from).trim().toLowerCase();
  const owners = members.filter(({ addresses }) => addresses.some((own) => own.toLowerCase() === address));
  return owners.length === 1 ? owners[0] : undefined;
}

function toElsewhere(member: Member, owner: Member): MailboxError {
  const message = `An e-mail of the account ${member.name} cannot be moved to a folder of ${owner.name}.`;
  return new MailboxError('unsupported', message, { hint: `Choose a folder of ${member.name}.` });
}

function renamedElsewhere({ name }: Member, { name: other }: Member): MailboxError {
  const message = `A folder of the account ${name} cannot become one of ${other}.`;
  const hint = `Choose a new path in ${name}; for a folder of ${other} begin path with ${other}:, too.`;
  return new MailboxError('invalid_input', message, { hint });
}

function fromElsewhere(other: Member, member: Member): MailboxError {
  const message = `An e-mail of the account ${other.name} cannot go along in one of ${member.name}.`;
  return new MailboxError('unsupported', message, {
    hint: `Save what is needed with download_attachment and attach it by its path, or send from ${other.name}.`,
  });
}
