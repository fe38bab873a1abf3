import { isSame, judgeList, judgeText } from './judge.ts';
import type { KnownMail } from './mailbox.ts';
import type { ListedMail, MailTools } from './peer.ts';
import type { Result, Session } from './session.ts';
import { type Stage, sessionOn } from './stage.ts';
import { trustTask } from './trust-task.ts';

const pageSize = 10;

/** Everything a server is asked about mail, in this order. */
export async function mailTasks(stage: Stage): Promise<Result[]> {
  const { peer, label, places } = stage;
  if (!peer.mail) return [{ task: 'mail', server: label, verdict: { kind: 'unclaimed' } }];
  const session = sessionOn(stage, places.imap);
  try {
    const begun = await session.begin('mail: start, list of tools, first answer', peer.mail.first);
    if (begun.verdict.kind === 'failed') return [begun];
    const results = [begun, ...(await withSession(stage, session, peer.mail))];
    const task = 'mail: an unknown certificate';
    return [...results, await trustTask(stage, task, places.imap, peer.mail.first)];
  } finally {
    await session.end();
  }
}

async function withSession(stage: Stage, session: Session, tools: MailTools): Promise<Result[]> {
  const { mailbox, places, user } = stage;
  const { mails, latest, moved } = mailbox;
  const lists = new Lists(session, tools);
  const results = [await lists.attempt(`${pageSize} newest of ${mails.length}`, mails)];
  for (const { kind, mail } of mailbox.readings) {
    const id = lists.idOf(mail);
    const judge = (answer: string) => judgeText(tools.readText(answer), mail);
    const task = `read: ${kind}`;
    if (id === undefined) results.push(session.failed(task, 'not in its own list'));
    else results.push(await session.attempt(task, tools.read(id), judge));
  }
  const { sender, fromSender, word, withWord } = mailbox;
  const bySender = await session.attempt('search: a sender', tools.searchSender?.(sender), (answer) =>
    judgeList(tools.readList(answer), newestFirst(fromSender)),
  );
  const byWord = await session.attempt('search: a word with umlaut', tools.searchText?.(word), (answer) =>
    judgeList(tools.readList(answer), newestFirst(withWord)),
  );
  await places.put(user, latest);
  const afterLatest = await lists.attempt(`${pageSize} newest, a mail just arrived`, [...mails, latest]);
  await places.put(user, moved);
  // So that one that notices changes late is judged by its order here, not by luck.
  await session.attempt('noticing', tools.first, () => []);
  const afterMoved = await lists.attempt(`${pageSize} newest, an old mail moved in`, [...mails, latest]);
  return [...results, bySender, byWord, afterLatest, afterMoved];
}

/** Lists the newest mails, and remembers their ids. */
class Lists {
  #listed: ListedMail[] = [];
  readonly #session: Session;
  readonly #tools: MailTools;

  constructor(session: Session, tools: MailTools) {
    this.#session = session;
    this.#tools = tools;
  }

  async attempt(task: string, mails: readonly KnownMail[]): Promise<Result> {
    return await this.#session.attempt(task, this.#tools.list(pageSize), (answer) => {
      this.#listed = this.#tools.readList(answer);
      return judgeList(this.#listed, newestFirst(mails).slice(0, pageSize));
    });
  }

  idOf(mail: KnownMail): string | undefined {
    return this.#listed.find((listed) => isSame(listed, mail))?.id;
  }
}

function newestFirst(mails: readonly KnownMail[]): KnownMail[] {
  return [...mails].reverse();
}
