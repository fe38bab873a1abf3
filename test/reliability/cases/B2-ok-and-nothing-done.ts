import type { Fault, FaultEvent } from '../../../src/sandbox/faults.ts';
import { defaultCapabilities } from '../../../src/sandbox/imap-server.ts';
import { type Case, type Effort, Tally } from '../case.ts';
import { commandsOf, type Deed, type DeedKind, deedKinds, prepared } from '../support/deeds.ts';
import { judge } from '../support/filing-labels.ts';
import { judgeFolders } from '../support/folder-labels.ts';
import { atMailbox, type MailboxDesk, once } from '../support/mailbox-desk.ts';
import { spread } from '../support/spread.ts';

/** What the server does with a command that changes something. */
const lies = [
  ...(['OK', 'OK every time', 'OK with a code', 'OK, then gone', 'OK [READ-ONLY]', 'done, and NO'] as const),
  ...(['NO', 'NO [SERVERBUG]', 'NO [OVERQUOTA]', 'NO [EXPUNGEISSUED]', 'NO [UIDNOTSTICKY]', 'BAD'] as const),
  ...(['BYE', 'drop', 'drop after', 'drop after and dark', 'dark'] as const),
];
type Lie = (typeof lies)[number];

interface Input {
  kind: DeedKind;
  command: string;
  lie: Lie;
}

/** Then nobody can look any more, and the truth is not to be had. */
const dark: ReadonlySet<Lie> = new Set(['drop after and dark', 'dark']);
const ways = [
  { name: 'MOVE', hasMove: true, capabilities: defaultCapabilities },
  {
    name: 'COPY',
    hasMove: false,
    capabilities: defaultCapabilities.filter((capability) => capability !== 'MOVE'),
  },
];

export const okAndNothingDone: Case = {
  id: 'B2',
  title: 'the server says OK and does nothing, does it and says NO, or goes away',
  async run(effort) {
    const tally = new Tally(effort);
    let unknown = 0;
    await Promise.all(
      ways.map(({ name, hasMove, capabilities }) =>
        atMailbox({ sandbox: { capabilities } }, async (desk) => {
          unknown += await sweep(desk, name, inputsOf(hasMove), effort, tally);
        }),
      ),
    );
    await judgeFolders(effort, tally);
    const of = ways.reduce((sum, { hasMove }) => sum + inputsOf(hasMove).length, 0);
    return tally.outcome({ of: Math.max(of, tally.inputs), figure: `${unknown} rightly unknown` });
  },
};

function inputsOf(hasMove: boolean): Input[] {
  const kinds = hasMove ? deedKinds : (['move', 'trash'] as const);
  return kinds.flatMap((kind) =>
    commandsOf(kind, hasMove).flatMap((command) =>
      // APPENDUID is the proof itself (RFC 4315 §3).
      lies
        .filter((lie) => command !== 'APPEND' || lie !== 'OK with a code')
        .map((lie) => ({ kind, command, lie })),
    ),
  );
}

async function sweep(
  desk: MailboxDesk,
  way: string,
  inputs: Input[],
  effort: Effort,
  tally: Tally,
): Promise<number> {
  const clock = new Tally({ ...effort, budgetMs: effort.budgetMs * 0.7 });
  let unknown = 0;
  for (const [nth, input] of spread(inputs, effort.seed).entries()) {
    if (clock.isOver) break;
    const { kind, command, lie } = input;
    const deed = prepared(desk, kind, `w${nth}`);
    desk.faults = faultOf(desk, deed, input);
    const started = performance.now();
    const answer = await desk.call(deed.tool, deed.args);
    const ms = performance.now() - started;
    desk.faults = undefined;
    desk.rewrite = undefined;
    const name = `${way}, ${kind}, ${command}: ${lie}`;
    if (JSON.stringify(answer).includes('unknown_outcome')) unknown++;
    judge({ input: name, deed, answer, after: desk.picture(), ms, mayBeUnknown: dark.has(lie) }, tally);
    const ill = await desk.heals();
    if (ill) tally.count(`after ${name}`, ill);
  }
  return unknown;
}

function faultOf(desk: MailboxDesk, deed: Deed, { command, lie }: Input) {
  const simple: Partial<Record<Lie, Fault>> = {
    OK: { reply: 'OK done' },
    'OK with a code': { reply: `OK [${codeOf(desk, deed, command)}] done` },
    'OK [READ-ONLY]': { reply: 'OK [READ-ONLY] done' },
    NO: { reply: 'NO sorry' },
    'NO [SERVERBUG]': { reply: 'NO [SERVERBUG] no' },
    'NO [OVERQUOTA]': { reply: 'NO [OVERQUOTA] full' },
    'NO [EXPUNGEISSUED]': { reply: 'NO [EXPUNGEISSUED] some are gone' },
    'NO [UIDNOTSTICKY]': { reply: 'NO [UIDNOTSTICKY] cannot' },
    BAD: { reply: 'BAD what' },
    BYE: { reply: '* BYE going down' },
    drop: 'drop',
    'drop after': 'dropAfter',
  };
  const fault = simple[lie];
  if (fault) return once(command, fault);
  if (lie === 'done, and NO') return doneAndNo(desk, command);
  let struck = false;
  return (event: FaultEvent): Fault | undefined => {
    const isIt = event.command === command;
    if (lie === 'OK every time') return isIt ? { reply: 'OK done' } : undefined;
    if (struck) {
      if (lie === 'OK, then gone') struck = false;
      return 'drop';
    }
    struck = isIt;
    if (!isIt) return undefined;
    return lie === 'dark' ? 'drop' : lie === 'OK, then gone' ? { reply: 'OK done' } : 'dropAfter';
  };
}

/** COPYUID and APPENDUID as they would be, had it been done. */
function codeOf(desk: MailboxDesk, { ids, target = 'To' }: Deed, command: string): string {
  const { uidValidity, uidNext } = desk.folder(target);
  if (command === 'APPEND') return `APPENDUID ${uidValidity} ${uidNext}`;
  const uids = ids.map((id) => id.slice(id.lastIndexOf('-') + 1)).join(',');
  return `COPYUID ${uidValidity} ${uids} ${uidNext}:${uidNext + ids.length - 1}`;
}

/** The one command is carried out, and its answer turned round on the way. */
function doneAndNo(desk: MailboxDesk, command: string) {
  const words = {
    'UID MOVE': 'Move',
    'UID COPY': 'Copy',
    'UID STORE': 'Store',
    'UID EXPUNGE': 'Expunge',
    APPEND: 'Append',
  }[command];
  let left = 1;
  desk.rewrite = (text) =>
    text.replace(new RegExp(`^(\\w+) OK (?:\\[[^\\]]*\\] )?(${words} completed)`, 'mu'), (line, tag, rest) =>
      left-- > 0 ? `${tag} NO [SERVERBUG] ${rest}` : line,
    );
  return undefined;
}
