import { watched } from '../../reliability/support/lag.ts';
import { entry } from '../../reliability/support/server.ts';
import { type Dovecot, startDovecot } from '../../servers/dovecot.ts';
import { letter } from '../../support/letters.ts';
import { type McpProcess, startServer } from '../../support/mcp-client.ts';
import { startProxy, type TcpProxy } from '../../support/proxy.ts';
import { atMost, type Row } from '../table.ts';

const users = ['one', 'two', 'three'];
const callsAtOnce = 50;
const mails = 200;
const mostConnections = 4;

/** One account: its server process, its line to Dovecot, its mails. */
interface Seat {
  server: McpProcess;
  line: TcpProxy;
  ids: string[];
}

interface Timed {
  seat: number;
  ms: number;
  /** What went wrong; empty when nothing did. */
  error: string;
}

/** Fifty calls of every kind at once, on three accounts with a server each: nobody fails, nobody starves. */
export async function accountsCases(): Promise<Row[]> {
  const dovecot = await startDovecot();
  const seats: Seat[] = [];
  try {
    for (const user of users) seats.push(await seated(dovecot, user));
    for (const { line } of seats) line.reset();
    const all = Array.from({ length: callsAtOnce }, (_, nth) => nth);
    const watching = seats.map((seat, at) => {
      const own = all.filter((nth) => nth % seats.length === at);
      return watched(seat.server, () => Promise.all(own.map((nth) => timedCall(seat, at, nth))));
    });
    const seen = await Promise.all(watching);
    const timed = seen.flatMap(({ result }) => result);
    return rows(seats, timed, Math.max(...seen.map(({ lagMs }) => lagMs)));
  } finally {
    for (const { server, line } of seats) {
      await server.end();
      await line.close();
    }
    await dovecot.stop();
  }
}

async function seated(dovecot: Dovecot, user: string): Promise<Seat> {
  const raws = Array.from({ length: mails }, (_, nth) => ({
    raw: letter({ subject: `Mail ${nth} of ${user}`, body: `Text ${nth}.\r\n`.repeat(30) }),
  }));
  await dovecot.deliverAll(user, 'INBOX', raws);
  for (const folder of ['Drafts', 'Archive']) await dovecot.createFolder(user, folder);
  const line = await startProxy({ targetPort: dovecot.imapsPort });
  const server = startServer({ ...dovecot.mailEnv(user), MAILBOX_IMAP_PORT: String(line.port) }, { entry });
  await server.initialize();
  const found = await server.call<{ emails: { id: string }[] }>('search_emails', {
    folder: 'INBOX',
    limit: 50,
  });
  if (!found.ok) throw new Error(`${user}: ${JSON.stringify(found.error)}`);
  return { server, line, ids: found.data.emails.map(({ id }) => id) };
}

async function timedCall({ server, ids }: Seat, seat: number, nth: number): Promise<Timed> {
  const id = ids[nth] ?? '';
  const works: readonly (readonly [string, Record<string, unknown>])[] = [
    ['get_email', { id }],
    ['search_emails', { query: `Mail ${nth}` }],
    ['mark_email', { ids: [id], add: ['flagged'] }],
    ['get_folders', {}],
    ['move_email', { ids: [id], folder: 'archive' }],
    ['get_email_thread', { id: ids[0] ?? '' }],
    ['create_draft', { to: ['bob@rig.test'], subject: `Draft ${nth}`, text: 'x' }],
  ];
  const work = works[Math.floor(nth / users.length) % works.length];
  if (!work) throw new Error('no work');
  const started = performance.now();
  const answer = await server.call(...work);
  const failed = answer.ok ? (answer.data.failed ?? answer.data.incomplete ?? '') : answer.error;
  return { seat, ms: performance.now() - started, error: failed === '' ? '' : JSON.stringify(failed) };
}

function rows(seats: readonly Seat[], timed: readonly Timed[], lagMs: number): Row[] {
  const work = `${callsAtOnce} mixed calls at once, ${seats.length} accounts`;
  const errors = timed.flatMap(({ error }) => (error === '' ? [] : [error]));
  const slowest = seats.map((_, at) =>
    Math.max(...timed.filter(({ seat }) => seat === at).map(({ ms }) => ms)),
  );
  const most = Math.max(...seats.map(({ line }) => line.traffic.connections.max));
  return [
    { work, reach: 'no error', measured: errors[0] ?? 'no error', held: errors.length === 0 },
    atMost(`${work}: each account`, mostConnections, most, 'connections'),
    atMost(
      `${work}: 95 %`,
      2000,
      percentile(
        timed.map(({ ms }) => ms),
        0.95,
      ),
      'ms',
    ),
    atMost(
      `${work}: last account behind the first`,
      2,
      Math.max(...slowest) / Math.min(...slowest),
      'times as late',
    ),
    atMost(`${work}: a ping waits`, 100, lagMs, 'ms at most'),
  ];
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
