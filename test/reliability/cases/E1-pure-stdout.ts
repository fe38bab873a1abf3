import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Case, type Effort, Tally } from '../case.ts';
import { type HostileLine, hostileLines } from '../support/hostile-lines.ts';
import { alice, atMailbox, type MailboxDesk } from '../support/mailbox-desk.ts';
import { spread } from '../support/spread.ts';

const preload = fileURLToPath(new URL('../support/preload/noise.mjs', import.meta.url));
const noises = 13;
/** Everything in it that can be made to talk talks. */
const loud = {
  LOG_LEVEL: 'debug',
  NODE_OPTIONS: `--import ${preload} --trace-warnings --trace-deprecation --pending-deprecation`,
  NODE_DEBUG: 'net,tls,http,timer,worker',
  DEBUG: '*',
};
/** A whole round of each kind of work, with what goes wrong in it. */
const round: readonly (readonly [string, Record<string, unknown>])[] = [
  ['get_folders', {}],
  ['search_emails', { limit: 5 }],
  ['search_emails', { querry: 'x' }],
  ['get_email', { id: 'INBOX/nothing-7' }],
  ['get_calendar_events', { start: '2026-03-01' }],
  ['send_email', { to: ['nobody'], subject: 'x', text: 'x' }],
  ['create_draft', { to: [alice], subject: 'Noise', text: 'x' }],
  ['get_server_status', {}],
];
const longestMs = 5000;

export const pureStdout: Case = {
  id: 'E1',
  title: 'nothing but JSON-RPC on stdout, whatever happens inside and whatever comes in',
  run: (effort) =>
    atMailbox({ env: loud, sandbox: { seed: true } }, async (desk) => {
      const tally = new Tally(effort);
      for (let nth = 0; nth < noises; nth++) tally.count(`noise-${nth}`, await noise(desk, nth));
      const slowest = await comingIn(desk, effort, tally);
      tally.count('the end', await endOf(desk));
      return tally.outcome({
        of: noises + hostileLines().length + 1,
        figure: `slowest line ${Math.round(slowest)} ms`,
      });
    }),
};

/** What libraries print and throw while calls are answered: on stderr, and the calls go on. */
async function noise(desk: MailboxDesk, nth: number): Promise<string[]> {
  const { server } = desk;
  try {
    const work = round.map(([tool, args]) => server.call(tool, args));
    process.kill(server.pid, 'SIGUSR2');
    const answers = await Promise.all(work);
    for (let waited = 0; !server.stderr.includes(`noise-${nth}`); waited += 10) {
      if (waited > longestMs) return ['it was not heard on stderr'];
      await sleep(10);
    }
    const internal = answers.filter((answer) => !answer.ok && answer.error.code === 'internal');
    return internal.map((answer) => `internal: ${JSON.stringify(answer)}`);
  } catch (error) {
    return [String(error).slice(0, 300)];
  }
}

async function comingIn(desk: MailboxDesk, { seed }: Effort, tally: Tally): Promise<number> {
  let slowest = 0;
  for (const line of spread(hostileLines(), seed)) {
    if (tally.isOver) break;
    const started = performance.now();
    tally.count(line.name, await after(desk, line));
    slowest = Math.max(slowest, performance.now() - started);
  }
  return slowest;
}

/** After a hostile line the server answers the next request at once, and a call as ever. */
async function after({ server }: MailboxDesk, { bytes }: HostileLine): Promise<string | undefined> {
  try {
    server.write(bytes);
    const started = performance.now();
    await server.request('ping');
    const answer = await server.call('search_emails', { folder: 'INBOX', limit: 1 });
    const ms = performance.now() - started;
    if (!answer.ok) return `the next call fails: ${answer.error.code}`;
    return ms > longestMs ? `the next call took ${Math.round(ms)} ms` : undefined;
  } catch (error) {
    return String(error).slice(0, 300);
  }
}

async function endOf({ server }: MailboxDesk): Promise<string | undefined> {
  const { code } = await server.end().catch((error: Error) => ({ code: error.message }));
  return code === 0 ? undefined : `ended with ${code}`;
}
