import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../bench/random.ts';
import { type MailboxKind, mailboxKinds } from '../../support/mailboxes.ts';
import { startServer } from '../../support/mcp-client.ts';
import { type Case, type Effort, Tally } from '../case.ts';
import { entry } from '../support/server.ts';
import { folders, type Hand, TwoHands } from '../support/two-hands.ts';
import { judgeRound, type Round } from '../support/two-hands-labels.ts';

const rounds = 1_000;
const mails = 24;

const ours = ['move', 'move', 'mark', 'trash', 'delete'] as const;
const theirs = ['move', 'move', 'flag', 'expunge', 'nothing'] as const;

export const twoClients: Case = {
  id: 'B3',
  title: 'another mail program moves, marks and deletes the same mails at the same time',
  async run(effort) {
    const tally = new Tally(effort);
    const seen = { doubled: 0, unknown: 0, met: 0 };
    await Promise.all(mailboxKinds.map((kind) => play(kind, effort, tally, seen)));
    const { doubled, unknown, met } = seen;
    const figure = `${met} met at one mail, ${doubled} doubled by both, ${unknown} unknown`;
    const isAll = mailboxKinds.length > 1;
    return tally.outcome({
      of: rounds * mailboxKinds.length,
      figure,
      ...(isAll ? {} : { leftOut: 'Dovecot' }),
    });
  },
};

interface Counts {
  doubled: number;
  unknown: number;
  met: number;
}

async function play(kind: MailboxKind, effort: Effort, tally: Tally, seen: Counts): Promise<void> {
  const clock = new Tally(effort);
  const random = new Random(effort.seed);
  const box = await kind.open();
  const own = { MAILBOX_RATE_LIMIT: '0', MAILBOX_PREFETCH: 'false', MAILBOX_TIMEZONE: 'Europe/Berlin' };
  const server = startServer({ ...box.env, ...own }, { entry });
  try {
    await server.initialize();
    const hands = new TwoHands(server, await box.otherClient(), await box.otherClient());
    await hands.furnish();
    let known: string[] = [];
    for (let nth = 0; nth < rounds && !clock.isOver; nth++) {
      await hands.fillUp(mails);
      // What we act upon was listed up to four rounds ago: some of it is elsewhere by now.
      if (nth % 4 === 0) known = [...(await hands.picture()).keys()];
      const round = await one(hands, known, random);
      const { doubled, isUnknown, met } = judgeRound(`${kind.name}, round ${nth}`, round, tally);
      seen.doubled += doubled;
      seen.unknown += Number(isUnknown);
      seen.met += Number(met);
      if (kind.name === 'sandbox' && doubled > 0) tally.count(`${kind.name}, round ${nth}`, 'doubled');
    }
  } finally {
    await server.end();
    await box.close();
  }
}

async function one(hands: TwoHands, known: readonly string[], random: Random): Promise<Round> {
  const before = await hands.picture();
  const present = [...before.keys()];
  const mine: Hand<(typeof ours)[number]> = {
    kind: random.pick(ours),
    ids: some(known, random),
    target: random.pick(folders),
  };
  // Half of the time both grasp at the same.
  const shared = mine.ids.filter((id) => before.has(id));
  const other: Hand<(typeof theirs)[number]> = {
    kind: random.pick(theirs),
    ids: shared.length > 0 && random.chance(0.6) ? shared : some(present, random),
    target: random.pick(folders),
  };
  const [late, early] = [random.below(12), random.below(4)];
  const [answer] = await Promise.all([
    sleep(early).then(() => hands.ours(mine)),
    sleep(late).then(() => hands.theirs(other)),
  ]);
  return { before, after: await hands.picture(), mine, other, answer };
}

/** One to three of them. */
function some(ids: readonly string[], random: Random): string[] {
  return [...new Set(Array.from({ length: 1 + random.below(3) }, () => random.pick(ids)))];
}
