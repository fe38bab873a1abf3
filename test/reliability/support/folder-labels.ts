import type { Fault } from '../../../src/sandbox/faults.ts';
import type { ToolOutcome } from '../../support/mcp-client.ts';
import { type Effort, Tally } from '../case.ts';
import { atMailbox, type MailboxDesk, once } from './mailbox-desk.ts';

const changes = [
  { tool: 'create_directory', command: 'CREATE', args: { path: 'New' }, there: ['New'], gone: [] },
  {
    tool: 'rename_directory',
    command: 'RENAME',
    args: { path: 'Old', newPath: 'New' },
    there: ['New'],
    gone: ['Old'],
  },
  { tool: 'delete_directory', command: 'DELETE', args: { path: 'Old' }, there: [], gone: ['Old'] },
];

const faults: Record<string, Fault> = {
  OK: { reply: 'OK done' },
  NO: { reply: 'NO [SERVERBUG] no' },
  BAD: { reply: 'BAD what' },
  BYE: { reply: '* BYE going down' },
  drop: 'drop',
  'drop after': 'dropAfter',
};

/** Folders made, renamed and deleted on a server that lies about it. */
export async function judgeFolders(effort: Effort, tally: Tally): Promise<void> {
  const clock = new Tally({ ...effort, budgetMs: effort.budgetMs * 0.3 });
  await atMailbox({}, async (desk) => {
    for (const change of changes)
      for (const [name, fault] of Object.entries(faults)) {
        if (clock.isOver) return;
        desk.clear();
        if (change.gone.length > 0) desk.folder('Old');
        desk.faults = once(change.command, fault);
        const answer = await desk.call(change.tool, change.args);
        desk.faults = undefined;
        judgeFolder(`${change.command}: ${name}`, desk, change, answer, tally);
      }
  });
}

function judgeFolder(
  input: string,
  desk: MailboxDesk,
  { there, gone }: (typeof changes)[number],
  answer: ToolOutcome<unknown>,
  tally: Tally,
): void {
  const has = (path: string) => desk.account.find(path) !== undefined;
  const isDone = there.every(has) && !gone.some(has);
  const code = answer.ok ? 'ok' : answer.error.code;
  tally.count(input, ['internal', 'unknown_outcome'].includes(code) ? code : undefined);
  if ((code === 'ok') !== isDone && code !== 'unknown_outcome')
    tally.mislabelled(input, `${code}, and it is ${isDone ? '' : 'not '}done`);
}
