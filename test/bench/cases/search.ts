import type { ImapFlow } from 'imapflow';
import { compare, data, tokens, traffic } from '../measure.ts';
import type { Rig } from '../rig.ts';
import { frequentWord, rareWord } from '../seed.ts';
import { atMost, type Row } from '../table.ts';
import { topics } from '../vocabulary.ts';

interface Found {
  total?: number;
  emails: { id: string; date: string }[];
}

export async function searchCases(rig: Rig): Promise<Row[]> {
  return [
    ...(await bySubject(rig)),
    ...(await repeated(rig)),
    await overAllFolders(rig),
    await byWord(rig, frequentWord, 20),
    await byWord(rig, rareWord, 1),
    await sizeOfAHit(rig),
  ];
}

const inInbox = (subject: string | undefined) => ({ folder: 'INBOX', subject });

async function bySubject(rig: Rig): Promise<Row[]> {
  const [warmUp, counted, ...terms] = topics.slice(0, 11);
  await data(rig.server, 'search_emails', inInbox(warmUp));
  await bareSearch(rig.bare, warmUp ?? '');
  const { roundTrips } = await traffic(rig.fast, () => data(rig.server, 'search_emails', inInbox(counted)));
  const { ratio, detail } = await compare(
    terms,
    (term) => data(rig.server, 'search_emails', inInbox(term)),
    (term) => bareSearch(rig.bare, term),
  );
  return [
    atMost('search_emails by subject in INBOX, warm', 2, roundTrips, 'round trips'),
    atMost('search_emails by subject in INBOX, warm', 1.15, ratio, 'x bare imapflow', detail),
  ];
}

/** The least one has to do for the same answer: find all, read the envelopes of the newest twenty. */
async function bareSearch(imap: ImapFlow, subject: string): Promise<void> {
  const uids = (await imap.search({ subject }, { uid: true })) || [];
  await imap.fetchAll(uids.slice(-20), { uid: true, envelope: true }, { uid: true });
}

async function repeated(rig: Rig): Promise<Row[]> {
  const search = () => data(rig.server, 'search_emails', inInbox(topics[0]));
  await search();
  const { roundTrips } = await traffic(rig.fast, search);
  return [atMost('search_emails repeated', 1, roundTrips, 'round trips')];
}

async function overAllFolders(rig: Rig): Promise<Row> {
  const server = rig.spawn(rig.slow);
  await server.initialize();
  const [warmUp = '', ...terms] = topics.slice(11);
  const search = (folder: string) => (subject: string) => data(server, 'search_emails', { folder, subject });
  await search('INBOX')(warmUp);
  await search('all')(warmUp);
  const { ratio, detail } = await compare(terms, search('all'), search('INBOX'));
  await server.end();
  return atMost('search_emails over all folders, 40 ms away', 2, ratio, 'x INBOX alone', detail);
}

/** The word stands in `atLeast` mails of the last 90 days; the first page must hold as many of its size. */
async function byWord(rig: Rig, word: string, atLeast: number): Promise<Row> {
  const { ms, value } = await traffic(rig.fast, () =>
    data<Found>(rig.server, 'search_emails', { query: word }),
  );
  const row = atMost(
    `first page of a word in ${atLeast}+ texts of 90 days`,
    1000,
    ms,
    'ms',
    `${value.emails.length} mails`,
  );
  return { ...row, held: row.held && value.emails.length >= atLeast };
}

async function sizeOfAHit(rig: Rig): Promise<Row> {
  const { emails } = await data<Found>(rig.server, 'search_emails', { folder: 'INBOX', limit: 100 });
  const bytes = emails.map((hit) => Buffer.byteLength(JSON.stringify(hit)));
  const average = bytes.reduce((total, size) => total + size, 0) / emails.length;
  return atMost('a search hit on average', 50, tokens(average), 'tokens');
}
