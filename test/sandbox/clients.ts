import { createConnection, type Socket } from 'node:net';
import { ImapFlow } from 'imapflow';
import { onTestFinished } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';

export const alice = 'alice@sandbox.test';

/** An empty sandbox that ends with the test. */
export async function sandboxForTest(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ seed: false, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** A logged-in imapflow client that ends with the test. */
export async function imapClient(
  sandbox: Sandbox,
  options: { user?: string; password?: string; connect?: boolean } = {},
): Promise<ImapFlow> {
  const user = options.user ?? alice;
  const client = new ImapFlow({
    host: sandbox.host,
    port: sandbox.imapPort,
    secure: false,
    auth: { user, pass: options.password ?? `${user.split('@')[0]}-pw` },
    logger: false,
    disableAutoIdle: true,
    socketTimeout: 5000,
  });
  client.on('error', () => undefined);
  onTestFinished(() => client.close());
  if (options.connect !== false) await client.connect();
  return client;
}

/** Bytes in, bytes out: for what no client library would send. */
export class RawClient {
  readonly socket: Socket;
  received = '';
  closed = false;

  constructor(port: number) {
    this.socket = createConnection({ host: '127.0.0.1', port });
    this.socket.on('data', (chunk) => {
      this.received += chunk.toString('latin1');
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.closed = true;
    });
    onTestFinished(() => void this.socket.destroy());
  }

  send(text: string): void {
    this.socket.write(text, 'utf8');
  }

  /** Everything received up to and with the first match. */
  async until(pattern: RegExp): Promise<string> {
    for (let waited = 0; waited < 3000; waited += 5) {
      const match = pattern.exec(this.received);
      if (match) {
        const text = this.received.slice(0, match.index + match[0].length);
        this.received = this.received.slice(text.length);
        return text;
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`No ${pattern} in ${JSON.stringify(this.received)}`);
  }

  async untilClosed(): Promise<string> {
    for (let waited = 0; waited < 3000 && !this.closed; waited += 5) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    if (!this.closed) throw new Error(`Still open after ${JSON.stringify(this.received)}`);
    return this.received;
  }
}

/** A logged-in raw IMAP connection. */
export async function rawImap(sandbox: Sandbox, user = alice): Promise<RawClient> {
  const client = new RawClient(sandbox.imapPort);
  client.send(`login LOGIN ${user} ${user.split('@')[0]}-pw\r\n`);
  await client.until(/login OK .*\r\n/u);
  return client;
}

/** A short plain mail. */
export function mail(subject: string, body = 'Text', headers = ''): string {
  return `From: Bob <bob@sandbox.test>\r\nTo: alice@sandbox.test\r\nSubject: ${subject}\r\n${headers}Message-ID: <${encodeURIComponent(subject)}@sandbox.test>\r\n\r\n${body}\r\n`;
}
