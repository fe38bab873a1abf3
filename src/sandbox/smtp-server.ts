import type { Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { Connections, listen, type RunningServer, type TlsKeys } from './connections.ts';
import { cutAfter, type Fault, type Intercept, pause } from './faults.ts';
import type { Store } from './store.ts';

export interface SmtpContext {
  store: Store;
  intercept: Intercept;
  commandLog: string[];
  /** Bytes a message may have, as EHLO announces. */
  maxMessageSize: number;
  /** Domains whose recipients must exist; mail to others is accepted and kept nowhere, like mail that left. */
  domains: ReadonlySet<string>;
  /** Every message accepted, whatever its recipients. */
  accepted: SubmittedMessage[];
  /** Offers STARTTLS with this certificate, where TLS is not spoken from the start. Such connections count as open to the end. */
  startTls?: TlsKeys;
  /** Extensions EHLO keeps silent about. */
  without?: readonly SmtpExtension[];
  /** Default: PLAIN and LOGIN. */
  authMethods?: readonly string[];
}

export type SmtpExtension = 'PIPELINING' | '8BITMIME' | 'SMTPUTF8';

/** A message as the SMTP server took it. */
export interface SubmittedMessage {
  from: string;
  recipients: readonly string[];
  raw: Buffer;
}

type Callback = (error?: Error | null) => void;

/** Submission on a free loopback port: AUTH PLAIN and LOGIN, SIZE and all `SmtpExtension`s; delivers into the store. */
export async function startSmtpServer(
  context: SmtpContext,
  host: string,
  tls?: TlsKeys,
): Promise<RunningServer> {
  const connections = new Connections();
  const server = new FaultySmtpServer(context, connections, tls);
  const port = await listen(server.server, host);
  // From here on only a client that breaks off, which tests do on purpose, raises errors.
  server.on('error', () => undefined);
  const close = () => {
    connections.destroyAll();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { port, connections: connections.counters, close };
}

/** smtp-server has no hook for every command, so each connection's command entry is wrapped as it is made. */
class FaultySmtpServer extends SMTPServer {
  readonly #context: SmtpContext;
  readonly #connections: Connections;
  readonly #bySession = new Map<string, { number: number; socket(): Socket }>();

  constructor(context: SmtpContext, connections: Connections, tls: TlsKeys | undefined) {
    super({
      ...encryption(tls, context.startTls),
      ...Object.fromEntries((context.without ?? []).map((name) => [`hide${name}`, true])),
      logger: false,
      banner: 'Sandbox ready',
      disableReverseLookup: true,
      allowInsecureAuth: true,
      authMethods: [...(context.authMethods ?? ['PLAIN', 'LOGIN'])],
      size: context.maxMessageSize,
      closeTimeout: 100,
      onAuth: ({ username = '', password }, _session, callback) => {
        const account = context.store.accounts.get(username.toLowerCase());
        if (account && account.password === password) callback(null, { user: account.email });
        else callback(Object.assign(new Error('5.7.8 Error: authentication failed'), { responseCode: 535 }));
      },
      onRcptTo: ({ address }, session, callback) => callback(refusal(context, session, address)),
      onData: (stream, session, callback) => void this.#receive(stream, session, callback),
    });
    this.#context = context;
    this.#connections = connections;
  }

  override connect(socket: Socket): void {
    const number = this.#connections.add(socket);
    const refuse = (reply: string) => socket.end(`${reply}\r\n`);
    void this.#meets(socket, number, 'GREETING', 'GREETING', refuse).then((goesOn) => {
      if (goesOn && !socket.destroyed) this.#begin(socket, number);
    });
  }

  #begin(socket: Socket, number: number): void {
    super.connect(socket);
    const connection = [...this.connections].at(-1);
    if (!connection) return;
    greetAtOnce(connection);
    // STARTTLS puts another socket in its place.
    const current = () => connection._socket;
    this.#bySession.set(connection.id, { number, socket: current });
    const execute = connection._onCommand.bind(connection);
    connection._onCommand = (command, callback) => {
      const line = command.toString();
      // While AUTH waits for its next line, that line is a secret and no command.
      const name = connection._nextHandler ? 'AUTH' : (line.split(' ')[0] ?? '').toUpperCase();
      const shown = name === 'AUTH' ? name : line;
      this.#context.commandLog.push(shown);
      const answer = (reply: string) => {
        current().write(`${reply}\r\n`);
        // What was pipelined behind it is not looked at any more.
        if (reply.startsWith('421')) current().end();
        else callback?.();
      };
      void this.#meets(current(), number, name, shown, answer).then((goesOn) => {
        if (goesOn) execute(command, callback);
      });
    };
  }

  async #receive(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    callback: Callback,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of stream) chunks.push(chunk as Buffer);
    } catch {
      // The client broke off within the message: nothing was accepted, nobody waits for an answer.
      return;
    }
    const refuse = (reply: string) =>
      callback(Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) }));
    const known = this.#bySession.get(session.id);
    if (known && !(await this.#meets(known.socket(), known.number, '.', '.', refuse))) return;
    if (stream.sizeExceeded) return refuse('552 5.3.4 Error: message file too big');
    this.#deliver(session, Buffer.concat(chunks));
    callback();
  }

  #deliver({ envelope }: SMTPServerSession, raw: Buffer): void {
    const recipients = envelope.rcptTo.map(({ address }) => address);
    const from = envelope.mailFrom ? envelope.mailFrom.address : '';
    this.#context.accepted.push({ from, recipients, raw });
    for (const recipient of recipients) {
      const account = this.#context.store.recipient(recipient);
      if (!account) continue;
      const trace = `Return-Path: <${from}>\r\nReceived: from sandbox.test by sandbox.test with ESMTPSA\r\n`;
      this.#context.store.deliver(account.email, 'INBOX', Buffer.concat([Buffer.from(trace), raw]));
    }
  }

  /** Asks the test whether something goes wrong here; true when the normal course follows. */
  async #meets(
    socket: Socket,
    connection: number,
    command: string,
    line: string,
    answer: (reply: string) => void,
  ): Promise<boolean> {
    const fault = this.#context.intercept({ protocol: 'smtp', connection, command, line });
    if (typeof fault === 'object' && 'delayMs' in fault) await pause(fault.delayMs);
    return suffer(socket, fault, answer);
  }
}

/** smtp-server waits a tenth of a second for clients that talk too soon. */
function greetAtOnce(connection: SMTPConnection): void {
  const greet = connection.connectionReady.bind(connection);
  connection.connectionReady = () => undefined;
  greet();
}

function suffer(socket: Socket, fault: Fault | undefined, answer: (reply: string) => void): boolean {
  if (fault === undefined) return true;
  if (fault === 'stall') return false;
  if (fault === 'drop') {
    socket.destroy();
    return false;
  }
  if (fault === 'dropAfter') cutAfter(socket, 0);
  else if ('cutAfter' in fault) cutAfter(socket, fault.cutAfter);
  else if ('before' in fault) socket.write(fault.before);
  else if ('reply' in fault) answer(fault.reply);
  else if ('raw' in fault) socket.write(fault.raw);
  return fault === 'dropAfter' || !('reply' in fault || 'raw' in fault);
}

function encryption(tls: TlsKeys | undefined, startTls: TlsKeys | undefined) {
  if (tls) return { ...tls, secure: true };
  return startTls ?? { disabledCommands: ['STARTTLS'] };
}

/** As Postfix, which speaks of the sender only when it hears the first recipient. */
function refusal(
  { store, domains }: SmtpContext,
  { user = '', envelope }: SMTPServerSession,
  address: string,
): Error | null {
  const sender = envelope.mailFrom ? envelope.mailFrom.address : '';
  const foreign = `5.7.1 <${sender}>: Sender address rejected: not owned by user ${user}`;
  if (!store.owns(user, sender)) return Object.assign(new Error(foreign), { responseCode: 553 });
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  if (!domains.has(domain) || store.recipient(address)) return null;
  return Object.assign(new Error('5.1.1 Error: mailbox unavailable'), { responseCode: 550 });
}
