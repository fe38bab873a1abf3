import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dovecotAvailable } from '../../servers/dovecot.ts';
import { radicaleAvailable } from '../../servers/radicale.ts';
import { repoRoot } from '../../support/mcp-client.ts';
import { caldavMcp } from './caldav-mcp.ts';
import { calendarTasks } from './calendar-tasks.ts';
import { emailMcp } from './email-mcp.ts';
import { type Installed, install } from './install.ts';
import { mailTasks } from './mail-tasks.ts';
import { makeMailbox } from './mailbox.ts';
import { mcpMailServer } from './mcp-mail-server.ts';
import { ourServer } from './our-server.ts';
import type { Peer } from './peer.ts';
import { formatPeers, formatScores } from './peers-table.ts';
import { PeerPlaces } from './place.ts';
import { type Result, reasonOf } from './session.ts';

const peers = [ourServer, emailMcp, mcpMailServer, caldavMcp];
const roundTripMs = 20;

/**
 * `npm run bench -- --peers`: the same work on the same servers, done by the built server and by those one can install
 * from npm. Needs Dovecot, Radicale and a registry. Resolves to whether ours was right throughout.
 */
export async function benchPeers(): Promise<boolean> {
  if (!dovecotAvailable() || !radicaleAvailable()) {
    console.error('The comparison needs Dovecot 2.3, Radicale 3 and openssl.');
    return false;
  }
  const home = mkdtempSync(join(tmpdir(), 'mailbox-bench-peers-'));
  const contestants = peers.map((peer, index) => ({ peer, user: `peer${index}` }));
  const mailbox = makeMailbox();
  const users = contestants.map(({ user }) => user);
  const places = await PeerPlaces.open(users, mailbox, roundTripMs);
  const results: Result[] = [];
  const notes = [
    `${roundTripMs} ms a round trip. Tokens are those of the answer, at the start those of the list of tools.`,
  ];
  try {
    for (const { peer, user } of contestants) {
      const label = labelOf(peer);
      console.error(`${label} ...`);
      const installed = await prepare(peer, home).catch(reasonOf);
      if (typeof installed === 'string') {
        results.push({ task: 'install', server: label, verdict: { kind: 'failed', reason: installed } });
        continue;
      }
      notes.push(...installed.notes.map((note) => `${label} ${note}`));
      const stage = { peer, label, entry: installed.entry, home, user, places, mailbox };
      results.push(...(await mailTasks(stage)), ...(await calendarTasks(stage)));
    }
  } finally {
    await places.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
  console.log(`${formatPeers(results)}\n\n${notes.join('\n')}\n\n${formatScores(results)}`);
  const ours = results.filter(({ server }) => server === labelOf(ourServer));
  return ours.every(({ verdict }) => verdict.kind === 'right');
}

async function prepare({ name, npm }: Peer, home: string): Promise<Installed> {
  return npm ? await install(name, npm, home) : { entry: `${repoRoot}dist/main.js`, notes: [] };
}

function labelOf({ name, npm }: Peer): string {
  const own = () => JSON.parse(readFileSync(`${repoRoot}package.json`, 'utf8')) as { version: string };
  return `${name} ${npm?.version ?? own().version}`;
}
