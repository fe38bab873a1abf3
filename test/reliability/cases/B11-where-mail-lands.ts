import type { DeletedMail, MovedMail } from '../../../src/domain/filing.ts';
import { defaultCapabilities } from '../../../src/sandbox/imap-server.ts';
import { type Case, type Effort, Tally } from '../case.ts';
import { type Layout, layouts } from '../support/folder-layouts.ts';
import { atMailbox, type MailboxDesk } from '../support/mailbox-desk.ts';
import { spread } from '../support/spread.ts';

interface Task {
  name: string;
  from: string;
  tool: 'move_email' | 'delete_email';
  args: Record<string, unknown>;
  /** Where the mails must be then; absent when there is no such place: then they must not move. */
  to?: string | undefined;
  /** They are to be nowhere. */
  isFinal?: boolean;
}

const bystander = 'bystander';
const untold = defaultCapabilities.filter((capability) => capability !== 'SPECIAL-USE');

export const whereMailLands: Case = {
  id: 'B11',
  title:
    'archive, delete and spam land where they say on every layout of folders, and nothing is final unasked',
  async run(effort) {
    const tally = new Tally(effort);
    const kinds = [...new Set(layouts.map(kindOf))];
    const groups = kinds.map((kind) => layouts.filter((layout) => kindOf(layout) === kind));
    await Promise.all(groups.map((group) => atLayouts(group, effort, tally)));
    const of = layouts.reduce((sum, layout) => sum + tasksOf(layout).length, 0);
    return tally.outcome({ of });
  },
};

function kindOf({ separator, tells }: Layout): string {
  return `${separator} ${tells}`;
}

/** Layouts of one kind of server. */
async function atLayouts(group: readonly Layout[], effort: Effort, tally: Tally): Promise<void> {
  const { separator = '/', tells = true } = group[0] ?? {};
  const sandbox = { separator, ...(tells ? {} : { capabilities: untold }) };
  await atMailbox({ sandbox }, async (desk) => {
    const inputs = group.flatMap((layout) => tasksOf(layout).map((task) => ({ layout, task })));
    for (const { layout, task } of spread(inputs, effort.seed)) {
      if (tally.isOver) break;
      build(desk, layout);
      await desk.ask('get_folders');
      await carryOut(desk, layout, task, tally);
    }
  });
}

function tasksOf({ archive, junk, trash, folders }: Layout): Task[] {
  const move = (name: string, from: string, folder: string, to: string | undefined): Task => {
    return { name, from, tool: 'move_email', args: { folder }, to };
  };
  const remove = (from: string, to: string | undefined): Task => {
    return { name: `delete from ${from}`, from, tool: 'delete_email', args: {}, to };
  };
  const work = Object.keys(folders).find((path) => path.endsWith('Work')) ?? 'INBOX';
  const below = Object.keys(folders).filter((path) => trash && path !== trash && path.startsWith(trash));
  return [
    move('archive', 'INBOX', 'archive', archive),
    move('archive', work, 'archive', archive),
    move('spam', 'INBOX', 'junk', junk),
    move('to trash', 'INBOX', 'trash', trash),
    ...(junk ? [move('not spam', junk, 'inbox', 'INBOX'), remove(junk, trash)] : []),
    ...(archive ? [move('back', archive, 'inbox', 'INBOX'), remove(archive, trash)] : []),
    ...['INBOX', work, ...below].map((from) => remove(from, trash)),
    ...(trash ? [{ ...remove(trash, undefined), isFinal: true }] : []),
    { ...remove('INBOX', undefined), name: 'delete for good', args: { permanent: true }, isFinal: true },
    ...Object.keys(folders).map((path) => move(`to ${path}`, 'INBOX', path, path)),
  ];
}

/** The mailbox of that layout, with a mail in each folder that is nobody's business. */
function build(desk: MailboxDesk, { folders }: Layout): void {
  const { account } = desk;
  for (const [path, mailbox] of [...account.folders]) {
    mailbox.expunge(mailbox.messages);
    if (path !== 'INBOX') account.folders.delete(path);
  }
  for (const [path, use] of Object.entries(folders)) {
    account.create(path, { subscribed: true, ...(use === '' ? {} : { specialUse: use }) });
  }
  for (const path of account.folders.keys()) desk.put(path, { subject: bystander }, ['\\Deleted']);
}

async function carryOut(desk: MailboxDesk, layout: Layout, task: Task, tally: Tally): Promise<void> {
  const { from, tool, args, to, isFinal = false } = task;
  const subjects = ['first', 'second'];
  const ids = subjects.map((subject) => desk.put(from, { subject }));
  const answer = await desk.call<MovedMail & DeletedMail>(tool, { ids, ...args });
  const input = `${layout.name}, ${task.name} (${from})`;
  const done = answer.ok ? (answer.data.moved ?? answer.data.trashed ?? answer.data.deleted ?? []).length : 0;
  const expected = isFinal ? [] : [to ?? from];
  const isFine = answer.ok ? isFinal || to !== undefined : to === undefined && !isFinal;
  const wrong = isFine ? [] : [JSON.stringify(answer.ok ? answer.data : answer.error)];
  const standing = [...desk.picture().values()];
  for (const subject of subjects) {
    const places = standing.filter((mail) => mail.subject === subject).map(({ folder }) => folder);
    if (places.join() === expected.join()) continue;
    const line = `${subject} is in ${places.join(' and ') || 'no folder'}, not in ${expected.join() || 'none'}`;
    if (done > 0 || places.length === 0) tally.mislabelled(input, line);
    else wrong.push(line);
  }
  if (answer.ok && isFinal !== (answer.data.deleted?.length === 2)) wrong.push('final is not called deleted');
  const disturbed = [...desk.account.folders.keys()].filter(
    (path) => !standing.some((mail) => mail.folder === path && mail.subject === bystander),
  );
  wrong.push(...disturbed.map((path) => `the other mail in ${path} is gone`));
  tally.count(input, wrong);
}
