import { jsonBytes, withinBytes } from '../domain/answer-size.ts';
import { MailboxError } from '../domain/errors.ts';
import type { Folder } from '../domain/mail.ts';
import type { MailPort } from '../domain/mail-port.ts';
import type { Member } from './account.ts';
import { askAll } from './ask-all.ts';
import { answerBytes, incompleteField, roomFor } from './fitting.ts';
import type { Grace } from './grace.ts';

export type FoldersOfAll = MailPort['folders'];

/** For what could not be read. */
const spareBytes = 7_000;

/**
 * The folders of all accounts, as many of each as have room beside the others, those with roles first. The rest is told as
 * a gap of its account, with the cursor it can be asked for by.
 * @throws MailboxError the first one's error when no account answered; `invalid_input` for a cursor, for this list has none
 */
export function foldersOfAll(members: readonly Member[], grace: Grace): FoldersOfAll {
  return async ({ cursor }, { signal }) => {
    if (cursor !== undefined) throw withoutCursor();
    const asks = members.map(({ name, services }) => ({
      account: name,
      run: (limited: AbortSignal) => services.mail.folders({}, { signal: limited }),
    }));
    const told = await askAll(asks, signal, grace);
    const [failed] = told.flatMap(({ error }) => error ?? []);
    if (failed && told.every(({ error }) => error)) throw failed;
    const needs = told.map(({ value }) => jsonBytes(value?.folders ?? []));
    const rooms = roomFor(needs, answerBytes - spareBytes);
    const shares = told.map(({ account, value, error }, index) => {
      if (error) return { folders: [], gaps: [{ where: account, code: error.code, reason: error.message }] };
      const folders = value.folders.slice(0, withinBytes(value.folders, rooms[index] ?? 0));
      const isCut = folders.length < value.folders.length || value.nextCursor !== undefined;
      return { folders, gaps: [...(isCut ? [cutOf(account, folders)] : []), ...(value.incomplete ?? [])] };
    });
    return {
      folders: shares.flatMap(({ folders }) => folders),
      ...incompleteField(shares.flatMap(({ gaps }) => gaps)),
    };
  };
}

function cutOf(where: string, shown: readonly Folder[]) {
  // A page goes on behind the folder its cursor names.
  const last = shown.at(-1);
  const rest = last ? `with account ${where} and cursor ${last.path}` : `with account ${where}`;
  return { where, code: 'cut', reason: `Not all of its folders have room here: get the rest ${rest}` };
}

function withoutCursor(): MailboxError {
  return new MailboxError(
    'invalid_input',
    'The folders of all accounts come in one answer without cursors.',
    {
      hint: 'For more of one account pass its name as account, and its own cursor.',
    },
  );
}
