import { jsonBytes, withinBytes } from '../domain/answer-size.ts';
import type { FolderList } from '../domain/mail.ts';
import type { CallContext } from '../domain/mail-port.ts';
import type { Member } from './account.ts';
import { askAll } from './ask-all.ts';
import { answerBytes, incompleteField } from './fitting.ts';
import type { Grace } from './grace.ts';

export type FoldersOfAll = (context: CallContext) => Promise<FolderList>;

/** For what could not be read. */
const spareBytes = 7_000;

/**
 * The folders of all accounts. What has no room is told as a gap of its account, whose folders can be asked for alone.
 * @throws MailboxError the first one's error when no account answered
 */
export function foldersOfAll(members: readonly Member[], grace: Grace): FoldersOfAll {
  return async ({ signal }) => {
    const asks = members.map(({ name, services }) => ({
      account: name,
      run: (limited: AbortSignal) => services.mail.folders({}, { signal: limited }),
    }));
    const told = await askAll(asks, signal, grace);
    const [failed] = told.flatMap(({ error }) => error ?? []);
    if (failed && told.every(({ error }) => error)) throw failed;
    let room = answerBytes - spareBytes;
    const shares = told.map(({ account, value, error }) => {
      if (error) return { folders: [], gaps: [{ where: account, code: error.code, reason: error.message }] };
      const folders = value.folders.slice(0, withinBytes(value.folders, room));
      room -= jsonBytes(folders);
      const isCut = folders.length < value.folders.length || value.nextCursor !== undefined;
      return { folders, gaps: [...(isCut ? [cutOf(account)] : []), ...(value.incomplete ?? [])] };
    });
    return {
      folders: shares.flatMap(({ folders }) => folders),
      ...incompleteField(shares.flatMap(({ gaps }) => gaps)),
    };
  };
}

function cutOf(where: string) {
  return {
    where,
    code: 'cut',
    reason: 'Not all of its folders have room here. Ask for those of this account.',
  };
}
