import { type CommandSpec, type ImapSession, Refusal } from '../imap-session.ts';
import { type Command, keyword, tokenText } from '../wire.ts';
import { accountOf, badArguments, requireText } from './arguments.ts';

function capability(session: ImapSession): string {
  session.write(`* CAPABILITY ${session.capabilityLine()}\r\n`);
  return 'OK Capability completed.';
}

function logout(session: ImapSession): string {
  session.write('* BYE Logging out\r\n');
  return 'OK Logout completed.';
}

function authenticate(session: ImapSession, user: string, password: string): string {
  const account = session.context.store.accounts.get(user.toLowerCase());
  if (account?.password !== password) throw new Refusal('NO [AUTHENTICATIONFAILED] Authentication failed.');
  return session.login(account);
}

function login(session: ImapSession, command: Command): string {
  return authenticate(session, requireText(command, 0), requireText(command, 1));
}

/** SASL PLAIN (RFC 4616) with or without initial response (RFC 4959), and LOGIN. */
async function sasl(session: ImapSession, command: Command): Promise<string> {
  const mechanism = keyword(command.args[0]);
  if (mechanism === 'PLAIN') {
    const initial = tokenText(command.args[1]) ?? (await ask(session, ''));
    const [, user = '', password = ''] = Buffer.from(initial, 'base64').toString('utf8').split('\0');
    return authenticate(session, user, password);
  }
  if (mechanism === 'LOGIN') {
    const user = Buffer.from(await ask(session, 'Username:'), 'base64').toString('utf8');
    const password = Buffer.from(await ask(session, 'Password:'), 'base64').toString('utf8');
    return authenticate(session, user, password);
  }
  throw new Refusal('NO Unsupported authentication mechanism.');
}

async function ask(session: ImapSession, challenge: string): Promise<string> {
  session.write(`+ ${Buffer.from(challenge).toString('base64')}\r\n`);
  const answer = (await session.reader.readLine())?.toString('latin1') ?? '*';
  if (answer === '*') throw new Refusal('BAD Authentication aborted by client.');
  return answer;
}

function enable(session: ImapSession, command: Command): string {
  const wanted = command.args.map(keyword).filter((name) => name === 'CONDSTORE' && session.has(name));
  if (wanted.length > 0) session.enableCondstore();
  session.write(`* ENABLED${wanted.map((name) => ` ${name}`).join('')}\r\n`);
  return 'OK Enabled.';
}

function id(session: ImapSession): string {
  session.write('* ID ("name" "Sandbox")\r\n');
  return 'OK ID completed.';
}

function namespace(session: ImapSession): string {
  session.write(`* NAMESPACE (("" "${accountOf(session).separator}")) NIL NIL\r\n`);
  return 'OK Namespace completed.';
}

/** Tells of changes as they happen until the client says DONE (RFC 2177). */
async function idle(session: ImapSession, command: Command): Promise<string> {
  if (command.args.length > 0) throw badArguments(command);
  session.write('+ idling\r\n');
  const mailbox = session.view?.mailbox;
  let due: NodeJS.Immediate | undefined;
  const push = () => {
    // Changes made in one go are told in one go.
    due ??= setImmediate(() => {
      due = undefined;
      session.sync(true, false);
    });
  };
  mailbox?.listeners.add(push);
  push();
  const line = await session.reader.readLine();
  mailbox?.listeners.delete(push);
  clearImmediate(due);
  if (!line) session.end();
  return line?.toString('latin1').toUpperCase() === 'DONE' ? 'OK Idle completed.' : 'BAD Expected DONE.';
}

export const sessionCommands: Record<string, CommandSpec> = {
  CAPABILITY: { state: 'any', run: capability },
  NOOP: { state: 'any', run: () => 'OK NOOP completed.' },
  CHECK: { state: 'selected', run: () => 'OK Check completed.' },
  LOGOUT: { state: 'any', sync: 'none', run: logout },
  LOGIN: { state: 'notAuthenticated', run: login },
  AUTHENTICATE: { state: 'notAuthenticated', run: sasl },
  ID: { state: 'any', capability: 'ID', run: id },
  ENABLE: { state: 'authenticated', capability: 'ENABLE', run: enable },
  NAMESPACE: { state: 'authenticated', capability: 'NAMESPACE', run: namespace },
  IDLE: { state: 'authenticated', capability: 'IDLE', run: idle },
};
