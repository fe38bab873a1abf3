import type { FoundEmail, SearchResult } from '../domain/mail.ts';
import type { CallContext, SearchRequest } from '../domain/mail-port.ts';
import type { Member } from './account.ts';
import { joinId } from './account-id.ts';
import { answerBytes, fittingPlaces, incompleteField } from './fitting.ts';
import type { MergedList, Part, Source } from './merged-list.ts';

/** Entries a page has, as in one account. */
const usual = 20;
/** For the folders searched and what could not be. */
const spareBytes = 14_000;

export type SearchOfAll = (request: SearchRequest, context: CallContext) => Promise<SearchResult>;

/** A search over all accounts, newest first. */
export function searchOfAll(
  members: readonly Member[],
  list: MergedList<FoundEmail & { account: string }>,
): SearchOfAll {
  return async (request, { signal }) => {
    const sources = members.map((member) => sourceOf(member, request));
    const options = { sources, order: newestFirst, usual, maxBytes: answerBytes - spareBytes };
    const { entries, searched, total, incomplete, stale, nextCursor } = await list.page(
      request,
      options,
      signal,
    );
    return {
      ...(stale && { stale }),
      ...(total !== undefined && { total }),
      emails: entries,
      searched: fittingPlaces(searched),
      ...(nextCursor !== undefined && { nextCursor }),
      ...incompleteField(incomplete),
    };
  };
}

function sourceOf(
  { name, services }: Member,
  request: SearchRequest,
): Source<FoundEmail & { account: string }> {
  return {
    account: name,
    page: async (page, signal) =>
      partOf(name, await services.mail.search({ ...request, ...page }, { signal })),
  };
}

function partOf(
  account: string,
  { emails, searched, incomplete, ...rest }: SearchResult,
): Part<FoundEmail & { account: string }> {
  const place = (where: string) => joinId(account, where);
  return {
    ...rest,
    entries: emails.map((email) => ({ ...email, account })),
    searched: searched.map(place),
    incomplete: incomplete?.map((gap) => ({ ...gap, where: place(gap.where) })),
  };
}

function newestFirst(a: FoundEmail, b: FoundEmail): number {
  return standing(b) - standing(a);
}

function standing({ date, rank }: FoundEmail): number {
  return rank ?? (Date.parse(date) || 0);
}
