import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { dovecotAvailable } from '../servers/dovecot.ts';
import { postfixAvailable } from '../servers/postfix.ts';
import { radicaleAvailable } from '../servers/radicale.ts';
import { repoRoot } from '../support/mcp-client.ts';
import { CalendarRig } from './calendar-rig.ts';
import { calendarCases } from './cases/calendar.ts';
import { changeCounts, changeTimes } from './cases/change.ts';
import { downloadCases } from './cases/download.ts';
import { folderCases } from './cases/folders.ts';
import { loadCases } from './cases/load.ts';
import { accountsCases } from './cases/load-accounts.ts';
import { faultCases, soakCases } from './cases/load-faults.ts';
import { readCases } from './cases/read.ts';
import { searchCases } from './cases/search.ts';
import { farSendTimes, sendCounts, sendTimes } from './cases/send.ts';
import { startCases } from './cases/start.ts';
import { benchPeers } from './peers/run-peers.ts';
import { PostRig } from './post-rig.ts';
import { Rig } from './rig.ts';
import { formatTable, type Row } from './table.ts';

// `npm run bench`: the built server on a real Dovecot, against the figures it promises for 100,000 messages.
// `npm run bench -- --messages 5000` is quick, but next to so small a folder every fixed cost looks large.
// `--only reading`, `--only writing`, `--only calendar` and `--only load` run a part of it, `--only soak` what nothing else
// runs; `--minutes` is for these two; `--peers` runs other servers beside ours.
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '100000' },
    events: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '42' },
    only: { type: 'string' },
    minutes: { type: 'string' },
    peers: { type: 'boolean', default: false },
  },
});

const farRoundTripMs = 20;

process.exitCode = await bench(Number(values.messages), Number(values.seed));
// Left to itself Node 20 may spin for ever over a handle that does not close.
process.once('beforeExit', () => process.exit());

async function bench(messages: number, seed: number): Promise<number> {
  if (values.only !== 'calendar' && !dovecotAvailable()) {
    console.error('The bench needs Dovecot 2.3 and openssl.');
    return 1;
  }
  if (spawnSync('npm', ['run', '--silent', 'build'], { cwd: repoRoot, stdio: 'inherit' }).status !== 0)
    return 1;
  if (values.peers) return (await benchPeers()) ? 0 : 1;
  const isWanted = (part: string) => values.only === undefined || values.only === part;
  const rows = [
    ...(isWanted('reading') ? await reading(messages, seed) : []),
    ...(isWanted('writing') ? await writing() : []),
    ...(isWanted('calendar') ? await calendar(Number(values.events), seed) : []),
    ...(isWanted('load') ? await load(seed) : []),
    ...(values.only === 'soak' ? await soakCases(Number(values.minutes ?? 20), seed) : []),
  ];
  console.log(formatTable(rows));
  const broken = rows.filter(({ held }) => !held).length;
  console.log(`\n${rows.length - broken} of ${rows.length} held`);
  return broken === 0 ? 0 : 1;
}

async function reading(messages: number, seed: number): Promise<Row[]> {
  console.error(`Preparing ${messages.toLocaleString('en')} messages ...`);
  const rig = await Rig.open({ messages, seed });
  const rows: Row[] = [];
  try {
    // The start comes first, on a quiet machine; the load last, since it measures what all before has left.
    for (const cases of [startCases, searchCases, readCases, folderCases, downloadCases, loadCases]) {
      rows.push(...(await cases(rig)));
    }
  } finally {
    await rig.close();
  }
  return rows;
}

async function writing(): Promise<Row[]> {
  if (!postfixAvailable()) {
    console.error('LEFT OUT: sending and filing. They need Postfix 3 and root.');
    return [];
  }
  const times = await withRig(PostRig.open({ direct: true }), async (rig) => [
    ...(await sendTimes(rig)),
    ...(await changeTimes(rig)),
  ]);
  const counts = await withRig(PostRig.open(), async (rig) => [
    ...(await sendCounts(rig)),
    ...(await changeCounts(rig)),
  ]);
  const far = await withRig(PostRig.open({ roundTripMs: farRoundTripMs }), (rig) =>
    farSendTimes(rig, farRoundTripMs),
  );
  return [...times, ...counts, ...far];
}

async function calendar(events: number, seed: number): Promise<Row[]> {
  if (!radicaleAvailable()) {
    console.error('LEFT OUT: the calendar. It needs Radicale 3.');
    return [];
  }
  console.error(`Preparing ${events.toLocaleString('en')} events ...`);
  return await withRig(CalendarRig.open(events, seed), calendarCases);
}

async function load(seed: number): Promise<Row[]> {
  return [...(await accountsCases()), ...(await faultCases(Number(values.minutes ?? 5), seed))];
}

async function withRig<R extends { close(): Promise<void> }>(
  opening: Promise<R>,
  cases: (rig: R) => Promise<Row[]>,
): Promise<Row[]> {
  const rig = await opening;
  try {
    return await cases(rig);
  } finally {
    await rig.close();
  }
}
