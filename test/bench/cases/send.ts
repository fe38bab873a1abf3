import MailComposer from 'nodemailer/lib/mail-composer';
import type { Draft, SentMail } from '../../../src/domain/outbox.ts';
import { compare, data } from '../measure.ts';
import type { PostRig } from '../post-rig.ts';
import { atMost, type Row } from '../table.ts';

const runs = Array.from({ length: 25 }, (_, run) => run);
const recipient = 'friend@rig.test';
/** 5 kB, with what German mail needs. */
const text = 'Schöne Grüße aus der Werkstatt; die Maße schicke ich Dir morgen früh.\n'.repeat(68);

/** A mail sent and filed, and a draft stored, against nodemailer and imapflow by hand in the same minute. */
export async function sendCases(rig: PostRig): Promise<Row[]> {
  return [...(await sending(rig)), ...(await drafting(rig))];
}

/** The same where a round trip costs what it does on the way to mailbox.org, and not the machine's own noise. */
export async function farSendCases(rig: PostRig, roundTripMs: number): Promise<Row[]> {
  const { ratio, detail } = await sendingRatio(rig, runs.slice(0, 9));
  const work = `send_email of 5 kB, filed, warm, ${roundTripMs} ms away`;
  return [atMost(work, 1.15, ratio, 'x nodemailer + imapflow', detail)];
}

const ours = (run: number | string) => ({ to: [recipient], subject: `Ours ${run}`, text });

async function sending(rig: PostRig): Promise<Row[]> {
  const service = await sendingRatio(rig, runs, sendInProcess);
  const { ratio, detail } = await sendingRatio(rig, runs);
  const counted = await rig.roundTrips(['smtp', 'imap'], () => send(rig, 'counted'));
  const floor = await rig.roundTrips(['bareSmtp', 'bareImap'], () => sendByHand(rig, 'counted'));
  const byHand = (trips: number) => `by hand ${trips}`;
  return [
    atMost(
      'sending 5 kB, filed, warm, without stdio',
      1.15,
      service.ratio,
      'x nodemailer + imapflow',
      service.detail,
    ),
    // Some 3 ms more for JSON-RPC, the other process and the checks of arguments and answer.
    atMost('send_email of 5 kB, filed, warm', 1.15, ratio, 'x nodemailer + imapflow', detail),
    atMost('send_email: SMTP', 2, counted.smtp, 'round trips', byHand(floor.bareSmtp)),
    // A look into Sent while SMTP is at work, the search for the Message-ID, the copy.
    atMost('send_email: IMAP', 3, counted.imap, 'round trips', byHand(floor.bareImap)),
  ];
}

async function sendingRatio(rig: PostRig, inputs: readonly number[], way = send) {
  for (const run of ['warm-up', 'warm']) {
    await way(rig, `${way.name} ${run}`);
    await sendByHand(rig, run);
  }
  return await compare(
    inputs,
    (run) => way(rig, `${way.name} ${run}`),
    (run) => sendByHand(rig, run),
  );
}

async function send(rig: PostRig, run: number | string): Promise<void> {
  const { status, savedTo } = await data<SentMail>(rig.server, 'send_email', ours(run));
  if (status !== 'sent' || savedTo !== 'Sent') throw new Error(`Mail ${run} was not sent and filed.`);
}

async function sendInProcess({ account }: PostRig, run: number | string): Promise<void> {
  const context = { signal: AbortSignal.timeout(20_000), confirm: undefined };
  const { status, savedTo } = await account.outbox.send(ours(run), context);
  if (status !== 'sent' || savedTo !== 'Sent') throw new Error(`Mail ${run} was not sent and filed.`);
}

async function sendByHand({ bare }: PostRig, run: number | string): Promise<void> {
  const raw = await composed(bare.address, `By hand ${run}`);
  await bare.smtp.sendMail({ envelope: { from: bare.address, to: [recipient] }, raw });
  await bare.imap.append('Sent', raw, ['\\Seen']);
}

async function drafting(rig: PostRig): Promise<Row[]> {
  const write = (run: number | string) => data<Draft>(rig.server, 'create_draft', ours(run));
  const byHand = async (run: number | string) => {
    const raw = await composed(rig.bare.address, `By hand ${run}`);
    await rig.bare.imap.append('Drafts', raw, ['\\Draft', '\\Seen']);
  };
  const { id } = await write('warm-up');
  await byHand('warm-up');
  const counted = await rig.roundTrips(['smtp', 'imap'], () => write('counted'));
  const replaced = await rig.roundTrips(['imap'], () =>
    data<Draft>(rig.server, 'create_draft', { replaces: id, text: 'Changed.' }),
  );
  const { ratio, detail } = await compare(runs, write, byHand);
  return [
    atMost('create_draft of 5 kB, warm', 2, ratio, 'x imapflow', detail),
    atMost('create_draft: IMAP', 3, counted.imap, 'round trips'),
    atMost('create_draft: SMTP', 0, counted.smtp, 'round trips'),
    atMost('create_draft that replaces one', 7, replaced.imap, 'round trips'),
  ];
}

function composed(from: string, subject: string): Promise<Buffer> {
  return new MailComposer({ from, to: recipient, subject, text }).compile().build();
}
