import type { FolderJob, FolderOptions, FolderResult, ImapSession } from '../connections/imap/session.ts';
import type { ImapToken } from '../connections/imap/wire.ts';
import { MailboxError } from '../domain/errors.ts';
import { either } from './text-forms.ts';

/**
 * Runs searches, whose texts may go over line ends, in folders. Without LITERAL+ (RFC 7888) each such text would cost a
 * round trip, and a server may refuse them: it is asked without.
 * @throws as `inFolders`
 */
export async function overLineEnds(
  session: ImapSession,
  jobs: readonly FolderJob[],
  options: FolderOptions,
): Promise<FolderResult[]> {
  if (!session.supports('LITERAL+')) return await session.inFolders(jobs.map(onOneLine), options);
  const results = await session.inFolders(jobs, options);
  const odd = [...jobs.entries()].filter(([index, job]) => refusesLineEnds(job, results[index]));
  if (odd.length === 0) return results;
  const { ahead: _told, ...again } = options;
  const plain = await session.inFolders(
    odd.map(([, job]) => onOneLine(job)),
    again,
  );
  const answers = new Map(odd.map(([index], nth) => [index, plain[nth]]));
  return results.map((result, index) => answers.get(index) ?? result);
}

function refusesLineEnds({ commands }: FolderJob, result: FolderResult | undefined): boolean {
  if (!result || result instanceof MailboxError) return false;
  return result.replies.some(({ status, code }, index) => {
    // Any other code says what it is that the server lacks.
    const isOdd = status === 'BAD' || (status === 'NO' && (code === undefined || code === 'CANNOT'));
    return isOdd && hasLineEnds(commands[index]?.args ?? []);
  });
}

function onOneLine({ commands, ...job }: FolderJob): FolderJob {
  return {
    ...job,
    commands: commands.map((command) => ({ ...command, args: withoutLineEnds(command.args) })),
  };
}

/** Alternatives that go over a line end are left out; the text itself stands among them. */
function withoutLineEnds(tokens: readonly ImapToken[]): ImapToken[] {
  const alternatives = tokens.filter((token) => Array.isArray(token));
  if (alternatives.some(endsLine)) return either(alternatives.filter((each) => !endsLine(each)));
  return tokens.map((token) => (Array.isArray(token) ? withoutLineEnds(token) : token));
}

function hasLineEnds(tokens: readonly ImapToken[]): boolean {
  return endsLine(tokens) || tokens.some((token) => Array.isArray(token) && hasLineEnds(token));
}

/** Whether the text of this very key does. */
function endsLine(key: readonly ImapToken[]): boolean {
  return key.some((token) => !Array.isArray(token) && token.type === 'LITERAL' && token.value.includes('\n'));
}
