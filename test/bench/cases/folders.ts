import { data, traffic } from '../measure.ts';
import type { Rig } from '../rig.ts';
import { atMost, type Row } from '../table.ts';

interface Found {
  emails: { id: string }[];
}

export async function folderCases(rig: Rig): Promise<Row[]> {
  return [await counts(rig), await alternating(rig)];
}

async function counts(rig: Rig): Promise<Row> {
  const first = await traffic(rig.fast, () => data(rig.server, 'get_folders'));
  const second = await traffic(rig.fast, () => data(rig.server, 'get_folders'));
  return atMost(
    'get_folders with counts, warm',
    1,
    Math.max(first.roundTrips, second.roundTrips),
    'round trips',
  );
}

/** Counts SELECT and EXAMINE where they can be read: in plain text on loopback. */
async function alternating(rig: Rig): Promise<Row> {
  const server = rig.spawn(rig.plain);
  await server.initialize();
  const list = (folder: string) => data<Found>(server, 'search_emails', { folder, limit: 10 });
  const [inbox, archive] = [await list('INBOX'), await list('Archive')];
  rig.plain.reset();
  for (const [index, { id }] of inbox.emails.entries()) {
    await data(server, 'get_email', { id });
    await data(server, 'get_email', { id: archive.emails[index]?.id });
  }
  const commands = rig.plain.commands();
  if (commands.length === 0) throw new Error('No command was seen in plain text.');
  const selects = commands.filter((line) => /^\S+ (SELECT|EXAMINE) /i.test(line));
  await server.end();
  return atMost('20 reads alternating between two folders', 2, selects.length, 'SELECTs');
}
