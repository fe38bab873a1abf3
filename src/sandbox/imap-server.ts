import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { commands } from './commands/registry.ts';
import { Connections, listen, type RunningServer, type TlsKeys } from './connections.ts';
import { type ImapContext, ImapSession } from './imap-session.ts';

/** The capabilities of a stock Dovecot, as far as the sandbox has them. */
export const defaultCapabilities: readonly string[] = (
  'IMAP4rev1 SASL-IR ID ENABLE IDLE SORT THREAD=REFERENCES THREAD=REFS UNSELECT CHILDREN NAMESPACE UIDPLUS ' +
  'LIST-EXTENDED CONDSTORE ESEARCH ESORT WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE PREVIEW=FUZZY PREVIEW ' +
  'STATUS=SIZE LITERAL+ SPECIAL-USE'
).split(' ');

/** IMAP4rev1 on a free port. */
export async function startImapServer(
  context: Omit<ImapContext, 'commands' | 'sessions'>,
  host: string,
  tls?: TlsKeys,
): Promise<RunningServer> {
  const connections = new Connections();
  const shared: ImapContext = { ...context, commands, sessions: new Map() };
  const serve = (socket: Socket) => {
    const session = new ImapSession(connections.add(socket), socket, shared);
    session.run().catch((error: unknown) => {
      socket.destroy();
      server.emit('error', error);
    });
  };
  const server: Server = tls ? createTlsServer({ ...tls }, serve) : createTcpServer(serve);
  const port = await listen(server, host);
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    connections.destroyAll();
    await closed;
  };
  return { port, connections: connections.counters, close };
}
