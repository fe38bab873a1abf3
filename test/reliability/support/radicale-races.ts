import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../bench/random.ts';
import { type Radicale, radicaleAvailable, startRadicale } from '../../servers/radicale.ts';
import { type McpProcess, startServer } from '../../support/mcp-client.ts';
import type { Effort, Tally } from '../case.ts';
import { ics } from './calendar-desk.ts';
import { entry } from './server.ts';

const longestWaitMs = 40;

/**
 * Another program and ours change the same event of a real Radicale at the same time, each another field and each with
 * If-Match. Resolves to what is missing where there is none.
 */
export async function radicaleRaces(effort: Effort, tally: Tally): Promise<string | undefined> {
  if (!radicaleAvailable()) return 'Radicale';
  const radicale = await startRadicale();
  try {
    radicale.makeCalendar('alice', 'work');
    const server = startServer({ ...radicale.env('alice'), MAILBOX_RATE_LIMIT: '0' }, { entry });
    await server.initialize();
    const random = new Random(effort.seed);
    const until = performance.now() + effort.budgetMs;
    for (let round = 0; round === 0 || performance.now() < until; round++) {
      await played({ radicale, server, waitMs: random.below(longestWaitMs), round }, tally);
    }
    await server.end();
  } finally {
    await radicale.stop();
  }
  return undefined;
}

interface Round {
  radicale: Radicale;
  server: McpProcess;
  waitMs: number;
  round: number;
}

async function played({ radicale, server, waitMs, round }: Round, tally: Tally): Promise<void> {
  const name = `Radicale, round ${round}: both after ${waitMs} ms`;
  const file = `r${round}.ics`;
  const lines = [
    `UID:r${round}`,
    'SUMMARY:Before',
    'LOCATION:There',
    'DTSTART:20270607T093000Z',
    'DURATION:PT1H',
  ];
  await radicale.put('alice', 'work', file, ics(lines));
  const [answer] = await Promise.all([
    server.call('update_event', { id: `work/r${round}`, title: 'Ours' }),
    sleep(waitMs).then(() => otherHand(radicale, file)),
  ]);
  const held = (await radicale.get('alice', 'work', file)) ?? '';
  const isOurs = held.includes('SUMMARY:Ours');
  const code = answer.ok ? 'ok' : answer.error.code;
  const lost = held.includes('LOCATION:Theirs') ? [] : ['their place is overwritten'];
  tally.count(name, code === 'ok' || code === 'conflict' ? lost : [...lost, `answered ${code}`]);
  if (isOurs !== answer.ok) tally.mislabelled(name, `said ${code}, and it is ${isOurs ? 'changed' : 'not'}`);
  await radicale.delete('alice', 'work', file);
}

/** A careful program: reads, changes its field, writes if nothing has happened since, else tries again. */
async function otherHand(radicale: Radicale, file: string): Promise<void> {
  const path = radicale.path('alice', 'work', file);
  for (let status = 412; status === 412; ) {
    const { text, headers } = await radicale.request('alice', 'GET', path);
    const tag = { 'if-match': headers.etag ?? '', 'content-type': 'text/calendar; charset=utf-8' };
    ({ status } = await radicale.request(
      'alice',
      'PUT',
      path,
      tag,
      text.replace('LOCATION:There', 'LOCATION:Theirs'),
    ));
  }
}
