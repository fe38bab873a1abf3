import type { FolderList, SearchResult } from '../../../src/domain/mail.ts';
import { defaultCapabilities } from '../../../src/sandbox/imap-server.ts';
import { type Case, Tally } from '../case.ts';
import { type DeedKind, deedKinds, prepared, source } from '../support/deeds.ts';
import { judge } from '../support/filing-labels.ts';
import { atMailbox, type MailboxDesk, once } from '../support/mailbox-desk.ts';
import { spread } from '../support/spread.ts';

/** What a server does without, from one thing to everything. */
const lacks: readonly (readonly string[])[] = [
  ...[
    ['MOVE'],
    ['UIDPLUS'],
    ['SPECIAL-USE'],
    ['CONDSTORE'],
    ['LIST-STATUS'],
    ['LIST-EXTENDED', 'LIST-STATUS'],
  ],
  ...[
    ['MOVE', 'UIDPLUS'],
    ['SORT', 'ESORT', 'CONTEXT=SEARCH'],
    ['ESEARCH', 'ESORT', 'CONTEXT=SEARCH'],
  ],
  ...[
    ['LITERAL+'],
    ['UNSELECT'],
    ['THREAD=REFERENCES', 'THREAD=REFS'],
    ['MOVE', 'SPECIAL-USE', 'LIST-STATUS'],
  ],
  defaultCapabilities.filter((capability) => capability !== 'IMAP4rev1'),
];

/** The step of a move by COPY that goes wrong, after which the copy has to be named. */
const halfMoves = ['UID STORE', 'UID EXPUNGE'];
const halfFaults = [{ reply: 'NO [SERVERBUG] no' }, { reply: 'OK done' }, 'drop', 'dropAfter'] as const;

export const lesserServers: Case = {
  id: 'B4',
  title: 'a server without MOVE, UIDPLUS, SPECIAL-USE, CONDSTORE, LIST-STATUS, … or all of it',
  async run(effort) {
    const tally = new Tally(effort);
    for (const without of spread(lacks, effort.seed)) {
      if (tally.isOver) break;
      const capabilities = defaultCapabilities.filter((capability) => !without.includes(capability));
      await atMailbox({ sandbox: { capabilities } }, async (desk) => {
        const name = without.length > 5 ? 'nothing but IMAP4rev1' : `without ${without.join(', ')}`;
        await everything(desk, name, without, tally);
      });
    }
    const halved = lacks.filter(copiesInstead).length * 2 * halfMoves.length * halfFaults.length;
    return tally.outcome({ of: lacks.length * (deedKinds.length + 3) + halved });
  },
};

const copiesInstead = (without: readonly string[]) =>
  without.includes('MOVE') && !without.includes('UIDPLUS');

async function everything(
  desk: MailboxDesk,
  name: string,
  without: readonly string[],
  tally: Tally,
): Promise<void> {
  await reads(desk, name, tally);
  for (const kind of deedKinds) await changed(desk, kind, name, without, tally);
  if (copiesInstead(without)) await halves(desk, name, tally);
  const blunt = desk.sandbox.imap.commands.filter((line) => /^(?:EXPUNGE|CLOSE)\b/u.test(line));
  tally.count(
    `${name}, all commands`,
    blunt.length > 0 ? `expunged what others had marked: ${blunt[0]}` : undefined,
  );
}

async function reads(desk: MailboxDesk, name: string, tally: Tally): Promise<void> {
  desk.clear();
  const ids = ['one', 'two', 'three'].map((subject, nth) => {
    const date = `Mon, 0${nth + 1} Mar 2027 10:00:00 +0100`;
    return desk.put(source, { subject, date, body: `Text of ${subject}.` }, nth === 0 ? ['\\Seen'] : []);
  });
  const { folders } = await desk.ask<FolderList>('get_folders');
  const listed = folders.find(({ path }) => path === source);
  const roles = folders.flatMap(({ role }) => role ?? []).sort();
  const isWhole = listed?.total === 3 && listed.unread === 2;
  tally.count(`${name}, folders`, [
    ...(isWhole ? [] : [`counts ${JSON.stringify(listed)}`]),
    ...(roles.join() === 'archive,drafts,inbox,junk,sent,trash' ? [] : [`roles ${roles}`]),
  ]);
  const found = await desk.ask<SearchResult>('search_emails', { query: 'text' });
  const told = found.emails.map(({ id }) => id).join();
  const isRight = told === ids.toReversed().join() && !found.incomplete;
  tally.count(`${name}, search`, isRight ? undefined : `found ${JSON.stringify(found)}`);
}

async function changed(
  desk: MailboxDesk,
  kind: DeedKind,
  name: string,
  without: readonly string[],
  tally: Tally,
): Promise<void> {
  const deed = prepared(desk, kind, 'x');
  const started = performance.now();
  const answer = await desk.call(deed.tool, deed.args);
  const ms = performance.now() - started;
  const after = desk.picture();
  judge({ input: `${name}, ${kind}`, deed, answer, after, ms, mayBeUnknown: false }, tally);
  const relocates = kind === 'move' || kind === 'trash';
  const isImpossible =
    without.includes('UIDPLUS') && (kind === 'delete' || (relocates && without.includes('MOVE')));
  const code = answer.ok ? 'ok' : answer.error.code;
  if (code !== (isImpossible ? 'unsupported' : 'ok') || JSON.stringify(answer).includes('"failed"'))
    tally.count(`${name}, ${kind}`, `not done as it could be: ${JSON.stringify(answer).slice(0, 200)}`);
}

/** COPY went well, and the original cannot be taken away. */
async function halves(desk: MailboxDesk, name: string, tally: Tally): Promise<void> {
  for (const command of halfMoves)
    for (const fault of halfFaults)
      for (const kind of ['move', 'trash'] as const) {
        const deed = prepared(desk, kind, 'y');
        desk.faults = once(command, fault);
        const started = performance.now();
        const answer = await desk.call(deed.tool, deed.args);
        desk.faults = undefined;
        const ms = performance.now() - started;
        const input = `${name}, ${kind}, ${command} ${JSON.stringify(fault)}`;
        judge({ input, deed, answer, after: desk.picture(), ms, mayBeUnknown: false }, tally);
      }
}
