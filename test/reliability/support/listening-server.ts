import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket, type TLSSocketOptions } from 'node:tls';
import { splitLines } from '../../support/lines.ts';

/** `plain` never speaks TLS; of the others SMTP begins in plain text and answers STARTTLS that way. */
export type Manner = 'tls' | 'plain' | 'starttls' | 'refuses' | 'pretends' | 'injects' | 'injectsHalf';
export type Protocol = 'imap' | 'smtp' | 'caldav';

/** What it tells before TLS and means to have believed afterwards. */
export const injected = '250-mail.test\r\n250 AUTH LOGIN\r\n';

const goAhead: Record<Manner, string> = {
  tls: '502 5.5.1 what?\r\n',
  plain: '502 5.5.1 what?\r\n',
  starttls: '220 go ahead\r\n',
  refuses: '454 4.7.0 not now\r\n',
  pretends: '220 go ahead\r\n',
  injects: `220 go ahead\r\n${injected}`,
  injectsHalf: `220 go ahead\r\n${injected.slice(0, -2)}`,
};

/** A server that says yes to everything, to hear what a client tells it: a password, if the client is fool enough. */
export class ListeningServer {
  /** Everything clients said, inside TLS or not. */
  heard = '';
  /** Of this what travelled for everybody to read. */
  heardInPlainText = '';
  connections = 0;
  manner: Manner = 'tls';
  options: TLSSocketOptions = {};
  /** Where CalDAV sends clients on to. */
  location: string | undefined;
  port = 0;
  private readonly protocol: Protocol;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(protocol: Protocol) {
    this.protocol = protocol;
    this.server = createServer((socket) => this.accept(socket));
  }

  async listen(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Ends all connections. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.drop();
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(socket: Socket): void {
    this.connections++;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (this.manner === 'tls') this.talk(this.secured(socket), 'after');
    else this.talk(socket, 'before');
  }

  private secured(socket: Socket): Socket {
    const secured = new TLSSocket(socket, { isServer: true, ...this.options });
    secured.on('error', () => secured.destroy());
    return secured;
  }

  /** @param tls whether it is still to come */
  private talk(socket: Socket, tls: 'before' | 'after'): void {
    const say = (text: string) => void socket.write(text);
    const hear = splitLines((line) => {
      const said = line.replace(/\r$/u, '');
      if (this.protocol === 'caldav') this.answerHttp(said, say);
      else if (this.protocol === 'imap') answerImap(said, say);
      else if (/^STARTTLS/iu.test(said)) this.startTls(socket, listen);
      else answerSmtp(said, say, tls === 'before' && this.manner !== 'plain');
    });
    const listen = (data: Buffer) => {
      this.heard += data.toString('latin1');
      if (tls === 'before') this.heardInPlainText += data.toString('latin1');
      hear(data.toString('latin1'));
    };
    socket.on('data', listen);
    if (this.protocol === 'imap') say('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN LITERAL+] ready\r\n');
    if (this.protocol === 'smtp' && (tls === 'before' || this.manner === 'tls'))
      say('220 mail.test ready\r\n');
  }

  private startTls(socket: Socket, listen: (data: Buffer) => void): void {
    socket.write(goAhead[this.manner]);
    if (!['starttls', 'injects', 'injectsHalf'].includes(this.manner)) return;
    socket.off('data', listen);
    this.talk(this.secured(socket), 'after');
  }

  private answerHttp(line: string, say: (text: string) => void): void {
    if (line !== '') return;
    const { location } = this;
    const status = location === undefined ? '404 Not here' : `301 Moved\r\nLocation: ${location}`;
    say(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
  }
}

function answerImap(line: string, say: (text: string) => void): void {
  const [, tag, command = ''] = /^(\S+) (\S+)/u.exec(line) ?? [];
  if (!tag) return;
  if (/^AUTHENTICATE$/iu.test(command) && line.split(' ').length < 4) {
    say('+ \r\n');
    return;
  }
  if (/^CAPABILITY$/iu.test(command)) say('* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n');
  say(`${tag} OK done\r\n`);
}

function answerSmtp(line: string, say: (text: string) => void, offersTls: boolean): void {
  if (/^EHLO/iu.test(line)) say(`250-mail.test\r\n${offersTls ? '250-STARTTLS\r\n' : ''}250 AUTH PLAIN\r\n`);
  else if (/^AUTH LOGIN/iu.test(line)) say('334 VXNlcm5hbWU6\r\n');
  else if (/^AUTH/iu.test(line)) say('235 2.7.0 welcome\r\n');
  else say('250 ok\r\n');
}
