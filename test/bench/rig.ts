import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { type Dovecot, startDovecot } from '../servers/dovecot.ts';
import { type McpProcess, startServer } from '../support/mcp-client.ts';
import { startProxy, type TcpProxy } from '../support/proxy.ts';
import { type SeedOptions, seededMailRoot } from './seed.ts';

const user = 'bench';
export const slowRoundTripMs = 40;

/** What every case measures on: one mailbox behind proxies of several kinds, and a server that is warm. */
export class Rig {
  /** No latency. The warm server alone speaks through it. */
  readonly fast: TcpProxy;
  /** 40 ms a round trip. */
  readonly slow: TcpProxy;
  /** Without TLS and compression, recording the commands. */
  readonly plain: TcpProxy;
  /** The built server, connected through `fast`. */
  readonly server: McpProcess;
  /** imapflow and nothing else, with INBOX open, for the floor that wall times are held against. */
  readonly bare: ImapFlow;
  readonly #downloads: string;
  readonly #dovecots: readonly Dovecot[];
  readonly #bareProxy: TcpProxy;

  static async open(options: SeedOptions): Promise<Rig> {
    const mailRoot = seededMailRoot(`${user}@rig.test`, options);
    const dovecots = [
      await startDovecot({ mailRoot }),
      await startDovecot({ mailRoot, tls: false, compress: false }),
    ];
    const [secure, plain] = dovecots as [Dovecot, Dovecot];
    await secure.doveadm('index', '-u', secure.user(user).address, '*');
    const rig = new Rig(dovecots, {
      fast: await startProxy({ targetPort: secure.imapsPort }),
      slow: await startProxy({ targetPort: secure.imapsPort, roundTripMs: slowRoundTripMs }),
      plain: await startProxy({ targetPort: plain.imapPort, record: true }),
      bare: await startProxy({ targetPort: secure.imapsPort }),
    });
    await rig.server.initialize();
    await rig.bare.connect();
    await rig.bare.mailboxOpen('INBOX', { readOnly: true });
    return rig;
  }

  constructor(dovecots: readonly Dovecot[], proxies: Record<'fast' | 'slow' | 'plain' | 'bare', TcpProxy>) {
    this.#dovecots = dovecots;
    this.#downloads = mkdtempSync(join(tmpdir(), 'mbx-downloads-'));
    this.fast = proxies.fast;
    this.slow = proxies.slow;
    this.plain = proxies.plain;
    this.#bareProxy = proxies.bare;
    this.server = this.spawn(this.fast);
    this.bare = this.#bareClient();
  }

  /** Another server process, cold. End it. */
  spawn(proxy: TcpProxy): McpProcess {
    const dovecot = this.#dovecots[proxy === this.plain ? 1 : 0] as Dovecot;
    return startServer({
      ...dovecot.mailEnv(user),
      MAILBOX_IMAP_PORT: String(proxy.port),
      MAILBOX_DOWNLOAD_DIR: this.#downloads,
    });
  }

  async close(): Promise<void> {
    await this.bare.logout();
    await this.server.end();
    for (const proxy of [this.fast, this.slow, this.plain, this.#bareProxy]) await proxy.close();
    for (const dovecot of this.#dovecots) await dovecot.stop();
    rmSync(this.#downloads, { recursive: true, force: true });
  }

  #bareClient(): ImapFlow {
    const dovecot = this.#dovecots[0] as Dovecot;
    const { address, password } = dovecot.user(user);
    return new ImapFlow({
      host: 'localhost',
      port: this.#bareProxy.port,
      secure: true,
      logger: false,
      auth: { user: address, pass: password },
      tls: { ca: readFileSync(dovecot.caFile) },
    });
  }
}
