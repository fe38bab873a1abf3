import type { CalendarInfo } from '../domain/calendar.ts';
import type { Folder } from '../domain/mail.ts';
import type { MailPort } from '../domain/mail-port.ts';
import type { Services } from '../domain/services.ts';
import type { Log } from '../log.ts';
import { accountsIn } from '../tools/account-choice.ts';
import type { Tool } from '../tools/define-tool.ts';
import type { Candidate } from './completion-dates.ts';
import { completionSource } from './completion-source.ts';
import type { Running } from './running.ts';

export interface MailboxCompletion {
  /** Say which accounts there are. */
  tools: readonly Tool[];
  services: (account?: string) => Promise<Services>;
  log: Log;
  /** How long a completion may take. Default 1.5 s. */
  completionMs?: number;
}

/** Undefined while no account has told anything. */
type Candidates = (cancelled: AbortSignal) => Promise<Candidate[] | undefined>;

/** Where something is known nobody who types waits longer for the rest. */
const restMs = 200;
/** Some thousand folders; what else there is nobody finds by typing. */
const maxPages = 10;

/** Roles first: they are short, and the same in every mailbox. Of several accounts a path is found without its account. */
export function folderCandidates(options: MailboxCompletion, running: Running): Candidates {
  const source: Source<Candidate & { role: string | undefined }> = {
    name: 'folders',
    ask: async ({ mail }, signal, account) => {
      const folders = await everyFolder(mail, signal);
      const readable = folders.filter(({ holdsMessages }) => holdsMessages !== false);
      const bare = (path: string) => (account === undefined ? [] : [path.slice(`${account}:`.length)]);
      return readable.map(({ path, role }) => ({ value: path, words: bare(path), role }));
    },
    candidates: (folders) => [...folders.flatMap(({ role }) => (role ? { value: role } : [])), ...folders],
  };
  return ofAccounts(source, options, running);
}

async function everyFolder(mail: MailPort, signal: AbortSignal): Promise<Folder[]> {
  const found: Folder[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const { folders, nextCursor } = await mail.folders({ cursor }, { signal });
    found.push(...folders);
    if (nextCursor === undefined) break;
    cursor = nextCursor;
  }
  return found;
}

/** By name, as people know it; where two have one name, by the id, which alone says which. */
export function calendarCandidates(options: MailboxCompletion, running: Running): Candidates {
  const source: Source<CalendarInfo> = {
    name: 'calendars',
    ask: async ({ calendar }, signal) => {
      const { calendars } = await calendar.listCalendars({}, { signal });
      return calendars.filter(({ holds }) => holds.includes('events'));
    },
    candidates: (calendars) =>
      calendars.map(({ id, name }) => {
        const alone = calendars.filter((other) => other.name === name).length === 1;
        return { value: alone ? name : id, words: [alone ? id : name] };
      }),
  };
  return ofAccounts(source, options, running);
}

interface Source<T> {
  /** For the log. */
  name: string;
  ask(services: Services, signal: AbortSignal, account: string | undefined): Promise<T[]>;
  /** Of what all accounts told. */
  candidates(told: readonly T[]): Candidate[];
}

/** Each account is asked for itself: one that is silent does not hold up what the others tell. */
function ofAccounts<T>(
  { name, ask, candidates }: Source<T>,
  { tools, services, log, completionMs = 1_500 }: MailboxCompletion,
  running: Running,
): Candidates {
  const accounts = accountsIn(tools);
  const sources = (accounts.length > 0 ? accounts : [undefined]).map((account) =>
    completionSource({
      ...{ name: account === undefined ? name : `${name} of ${account}`, running, log },
      ask: async (signal) => await ask(await services(account), signal, account),
    }),
  );
  let patienceMs = completionMs;
  return async (cancelled) => {
    const told = await Promise.all(sources.map((source) => source(patienceMs, cancelled)));
    const known = told.filter((list) => list !== undefined);
    if (known.length === 0) return undefined;
    patienceMs = Math.min(completionMs, restMs);
    return candidates(known.flat());
  };
}
