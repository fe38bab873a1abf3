import MailComposer from 'nodemailer/lib/mail-composer';
import type { Draft, SentMail } from '../../../src/domain/outbox.ts';
import { compare, data } from '../measure.ts';
import { byHandFolder, type PostRig } from '../post-rig.ts';
import { atMost, type Row } from '../table.ts';

const runs = Array.from({ length: 25 }, (_, run) => run);
const recipient = 'friend@rig.test';
/** 5 kB, with what German mail needs. */
const text = 'Schöne Grüße aus der Werkstatt; die Maße schicke ich Dir morgen früh.\n'.repeat(68);

/** A mail sent and filed, and a draft stored, against nodemailer and imapflow by hand in the same minute. */
export async function sendTimes(rig: PostRig): Promise<Row[]> {
  const inProcess = 'sending 5 kB, filed, warm, without stdio';
  return [
    await sendTime(inProcess, rig, runs, sendInProcess),
    // Some 3 ms more for JSON-RPC, the other process and the checks of arguments and answer.
    await sendTime('send_email of 5 kB, filed, warm', rig, runs),
    await draftTime(rig),
  ];
}

/** The same where a round trip costs what it does on the way to mailbox.org, and not the machine's own noise. */
export async function farSendTimes(rig: PostRig, roundTripMs: number): Promise<Row[]> {
  return [await sendTime(`send_email of 5 kB, filed, warm, ${roundTripMs} ms away`, rig, runs.slice(0, 9))];
}

const ours = (run: number | string) => ({ to: [recipient], subject: `Ours ${run}`, text });

async function sendTime(work: string, rig: PostRig, inputs: readonly number[], way = send): Promise<Row> {
  for (const run of ['warm-up', 'warm']) {
    await way(rig, `${way.name} ${run}`);
    await sendByHand(rig, run);
  }
  const { ratio, detail } = await compare(
    inputs,
    (run) => way(rig, `${way.name} ${run}`),
    (run) => sendByHand(rig, run),
  );
  return atMost(work, 1.15, ratio, 'x nodemailer + imapflow', detail);
}

/** What it asks of the servers, warm. */
export async function sendCounts(rig: PostRig): Promise<Row[]> {
  for (const run of ['warm-up', 'warm']) {
    await send(rig, run);
    await sendByHand(rig, run);
  }
  const sent = await rig.roundTrips(['smtp', 'imap'], () => send(rig, 'counted'));
  const floor = await rig.roundTrips(['bareSmtp', 'bareImap'], () => sendByHand(rig, 'counted'));
  const byHand = (trips: number) => `by hand ${trips}`;
  const { id } = await draft(rig, 'warm-up');
  const drafted = await rig.roundTrips(['smtp', 'imap'], () => draft(rig, 'counted'));
  const replaced = await rig.roundTrips(['imap'], () =>
    data<Draft>(rig.server, 'create_draft', { replaces: id, text: 'Changed.' }),
  );
  return [
    atMost('send_email: SMTP', 2, sent.smtp, 'round trips', byHand(floor.bareSmtp)),
    // A look into Sent and Drafts while SMTP is at work, the search for the Message-ID, the copy.
    atMost('send_email: IMAP', 3, sent.imap, 'round trips', byHand(floor.bareImap)),
    atMost('create_draft: IMAP', 3, drafted.imap, 'round trips'),
    atMost('create_draft: SMTP', 0, drafted.smtp, 'round trips'),
    atMost('create_draft that replaces one', 7, replaced.imap, 'round trips'),
  ];
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
  await bare.imap.append(byHandFolder, raw, ['\\Seen']);
}

const draft = (rig: PostRig, run: number | string) => data<Draft>(rig.server, 'create_draft', ours(run));

async function draftTime(rig: PostRig): Promise<Row> {
  const write = (run: number | string) => draft(rig, run);
  const byHand = async (run: number | string) => {
    const raw = await composed(rig.bare.address, `By hand ${run}`);
    await rig.bare.imap.append('Drafts', raw, ['\\Draft', '\\Seen']);
  };
  await write('warm-up');
  await byHand('warm-up');
  const { ratio, detail } = await compare(runs, write, byHand);
  return atMost('create_draft of 5 kB, warm', 2, ratio, 'x imapflow', detail);
}

function composed(from: string, subject: string): Promise<Buffer> {
  return new MailComposer({ from, to: recipient, subject, text }).compile().build();
}
