import { formatMailId } from '../../../src/domain/mail-id.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Separator } from '../../../src/sandbox/store.ts';
import { startDovecot } from '../../servers/dovecot.ts';
import type { Delivery } from '../../servers/imap-append.ts';
import { startProxy } from '../../support/proxy.ts';

/** Whoever keeps a mailbox: what happens there past our server, and what stands there in truth. */
export interface Keeper {
  name: string;
  env: Record<string, string>;
  /** Between the levels of a path; empty in a flat hierarchy. */
  separator: Separator | '';
  /** Stores mails in this order, making the folder. Resolves to their mail ids. */
  deliver(folder: string, mails: readonly Delivery[]): Promise<string[]>;
  /** Every path, sorted. */
  folders(): Promise<string[]>;
  makeFolder(path: string): Promise<void>;
  /** Takes a folder away with all that lies in it. */
  dropFolder(path: string): Promise<void>;
  close(): Promise<void>;
}

export interface SandboxKeeperOptions {
  separator?: Separator;
  /** It tells nobody that levels are separated (RFC 9051 §6.3.9: NIL). */
  flat?: boolean;
}

/** Much of it is asked, and nothing twice: what slows down or remembers is off. */
const unhurried = { MAILBOX_RATE_LIMIT: '0', MAILBOX_PREFETCH: 'false' };

/** A flat hierarchy is one with `.` that is kept secret: there, no name may have a dot. */
export async function sandboxKeeper(options: SandboxKeeperOptions = {}): Promise<Keeper> {
  const { flat = false, separator = flat ? '.' : '/' } = options;
  const sandbox = await startSandbox({ seed: false, separator });
  const user = 'alice@sandbox.test';
  const account = sandbox.store.account(user);
  const untold = (piece: Buffer) =>
    Buffer.from(piece.toString('latin1').replace(/^(\* LIST \([^)]*\)) "."/gmu, '$1 NIL'), 'latin1');
  const line = flat ? await startProxy({ targetPort: sandbox.imapPort, rewrite: untold }) : undefined;
  return {
    name: `sandbox${flat ? ', flat' : `, ${separator}`}`,
    env: {
      ...sandbox.env(user),
      ...unhurried,
      ...(line ? { MAILBOX_IMAP_PORT: String(line.port) } : {}),
    },
    separator: flat ? '' : separator,
    async deliver(folder, mails) {
      return mails.map(({ raw, flags = [], date = new Date() }) => {
        const { uid } = sandbox.deliver(user, folder, Buffer.from(raw), { flags, internalDate: date });
        return mailId(folder, account.find(folder)?.uidValidity ?? 0, uid);
      });
    },
    folders: async () => [...account.folders.keys()].sort(),
    async makeFolder(path) {
      account.create(path);
    },
    async dropFolder(path) {
      account.delete(path);
    },
    async close() {
      await line?.close();
      await sandbox.close();
    },
  };
}

export async function dovecotKeeper(): Promise<Keeper> {
  const dovecot = await startDovecot();
  const { address } = dovecot.user('alice');
  const folders = async () => {
    const listed = await dovecot.doveadm('mailbox', 'list', '-u', address);
    return listed
      .split('\n')
      .filter((name) => name !== '')
      .sort();
  };
  return {
    name: 'Dovecot',
    env: { ...dovecot.mailEnv('alice'), ...unhurried },
    separator: '/',
    async deliver(folder, mails) {
      const uids = await dovecot.deliverAll('alice', folder, mails);
      // The name is a pattern there, which also finds itself.
      const table = ['-f', 'tab', 'mailbox', 'status', '-u', address, 'uidvalidity', '--', folder];
      const lines = (await dovecot.doveadm(...table)).split('\n').map((line) => line.split('\t'));
      const validity = lines.find(([name]) => name === folder)?.at(-1) ?? 0;
      return uids.map((uid) => mailId(folder, validity, uid));
    },
    folders,
    makeFolder: (path) => dovecot.createFolder('alice', path),
    async dropFolder(path) {
      // A mere level above others may have gone with the last of them.
      await dovecot.doveadm('mailbox', 'delete', '-u', address, '--', path).catch(async (error: unknown) => {
        if ((await folders()).includes(path)) throw error;
      });
    },
    close: () => dovecot.stop(),
  };
}

function mailId(folder: string, uidValidity: number | string, uid: number): string {
  return formatMailId({ folder, uidValidity: BigInt(uidValidity), uid });
}
