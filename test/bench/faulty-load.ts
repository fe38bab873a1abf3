import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Fault, FaultEvent } from '../../src/sandbox/faults.ts';
import { done, judgeWork, readings, type Work, workOf } from '../reliability/support/mixed-load.ts';
import { alice, SendingDesk } from '../reliability/support/sending-desk.ts';
import { Random } from './random.ts';

export interface FaultyLoadOptions {
  minutes: number;
  callsPerSecond: number;
  /** How many of a hundred commands go wrong. */
  faultsPercent: number;
  /** Every connection to the mail servers breaks that often; default never. */
  reconnectMs?: number;
  seed: number;
}

export interface FaultyLoad {
  calls: number;
  /** Calls that were answered with an error, or with what failed. */
  failed: number;
  /** Said done and was not, or the reverse; lost, double, internal. */
  wrong: string[];
  perMinute: number;
  descriptors: { before: number; after: number };
  /** Resident at rest, after a collection; once for each batch. */
  megabytes: number[];
}

/** So short that a batch can be judged on its own, and its mails taken away. */
const batchMs = 30_000;
const warmUpMs = 2000;
const worksOfTen = 6;
/** Idle connections are closed by then. */
const settleMs = 4000;
/** And by then the threads that read mail, which rest for a minute. */
const restMs = 70_000;
const collectMs = 500;
const preload = fileURLToPath(new URL('../reliability/support/preload/collect.mjs', import.meta.url));
const patient = {
  NODE_OPTIONS: `--import ${preload}`,
  LOG_LEVEL: 'error',
  POOL_IDLE_TIMEOUT_MS: '1000',
  POOL_HEALTH_CHECK_MS: '1000',
};
const imapFaults: readonly Fault[] = ['drop', 'dropAfter', { reply: 'NO [SERVERBUG] no' }, { delayMs: 300 }];
const smtpFaults: readonly Fault[] = ['drop', 'dropAfter', { reply: '451 4.3.0 later' }, { delayMs: 300 }];
const logins = new Set(['LOGIN', 'AUTHENTICATE', 'AUTH']);

/** A server under a steady stream of calls of all kinds while its own servers, those of the sandbox, fail now and then. */
export async function faultyLoad(options: FaultyLoadOptions): Promise<FaultyLoad> {
  const desk = await SendingDesk.open({ env: patient });
  try {
    // What is loaded and started once is no leak.
    for (const reading of readings) await desk.server.call(...reading);
    const stream = new Stream(desk, options);
    await stream.batch(warmUpMs);
    stream.forget();
    const before = await idleDescriptors(desk);
    const megabytes: number[] = [];
    const until = performance.now() + options.minutes * 60_000;
    let busyMs = 0;
    while (performance.now() < until) {
      busyMs += await stream.batch(batchMs);
      megabytes.push(await restingMegabytes(desk));
    }
    const { calls, failed, wrong } = stream;
    const descriptors = { before, after: await idleDescriptors(desk, before) };
    return { calls, failed, wrong, perMinute: (calls / busyMs) * 60_000, descriptors, megabytes };
  } finally {
    await desk.close();
  }
}

class Stream {
  calls = 0;
  failed = 0;
  wrong: string[] = [];
  private readonly desk: SendingDesk;
  private readonly options: FaultyLoadOptions;
  private readonly random: Random;
  private mails = 0;
  private reconnectAt: number;

  constructor(desk: SendingDesk, options: FaultyLoadOptions) {
    this.desk = desk;
    this.options = options;
    this.random = new Random(options.seed);
    this.reconnectAt = this.nextReconnect();
  }

  forget(): void {
    this.calls = 0;
    this.failed = 0;
  }

  /** @returns how long the calls took, in milliseconds */
  async batch(forMs: number): Promise<number> {
    const { desk, random } = this;
    const works: Work[] = [];
    const running: Promise<unknown>[] = [];
    desk.faults = (event) => this.faultAt(event);
    const started = performance.now();
    const pauseMs = 1000 / this.options.callsPerSecond;
    for (let due = started; due < started + forMs; due += pauseMs) {
      await sleep(Math.max(0, due - performance.now()));
      this.calls++;
      const work = random.below(10) < worksOfTen ? workOf(desk, random, this.mails++) : undefined;
      if (work) works.push(work);
      running.push(work ? done(desk, work) : this.read());
    }
    await Promise.all(running);
    const ms = performance.now() - started;
    desk.faults = undefined;
    desk.sandbox.caldav.faults.clear();
    await desk.quiet(100);
    for (const work of works) this.judge(work);
    clear(desk);
    return ms;
  }

  private async read(): Promise<void> {
    const [tool, args] = this.random.pick(readings);
    const answer = await this.desk.server.call(tool, args);
    if (answer.ok) return;
    this.failed++;
    if (answer.error.code === 'internal') this.wrong.push(`${tool}: internal: ${answer.error.message}`);
  }

  private judge(work: Work): void {
    const { wrong, lies } = judgeWork(this.desk, work);
    this.wrong.push(...lies, ...wrong);
    if (work.answer !== 'done') this.failed++;
    if (!work.answer) this.wrong.push(`${work.kind}: no answer`);
  }

  private faultAt({ protocol, command }: FaultEvent): Fault | undefined {
    const { random, options, desk } = this;
    if (performance.now() >= this.reconnectAt) {
      this.reconnectAt = this.nextReconnect();
      desk.line.dropAll();
      return 'drop';
    }
    if (random.next() * 100 >= options.faultsPercent) return undefined;
    if (random.below(4) === 0)
      desk.sandbox.caldav.faults.plan({}, random.chance(0.5) ? 'drop' : { status: 503 });
    if (logins.has(command)) return 'drop';
    return random.pick(protocol === 'imap' ? imapFaults : smtpFaults);
  }

  private nextReconnect(): number {
    return performance.now() + (this.options.reconnectMs ?? Number.POSITIVE_INFINITY);
  }
}

/** The store would grow, and with it every search. */
function clear({ sandbox }: SendingDesk): void {
  for (const mailbox of sandbox.store.account(alice).folders.values()) mailbox.expunge(mailbox.messages);
  sandbox.imap.commands.length = 0;
  sandbox.smtp.commands.length = 0;
  sandbox.caldav.requests.length = 0;
}

/** What is held: the rest is freed first, which V8 else does when it pleases. */
async function restingMegabytes({ server }: SendingDesk): Promise<number> {
  process.kill(server.pid, 'SIGUSR2');
  await sleep(collectMs);
  return server.rssBytes() / 1e6;
}

/** @param before waited for as long as it may take to come back to it */
async function idleDescriptors({ server }: SendingDesk, before = Number.POSITIVE_INFINITY): Promise<number> {
  await sleep(settleMs);
  const open = () => readdirSync(`/proc/${server.pid}/fd`).length;
  for (let waited = settleMs; waited < restMs && open() > before; waited += settleMs) await sleep(settleMs);
  return open();
}
