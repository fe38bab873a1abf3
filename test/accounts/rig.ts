import { createServer, type Socket } from 'node:net';
import { Accounts } from '../../src/accounts/accounts.ts';
import type { GraceTimes } from '../../src/accounts/grace.ts';
import type { StatusOptions } from '../../src/accounts/status-of-all.ts';
import { SessionCache } from '../../src/cache/session-cache.ts';
import { lazyAccount } from '../../src/cli/lazy-account.ts';
import type { Services } from '../../src/domain/services.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { openMail } from '../support/mailboxes.ts';

export const names = ['work', 'home'] as const;
export type Name = (typeof names)[number];

/** Both mailboxes were made in the same second: UIDVALIDITY and UIDs are the same. */
const clock = () => new Date('2026-11-20T08:00:00Z');

export const addressOf = (name: Name) => `alice@${name}.test`;

/** One mailbox and its calendars for each of the two accounts, on servers of their own. */
export async function startTwo(): Promise<Record<Name, Sandbox>> {
  const start = (name: Name) => {
    const users = [
      { email: addressOf(name), password: `${name}-pw`, aliases: [`a.${name}@alias.test`] },
      { email: `bob@${name}.test`, password: 'bob-pw' },
    ];
    return startSandbox({ seed: false, clock, users });
  };
  return { work: await start('work'), home: await start('home') };
}

/** The settings of both, as a user writes them. @param more settings of one account, by their plain names */
export function envOf(
  sandboxes: Record<Name, Sandbox>,
  more: { [P in Name]?: Record<string, string> } = {},
): Record<string, string> {
  const own = names.flatMap((name) => {
    const settings = { ...sandboxes[name].env(addressOf(name)), ...more[name] };
    return Object.entries(settings).map(([setting, value]) => [
      setting.replace('MAILBOX_', `MAILBOX_${name.toUpperCase()}_`),
      value,
    ]);
  });
  return { MAILBOX_ACCOUNTS: names.join(','), MAILBOX_TIMEZONE: 'Europe/Berlin', ...Object.fromEntries(own) };
}

export interface OpenTwo {
  services(said?: string): Services;
  close(): Promise<void>;
}

export interface TwoOptions {
  /** Settings of one account, by their plain names. */
  more?: { [P in Name]?: Record<string, string> };
  grace?: GraceTimes | undefined;
}

/** Both accounts, put together as the server does it. */
export function openTwo(sandboxes: Record<Name, Sandbox>, { more = {}, grace }: TwoOptions = {}): OpenTwo {
  const lazy = names.map((name) => ({
    name,
    addresses: [addressOf(name), `a.${name}@alias.test`],
    ...lazyAccount(() => openMail({ ...sandboxes[name].env(addressOf(name)), ...more[name] })),
  }));
  return {
    services: accountsOf(lazy, grace),
    close: async () => void (await Promise.all(lazy.map((one) => one.close()))),
  };
}

export function accountsOf(
  accounts: readonly { name: string; addresses: readonly string[]; open(): Promise<Services> }[],
  grace: GraceTimes = {},
  status: Partial<StatusOptions> = {},
): (said?: string) => Services {
  const cursors = new SessionCache({ maxEntries: 200, maxBytes: 8_000_000 });
  const together = new Accounts({
    accounts,
    emails: cursors.region('emails', 3_600_000),
    events: cursors.region('events', 3_600_000),
    status: { version: '1.2.3', protocols: ['imap', 'smtp', 'caldav'], uptimeSeconds: () => 7, ...status },
    zone: 'Europe/Berlin',
    grace,
  });
  return (said) => together.services(said);
}

/** A server that takes connections and says nothing. */
export async function blackhole(): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port nobody listens on. */
export async function closedPort(): Promise<number> {
  const { port, close } = await blackhole();
  await close();
  return port;
}

export const asked = (ms = 15_000) => ({ signal: AbortSignal.timeout(ms), confirm: undefined });
