import { type CommandSpec, type ImapSession, Refusal } from '../imap-session.ts';
import type { Numbered } from '../mailbox-view.ts';
import { parseSearchKeys, SearchSyntaxError } from '../search.ts';
import { formatSequenceSet } from '../sequence-set.ts';
import { sortMessages } from '../sort.ts';
import { formatThreads } from '../thread.ts';
import { type Command, keyword, type Token, tokenText } from '../wire.ts';
import { badArguments, requireList, viewOf } from './arguments.ts';

/** What RETURN asks for (RFC 4731, RFC 5267); undefined where the plain answer is wanted. */
interface Returns {
  items: ReadonlySet<string>;
  partial?: string;
}

function search(session: ImapSession, command: Command): string {
  const { returns, rest } = takeReturns(session, command, 'ESEARCH');
  const found = find(session, command, takeCharset(command, rest));
  const numbers = found.map((target) => numberOf(command, target));
  const modseq = usesModseq(rest) ? Math.max(0, ...found.map(({ row }) => row.message.modseq)) : 0;
  if (returns) session.write(formatEsearch(command, numbers, returns, modseq));
  else session.write(`* SEARCH${spaced(numbers)}${modseq ? ` (MODSEQ ${modseq})` : ''}\r\n`);
  return 'OK Search completed.';
}

function sort(session: ImapSession, command: Command): string {
  const { returns, rest } = takeReturns(session, command, 'ESORT');
  const [program, charset, ...keys] = rest;
  const criteria = requireList(command, program).map((item) => keyword(item) ?? '');
  if (criteria.length === 0) throw badArguments(command, 'Empty sort program.');
  checkCharset(tokenText(charset));
  const sorted = sortMessages(find(session, command, keys), criteria);
  if (!sorted) throw badArguments(command, `Unknown sort argument: ${criteria.join(' ')}`);
  const numbers = sorted.map((target) => numberOf(command, target));
  session.write(returns ? formatEsearch(command, numbers, returns, 0) : `* SORT${spaced(numbers)}\r\n`);
  return 'OK Sort completed.';
}

function thread(session: ImapSession, command: Command): string {
  const [algorithmToken, charset, ...keys] = command.args;
  const algorithm = keyword(algorithmToken);
  const known = algorithm === 'REFERENCES' || algorithm === 'REFS' ? algorithm : undefined;
  if (!known || !session.has(`THREAD=${known}`)) throw badArguments(command, 'Unknown thread algorithm.');
  checkCharset(tokenText(charset));
  const text = formatThreads(find(session, command, keys), known, (target) => numberOf(command, target));
  session.write(`* THREAD${text ? ` ${text}` : ''}\r\n`);
  return 'OK Thread completed.';
}

function find(session: ImapSession, command: Command, keys: readonly Token[]): Numbered[] {
  const view = viewOf(session);
  try {
    if (usesModseq(keys)) session.enableCondstore();
    const matches = parseSearchKeys(keys, { view, now: session.context.clock() });
    return view.numbered().filter(matches);
  } catch (error) {
    if (error instanceof SearchSyntaxError) throw badArguments(command, error.message);
    throw error;
  }
}

function takeReturns(session: ImapSession, command: Command, capability: string) {
  if (keyword(command.args[0]) !== 'RETURN') return { returns: undefined, rest: command.args };
  if (!session.has(capability)) throw badArguments(command, 'Unknown argument RETURN');
  const options = requireList(command, command.args[1]).map((item) => keyword(item) ?? '');
  const at = options.indexOf('PARTIAL');
  const partial = at < 0 ? undefined : options.splice(at, 2)[1];
  if (at >= 0 && (!session.has('CONTEXT=SEARCH') || !/^[1-9]\d*:[1-9]\d*$/u.test(partial ?? ''))) {
    throw badArguments(command, 'PARTIAL range broken');
  }
  const unknown = options.find((option) => !['ALL', 'COUNT', 'MIN', 'MAX'].includes(option));
  if (unknown) throw badArguments(command, 'Unknown SEARCH return option');
  if (partial && options.includes('ALL')) throw badArguments(command, 'PARTIAL conflicts with ALL');
  const items = new Set(options.length === 0 && !partial ? ['ALL'] : options);
  return { returns: { items, ...(partial ? { partial } : {}) }, rest: command.args.slice(2) };
}

function takeCharset(command: Command, tokens: readonly Token[]): readonly Token[] {
  if (keyword(tokens[0]) !== 'CHARSET') return tokens;
  if (!tokens[1]) throw badArguments(command, 'Missing charset argument.');
  checkCharset(tokenText(tokens[1]));
  return tokens.slice(2);
}

function checkCharset(charset = ''): void {
  if (!/^(?:utf-?8|us-ascii)$/iu.test(charset)) throw new Refusal('NO [BADCHARSET] Unknown charset.');
}

function formatEsearch(
  command: Command,
  numbers: readonly number[],
  returns: Returns,
  modseq: number,
): string {
  const { items, partial } = returns;
  const answer = [`* ESEARCH (TAG "${command.tag}")`];
  if (command.name.startsWith('UID ')) answer.push('UID');
  if (numbers.length > 0) {
    if (items.has('MIN')) answer.push(`MIN ${Math.min(...numbers)}`);
    if (items.has('MAX')) answer.push(`MAX ${Math.max(...numbers)}`);
    if (items.has('ALL')) answer.push(`ALL ${formatSequenceSet(numbers)}`);
  }
  if (partial) {
    const [from = 1, to = 1] = partial.split(':').map(Number);
    const window = numbers.slice(Math.min(from, to) - 1, Math.max(from, to));
    answer.push(`PARTIAL (${partial} ${window.length > 0 ? formatSequenceSet(window) : 'NIL'})`);
  }
  if (items.has('COUNT')) answer.push(`COUNT ${numbers.length}`);
  if (modseq) answer.push(`MODSEQ ${modseq}`);
  return `${answer.join(' ')}\r\n`;
}

function usesModseq(tokens: readonly Token[]): boolean {
  return tokens.some((token) =>
    token.kind === 'list' ? usesModseq(token.items) : keyword(token) === 'MODSEQ',
  );
}

function numberOf(command: Command, { row, seq }: Numbered): number {
  return command.name.startsWith('UID ') ? row.message.uid : seq;
}

function spaced(numbers: readonly number[]): string {
  return numbers.map((number) => ` ${number}`).join('');
}

export const searchCommands: Record<string, CommandSpec> = {
  SEARCH: { state: 'selected', sync: 'keepNumbers', run: search },
  'UID SEARCH': { state: 'selected', run: search },
  SORT: { state: 'selected', sync: 'keepNumbers', capability: 'SORT', run: sort },
  'UID SORT': { state: 'selected', capability: 'SORT', run: sort },
  THREAD: { state: 'selected', sync: 'keepNumbers', run: thread },
  'UID THREAD': { state: 'selected', run: thread },
};
