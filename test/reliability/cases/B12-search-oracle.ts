import type { SearchResult } from '../../../src/domain/mail.ts';
import type { SearchRequest } from '../../../src/domain/mail-port.ts';
import { Random } from '../../bench/random.ts';
import { dovecotAvailable } from '../../servers/dovecot.ts';
import { type McpProcess, startServer } from '../../support/mcp-client.ts';
import { type Case, type Effort, Tally } from '../case.ts';
import { dovecotKeeper, type Keeper, sandboxKeeper } from '../support/keeper.ts';
import {
  allWords,
  edges,
  type Facts,
  keywords,
  people,
  phrase,
  searchMails,
} from '../support/search-mails.ts';
import { matches } from '../support/search-oracle.ts';
import { entry } from '../support/server.ts';

/** Clocks that change at midnight, in autumn of the other half of the world, by half an hour or never. */
const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'UTC',
];
const folders = ['INBOX', 'Archive'];
/** Below this budget a smaller mailbox must do: filling one takes its time. */
const fullBudgetMs = 30_000;
const sizes = { full: 2_000, small: 300 };
const maxPages = 40;
/** The first of the conditions hold for few mails: whoever asks for them need not turn many pages. */
const rareConditions = 13;

interface Stocked {
  keeper: Keeper;
  /** What is in which folder, by mail id. */
  mails: ReadonlyMap<string, { folder: string; facts: Facts }>;
}

export const searchOracle: Case = {
  id: 'B12',
  title: 'a search finds what brute force finds',
  async run(effort) {
    const size = effort.budgetMs < fullBudgetMs ? sizes.small : sizes.full;
    const kinds = [sandboxKeeper, ...(dovecotAvailable() ? [dovecotKeeper] : [])];
    const keepers = await Promise.all(kinds.map((open) => open()));
    try {
      const stocked = await Promise.all(keepers.map((keeper) => stock(keeper, size, effort.seed)));
      const tally = new Tally(effort);
      const chosen =
        effort.budgetMs < fullBudgetMs ? zones.slice(effort.seed % 3, (effort.seed % 3) + 2) : zones;
      for (const [turn, zone] of chosen.entries()) {
        if (tally.isOver) break;
        const share = { seed: effort.seed + turn, budgetMs: effort.budgetMs / chosen.length };
        await Promise.all(stocked.map((one) => inZone(one, zone, share, tally)));
      }
      const figure = `${size} mails, ${keepers.map(({ name }) => name).join(' and ')}, ${chosen.length} zones`;
      return tally.outcome({ figure, ...(dovecotAvailable() ? {} : { leftOut: 'no Dovecot here' }) });
    } finally {
      await Promise.all(keepers.map((keeper) => keeper.close()));
    }
  },
};

async function stock(keeper: Keeper, size: number, seed: number): Promise<Stocked> {
  const all = searchMails(size, seed);
  const mails = new Map<string, { folder: string; facts: Facts }>();
  for (const [nth, folder] of folders.entries()) {
    const some = all.filter((_, at) => (at % 3 === 0 ? 1 : 0) === nth);
    const ids = await keeper.deliver(
      folder,
      some.map(({ delivery }) => delivery),
    );
    for (const [at, id] of ids.entries()) {
      const mail = some[at];
      if (mail) mails.set(id, { folder, facts: mail.facts });
    }
  }
  return { keeper, mails };
}

async function inZone(stocked: Stocked, zone: string, effort: Effort, tally: Tally): Promise<void> {
  const server = startServer({ ...stocked.keeper.env, MAILBOX_TIMEZONE: zone }, { entry });
  await server.initialize();
  const clock = new Tally(effort);
  const random = new Random(effort.seed);
  while (!clock.isOver) {
    const request = randomRequest(random);
    const input = `${stocked.keeper.name}, ${zone}: ${JSON.stringify(request)}`;
    const found = await foundBy(server, request);
    tally.count(input, typeof found === 'string' ? found : faultsOf(found, request, stocked, zone));
  }
  await server.end();
}

/** One to three conditions, or none. */
function randomRequest(random: Random): SearchRequest {
  const day = () => random.pick(edges).slice(0, 10);
  const pieceOf = (text: string) => random.pick(text.split(/[ <>]+/u).filter((piece) => piece.length > 1));
  const inAnyCase = (text: string) => (random.chance(0.3) ? text.toUpperCase().toLowerCase() : text);
  const word = () => inAnyCase(random.pick(allWords));
  const conditions: (() => SearchRequest)[] = [
    () => ({ query: word() }),
    () => ({ query: `${word()} ${word()}` }),
    () => ({ query: `${word()} OR ${word()}` }),
    () => ({ query: `${word()} -${word()}` }),
    () => ({ query: `"${word()} ${word()}"` }),
    () => ({ query: `"${inAnyCase(phrase(random))}"` }),
    () => ({ subject: `"${phrase(random)}"` }),
    () => ({ query: pieceOf(random.pick(people)) }),
    () => ({ subject: word() }),
    () => ({ subject: `${word()} ${word()}` }),
    () => ({ from: pieceOf(random.pick(people)) }),
    () => ({ to: pieceOf(random.pick(people)) }),
    () => ({ from: random.pick(people).replace(/^.*<|>$/gu, '') }),
    () => ({ since: day() }),
    () => ({ before: day() }),
    () => ({ since: random.pick(edges) }),
    () => ({ before: new Date(Date.parse(random.pick(edges)) + 1000).toISOString() }),
    () => ({ unread: random.chance(0.5) }),
    () => ({ flagged: random.chance(0.5) }),
    () => ({ hasAttachment: random.chance(0.5) }),
    () => ({ largerThan: random.below(10_000) }),
    () => ({ keyword: random.pick([...keywords, 'answered']) }),
  ];
  const rare = conditions.slice(0, rareConditions);
  const first = random.pick(random.chance(0.7) ? rare : conditions)();
  const chosen = [first, ...Array.from({ length: random.below(3) }, () => random.pick(conditions)())];
  const folder = random.pick([...folders, 'all', undefined]);
  const request: SearchRequest = Object.assign({}, ...chosen, folder === undefined ? {} : { folder });
  const { since, before, ...rest } = request;
  return since !== undefined && before !== undefined && Date.parse(since) + 86_400_000 >= Date.parse(before)
    ? { ...rest, since }
    : request;
}

/** Every page of it; or what went wrong on the way. */
async function foundBy(server: McpProcess, request: SearchRequest): Promise<SearchResult[] | string> {
  const pages: SearchResult[] = [];
  let cursor: string | undefined;
  do {
    const args = { ...request, limit: 100, ...(cursor === undefined ? {} : { cursor }) };
    const answer = await server.call<SearchResult>('search_emails', args);
    if (!answer.ok) return `${answer.error.code}: ${answer.error.message}`;
    if (answer.data.incomplete) return `incomplete: ${JSON.stringify(answer.data.incomplete)}`;
    pages.push(answer.data);
    cursor = answer.data.nextCursor;
  } while (cursor !== undefined && pages.length < maxPages);
  return pages;
}

function faultsOf(pages: SearchResult[], request: SearchRequest, { mails }: Stocked, zone: string): string[] {
  const { folder = 'all', ...asked } = request;
  const emails = pages.flatMap((page) => page.emails);
  const got = new Set(emails.map(({ id }) => id));
  const wrong: string[] = [];
  let missing = 0;
  for (const [id, mail] of mails) {
    const isIn = folder === 'all' || mail.folder === folder;
    const verdict = isIn ? matches(mail.facts, asked, zone) : false;
    if (verdict === undefined || verdict === got.has(id)) continue;
    if (verdict) missing++;
    wrong.push(`${verdict ? 'lacks' : 'has'} ${id} ${JSON.stringify(mail.facts).slice(0, 400)}`);
  }
  // A date that a server reads otherwise than we do, in mails of the corpus, can be set right within a page only.
  const isDated = emails.every(({ id }) => mails.get(id)?.facts.sent);
  const runs = isDated ? [emails] : pages.map((page) => page.emails);
  const total = pages[0]?.total;
  return [
    ...(wrong.length > 0 ? [`${missing} missing, ${wrong.length - missing} too many; ${wrong[0]}`] : []),
    ...(got.size < emails.length ? [`${emails.length - got.size} mails twice`] : []),
    ...(runs.every(isNewestFirst) ? [] : ['not newest first']),
    ...(total !== undefined && total !== emails.length ? [`says ${total}, gives ${emails.length}`] : []),
  ];
}

function isNewestFirst(emails: SearchResult['emails']): boolean {
  const instants = emails.map(({ date }) => Date.parse(date));
  return instants.every((at, nth) => at <= (instants[nth - 1] ?? at));
}
