import { data } from '../measure.ts';
import type { Rig } from '../rig.ts';
import { atMost, type Row } from '../table.ts';
import { topics } from '../vocabulary.ts';

/** Fifty calls of every kind at once, and what the process holds after all the cases. Run it last. */
export async function loadCases(rig: Rig): Promise<Row[]> {
  const listed = await data<{ emails: { id: string }[] }>(rig.server, 'search_emails', {
    folder: 'INBOX',
    limit: 20,
  });
  rig.fast.reset();
  const calls = [
    ...topics.map((topic) =>
      rig.server.call('search_emails', { folder: 'INBOX', subject: topic, unread: true }),
    ),
    ...listed.emails.map(({ id }) => rig.server.call('get_email', { id })),
    ...Array.from({ length: 10 }, () => rig.server.call('get_folders')),
  ];
  const outcomes = await Promise.allSettled(calls);
  const right = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value.ok).length;
  return [
    { work: '50 calls at once', reach: '50 right', measured: `${right} right`, held: right === 50 },
    atMost('50 calls at once', 2, rig.fast.traffic.connections.max, 'connections'),
    atMost('memory after all this', 110, rig.server.rssBytes() / 1e6, 'MB resident'),
  ];
}
