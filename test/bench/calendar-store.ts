import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Radicale, startRadicale } from '../servers/radicale.ts';
import { seededEvents, seedYear } from './calendar-seed.ts';
import { Random } from './random.ts';

/** Beside the large one, of a hundredth of its events each. */
export const smallCalendars = ['private', 'club', 'travel'];
export const largeCalendar = 'work';

const owner = 'bench';

/** Gives that user of Radicale these calendars, filled. */
export function stock(
  radicale: Radicale,
  name: string,
  calendars: readonly string[],
  prepared: string,
): void {
  const home = homeOf(radicale, name);
  mkdirSync(home, { recursive: true });
  for (const calendar of calendars) execFileSync('cp', ['-a', join(prepared, calendar), home]);
}

/**
 * A folder with the calendars as Radicale keeps them, read by it once: of 10,000 events that takes it two minutes. It is
 * kept in the system's temporary folder, and made anew for other options, another year or another seeder.
 */
export async function preparedCalendars(events: number, seed: number): Promise<string> {
  const caches = join(tmpdir(), 'mailbox-bench-calendar');
  const suffix = `${seedYear}-${seederVersion()}`;
  const folder = join(caches, `${events}-${seed}-${suffix}`);
  if (existsSync(folder)) return folder;
  const outdated = existsSync(caches) ? readdirSync(caches).filter((name) => !name.endsWith(suffix)) : [];
  for (const name of outdated) rmSync(join(caches, name), { recursive: true });
  const radicale = await startRadicale({ users: [owner] });
  try {
    const random = new Random(seed);
    await fill(radicale, largeCalendar, events, random);
    for (const calendar of smallCalendars) await fill(radicale, calendar, Math.ceil(events / 100), random);
    const unfinished = `${folder}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(caches, { recursive: true });
    execFileSync('cp', ['-a', homeOf(radicale, owner), unfinished]);
    renameSync(unfinished, folder);
  } finally {
    await radicale.stop();
  }
  return folder;
}

async function fill(radicale: Radicale, calendar: string, events: number, random: Random): Promise<void> {
  radicale.makeCalendar(owner, calendar);
  radicale.seed(owner, calendar, seededEvents(events, random));
  const headers = { depth: '0', 'content-type': 'text/xml' };
  const report =
    '<sync-collection xmlns="DAV:"><sync-token/><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>';
  const { status } = await radicale.request(owner, 'REPORT', radicale.path(owner, calendar), headers, report);
  if (status !== 207) throw new Error(`Radicale does not read ${calendar}: ${status}\n${radicale.log()}`);
}

function homeOf(radicale: Radicale, name: string): string {
  return join(radicale.dir, 'store', 'collection-root', radicale.user(name).address);
}

function seederVersion(): string {
  const hash = createHash('sha256');
  for (const file of ['calendar-seed.ts', 'random.ts', 'vocabulary.ts']) {
    hash.update(readFileSync(new URL(file, import.meta.url)));
  }
  return hash.digest('hex').slice(0, 8);
}
