import { atom } from '../connections/imap/commands.ts';
import type { ImapToken } from '../connections/imap/wire.ts';
import { imapDate } from './criteria.ts';

/** Below this many messages the server reads all texts quickly enough at once. */
const wholeLimit = 2000;
const windowDays = [90, 365, 1095, 3650];
const dayMs = 86_400_000;

/** A span of arrival dates. */
export interface SearchWindow {
  /** Search keys; empty for all of it. */
  tokens: readonly ImapToken[];
  /** Where it begins: what follows in the next window arrived earlier. */
  floor: number | undefined;
}

/**
 * A text search without full-text index reads every message: 7 s for 100,000. So it goes through spans of
 * arrival dates, newest first, and stops when the page is full.
 */
export function searchWindows(
  { textual, messages }: { textual: boolean; messages: number },
  today: Date,
  since: Date | undefined,
): SearchWindow[] {
  if (!textual || messages <= wholeLimit) return [{ tokens: [], floor: undefined }];
  const edges = windowDays
    .map((days) => new Date(today.getTime() - days * dayMs))
    .filter((edge) => !since || edge > since);
  const newerThan = (edge: Date | undefined) => (edge ? [atom('SINCE'), atom(imapDate(edge))] : []);
  const olderThan = (edge: Date | undefined) => (edge ? [atom('BEFORE'), atom(imapDate(edge))] : []);
  return [...edges, undefined].map((edge, index) => ({
    tokens: [...newerThan(edge), ...olderThan(edges[index - 1])],
    floor: edge?.getTime(),
  }));
}
