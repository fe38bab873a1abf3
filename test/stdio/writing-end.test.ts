import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { SentMail } from '../../src/domain/outbox.ts';
import type { Fault, FaultEvent } from '../../src/sandbox/faults.ts';
import type { ToolOutcome } from '../support/mcp-client.ts';
import { openSandboxPostOffice, type PostOffice, postOffices } from '../support/post-office.ts';
import { startProxy, type TcpProxy } from '../support/proxy.ts';
import { Desk } from './writing-rig.ts';

const [, real] = postOffices;

/** How many copies there may be after such an answer. Without an answer: what is no lie either way. */
function copiesTold(answer: ToolOutcome<SentMail> | undefined): number[] {
  if (!answer || (answer.ok && answer.data.status === 'unknown')) return [0, 1];
  return answer.ok ? [1] : [0];
}

/** Sends, and the client goes away at that moment. */
async function goneWhile(desk: Desk, message: Record<string, unknown>, moment: Promise<unknown>) {
  const asked = desk.server.call<SentMail>('send_email', message).catch(() => undefined);
  await moment;
  const { code, ms } = await desk.close();
  return { code, ms, answer: await asked };
}

describe('the client goes away in the middle of a send', () => {
  test.each([
    { stage: 'smtp GREETING', copies: [0] },
    { stage: 'smtp EHLO', copies: [0] },
    { stage: 'smtp MAIL', copies: [0] },
    { stage: 'smtp RCPT', copies: [0] },
    { stage: 'smtp DATA', copies: [0] },
    { stage: 'smtp .', copies: [0] },
    { stage: 'imap SELECT', copies: [0, 1] },
    { stage: 'imap APPEND', copies: [1] },
  ])('$stage never answered: gone within 2 s, and the answer is true', async ({ stage, copies }) => {
    let reached = () => {};
    const moment = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const stall = ({ protocol, command }: FaultEvent): Fault | undefined => {
      if (`${protocol} ${command}` !== stage) return undefined;
      reached();
      return 'stall';
    };
    const office = await openSandboxPostOffice({ intercept: stall });
    onTestFinished(() => office.close());
    const desk = await Desk.open(office, 'alice');
    const message = { to: ['bob@sandbox.test'], subject: 'Halfway', text: 'Still here?' };
    const { code, ms, answer } = await goneWhile(desk, message, moment);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(2000);
    const arrived = (await office.copies('bob', message.subject)).length;
    expect(copies).toContain(arrived);
    expect(copiesTold(answer)).toContain(arrived);
  });
});

describe.runIf(real)('the client goes away in the middle of a send through Postfix', () => {
  let office: PostOffice;
  let slow: TcpProxy;

  beforeAll(async () => {
    if (!real) return;
    office = await real.open();
    slow = await startProxy({ targetPort: Number(office.env('alice').MAILBOX_SMTP_PORT), roundTripMs: 100 });
  }, 30_000);
  afterAll(async () => {
    await slow.close();
    await office.close();
  });

  test.each([300, 750, 850, 950, 1100])('after %i ms', async (after) => {
    const desk = await Desk.open(office, 'alice', { env: { MAILBOX_SMTP_PORT: String(slow.port) } });
    const message = {
      to: ['bob@rig.test'],
      subject: `Gone after ${after}`,
      text: `Line ${after}.\n`.repeat(500),
    };
    const { code, ms, answer } = await goneWhile(desk, message, sleep(after));
    expect(code).toBe(0);
    expect(ms).toBeLessThan(2000);
    await sleep(150); // what the proxy still holds
    const arrived = await office.copies('bob', message.subject);
    expect(copiesTold(answer)).toContain(arrived.length);
    for (const raw of arrived) expect(raw.toString().match(/^Line/gmu)).toHaveLength(500);
    const kept = await office.copies('alice', message.subject, 'Sent');
    expect(kept.length).toBeLessThanOrEqual(arrived.length);
  });
});
