import type { MarkedMail, MovedMail } from '../../../src/domain/filing.ts';
import { compare, data } from '../measure.ts';
import { type PostRig, pile } from '../post-rig.ts';
import { atMost, type Row } from '../table.ts';

const { folder, target, batch } = pile;

/** Five hundred mails of one folder at a time, against the bare command. */
export async function changeTimes(rig: PostRig): Promise<Row[]> {
  return [await markTime(rig), await moveTime(rig)];
}

/** What that asks of the server. */
export async function changeCounts(rig: PostRig): Promise<Row[]> {
  const mark = await marking(rig);
  const move = await moving(rig);
  for (const change of ['add', 'remove'] as const) await mark(change);
  const marked = await rig.roundTrips(['imap'], () => mark('add'));
  for (const to of [target, folder]) await move(to);
  const moved = await rig.roundTrips(['imap'], () => move(target));
  return [
    atMost('500 mails marked: IMAP', 3, marked.imap, 'round trips'),
    atMost('500 mails moved: IMAP', 3, moved.imap, 'round trips'),
  ];
}

/** Ids of the first mails, in the form the server gives them (design "Ids"). */
async function firstIds(rig: PostRig): Promise<string[]> {
  const { emails } = await data<{ emails: { id: string }[] }>(rig.server, 'search_emails', {
    folder,
    limit: 1,
  });
  const prefix = emails[0]?.id.replace(/\d+$/, '') ?? '';
  return rig.uids.slice(0, batch).map((uid) => `${prefix}${uid}`);
}

async function marking(rig: PostRig) {
  const ids = await firstIds(rig);
  return async (change: 'add' | 'remove') => {
    const { updated } = await data<MarkedMail>(rig.server, 'mark_email', { ids, [change]: ['flagged'] });
    if (updated.length !== batch) throw new Error(`${updated.length} of ${batch} were marked.`);
  };
}

async function markTime(rig: PostRig): Promise<Row> {
  const mark = await marking(rig);
  const own = rig.uids.slice(batch, 2 * batch);
  const range = `${own[0]}:${own.at(-1)}`;
  await rig.bare.imap.mailboxOpen(folder);
  const bareMark = (change: 'add' | 'remove') =>
    change === 'add'
      ? rig.bare.imap.messageFlagsAdd(range, ['\\Flagged'], { uid: true })
      : rig.bare.imap.messageFlagsRemove(range, ['\\Flagged'], { uid: true });
  for (const change of ['add', 'remove', 'add'] as const) {
    await mark(change);
    await bareMark(change);
  }
  const changes = ['remove', 'add', 'remove', 'add', 'remove', 'add', 'remove'] as const;
  const { ratio, detail } = await compare(changes, mark, bareMark);
  return atMost('500 mails marked', 3, ratio, 'x bare UID STORE', detail);
}

/** Moves the same five hundred to and fro; each way the ids are those the move before has told. */
async function moving(rig: PostRig) {
  let ids = await firstIds(rig);
  return async (to: string) => {
    const { moved } = await data<MovedMail>(rig.server, 'move_email', { ids, folder: to });
    ids = moved.flatMap(({ newId }) => newId ?? []);
    if (ids.length !== batch) throw new Error(`${ids.length} of ${batch} were moved and have a new id.`);
  };
}

async function moveTime(rig: PostRig): Promise<Row> {
  const move = await moving(rig);
  const { imap } = rig.bare;
  let own = rig.uids.slice(batch, 2 * batch);
  const bareMove = async (to: string) => {
    const { uidMap } = (await imap.messageMove(`${own[0]}:${own.at(-1)}`, to, { uid: true })) || {};
    own = [...(uidMap?.values() ?? [])];
    await imap.mailboxOpen(to);
  };
  await imap.mailboxOpen(folder);
  for (const to of [target, folder, target]) {
    await move(to);
    await bareMove(to);
  }
  const ways = Array.from({ length: 9 }, (_, way) => (way % 2 === 0 ? folder : target));
  const { ratio, detail } = await compare(ways, move, bareMove);
  return atMost('500 mails moved', 2, ratio, 'x bare UID MOVE and SELECT', detail);
}
