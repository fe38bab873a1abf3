import { setTimeout as sleep } from 'node:timers/promises';
import { data, median, traffic } from '../measure.ts';
import type { Rig } from '../rig.ts';
import { attachmentsFolder } from '../seed.ts';
import { atMost, type Row } from '../table.ts';
import { topics } from '../vocabulary.ts';

/** Flags, and what the server can do: asked first, since it tells at once that the line is alive. */
const mostBytes = 800;
/** In which the first five mails found are fetched ahead. */
const pauseMs = 1_000;

interface Found {
  emails: { id: string; subject: string }[];
}

export async function readCases(rig: Rig): Promise<Row[]> {
  const read = (id: string | undefined) => traffic(rig.fast, () => data(rig.server, 'get_email', { id }));
  const { emails } = await data<Found>(rig.server, 'search_emails', { folder: 'INBOX', subject: topics[3] });
  const listed = await read(emails[4]?.id);
  const repeated = await read(emails[4]?.id);
  const unlisted = await read(earlier(emails[4]?.id ?? '', 333));
  const huge = await data<Found>(rig.server, 'search_emails', { folder: attachmentsFolder, subject: 'huge' });
  const withAttachment = await read(huge.emails[0]?.id);
  const found = await data<Found>(rig.server, 'search_emails', { folder: 'INBOX', subject: topics[4] });
  await sleep(pauseMs);
  const ahead = [];
  for (const { id } of found.emails.slice(0, 5)) ahead.push(await read(id));
  const trips = median(ahead.map(({ roundTrips }) => roundTrips));
  const bytes = median(ahead.map(({ bytesDown }) => bytesDown));
  return [
    atMost('get_email just listed', 1, listed.roundTrips, 'round trips'),
    atMost('get_email of the first five, a second after', 1, trips, 'round trips'),
    atMost('… and their texts are there', mostBytes, bytes, 'bytes read', `${listed.bytesDown} when at once`),
    atMost('get_email of any id in the open folder', 2, unlisted.roundTrips, 'round trips'),
    atMost('get_email with a 20 MB attachment', 100, withAttachment.bytesDown / 1000, 'kB read'),
    atMost('get_email repeated', 1, repeated.roundTrips, 'round trips'),
    atMost('get_email repeated: flags, no body', mostBytes, repeated.bytesDown, 'bytes read'),
  ];
}

/** The id of a message this many UIDs before (the form of ids: design "Ids"). */
function earlier(id: string, distance: number): string {
  return id.replace(/\d+$/, (uid) => String(Math.max(1, Number(uid) - distance)));
}
