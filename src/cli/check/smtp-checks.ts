import type { AccountConfig } from '../../config/config.ts';
import { answerOf, isForeignSender, type SmtpAnswer } from '../../connections/smtp/answers.ts';
import { refusedMail } from '../../connections/smtp/errors.ts';
import { smtpStatus } from '../../connections/smtp/status.ts';
import { isLoopback } from '../../domain/loopback.ts';
import { smtpExtensions } from './capabilities.ts';
import { commandsOf, loginSteps } from './login.ts';
import type { Protocols } from './protocols.ts';
import { SmtpDialogue, type SmtpReply } from './smtp-dialogue.ts';
import type { Step } from './steps.ts';
import { failed, ok, skipped, type Verdict, warning } from './verdict.ts';

const refusedHint =
  'Check MAILBOX_EMAIL and MAILBOX_PASSWORD. If IMAP takes the same password, it is an e-mail app password without the scope SMTP: make one with IMAP and SMTP (mailbox.org: Settings > Security > E-mail app passwords).';

/** Each costs two round trips. */
const mostAliases = 5;
const quitMs = 500;

export function smtpSteps(protocols: Protocols): Step[] {
  const { account, config, connections } = protocols;
  const login = loginSteps({
    ask: (signal) => smtpStatus(connections.smtp, signal),
    ...{ secret: account.password, username: account.username, commands: commandsOf(account) },
    ...{ extensions: smtpExtensions, refusedHint },
  });
  const isSilent = config.send === 'drafts-only';
  return [
    ...login,
    {
      check: 'send',
      run: async (signal) =>
        isSilent ? skipped('MAILBOX_SEND is drafts-only') : await permission(protocols, signal),
    },
  ];
}

/**
 * Whether the server takes the account's addresses as senders: MAIL, RCPT to the account itself, for Postfix keeps its
 * word about the sender until then (smtpd_delay_reject), and RSET. Without DATA nothing is ever sent (RFC 5321 §3.3).
 */
async function permission({ account, connections, ca }: Protocols, signal: AbortSignal): Promise<Verdict> {
  const { host } = account.smtp;
  const startTls = isLoopback(host) ? (ca === undefined ? 'never' : 'offered') : 'required';
  const dialogue = await SmtpDialogue.open({ ...account.smtp, startTls, ca }, signal);
  try {
    const { code } = await dialogue.login(account.username, await connections.password());
    if (code !== 235) {
      return failed(
        'The mail server refused a second login right after the first.',
        'Try again in a minute.',
      );
    }
    return await senders(dialogue, account);
  } finally {
    await goodbye(dialogue);
  }
}

interface Refusal {
  address: string;
  message: string;
  hint: string;
  isTemporary: boolean;
}

async function senders(dialogue: SmtpDialogue, { email, aliases }: AccountConfig): Promise<Verdict> {
  const asked = [...new Set([email, ...aliases.slice(0, mostAliases)])];
  const refusals: Refusal[] = [];
  for (const address of asked) refusals.push(...(await refusalOf(dialogue, address, email)));
  const rest = aliases.length - mostAliases;
  const unasked = rest > 0 ? `, ${rest} more not asked` : '';
  const [first] = refusals;
  if (!first) return ok(`may send as ${asked.join(', ')}${unasked}; nothing was sent`);
  const detail = refusals.map(({ message }) => message).join(' ');
  const isMain = refusals.some(({ address, isTemporary }) => address === email && !isTemporary);
  if (isMain) return failed(detail, first.hint);
  const isAlias = refusals.some(({ isTemporary }) => !isTemporary);
  return warning(detail, isAlias ? `${first.hint} Else take it out of MAILBOX_ALIASES.` : first.hint);
}

async function refusalOf(dialogue: SmtpDialogue, address: string, self: string): Promise<Refusal[]> {
  const isForeign = /[^\0-\x7f]/u.test(address);
  if (isForeign && !dialogue.capabilities.has('SMTPUTF8')) {
    const message = `The mail server takes no addresses with such letters: ${address}.`;
    return [{ address, message, hint: 'Use an address in plain ASCII letters.', isTemporary: false }];
  }
  const mail = await dialogue.ask(`MAIL FROM:<${address}>${isForeign ? ' SMTPUTF8' : ''}`);
  const answer = answerOf({ ...fields(mail), command: 'MAIL FROM' }) ?? (await delayed(dialogue, self));
  await dialogue.ask('RSET');
  if (!answer) return [];
  return [{ address, ...refusalIn(answer, address) }];
}

/** Sending has words of its own for a refusal, but they are of an e-mail, and here there is none. */
function refusalIn(answer: SmtpAnswer, address: string): Omit<Refusal, 'address'> {
  const { message, hint = '', retryable, code } = refusedMail(answer, { from: address, size: 0 }, answer);
  if (isForeignSender(answer) || code === 'auth_failed' || answer.code === 421) {
    return { message, hint, isTemporary: retryable };
  }
  const isTemporary = Math.floor(answer.code / 100) === 4;
  return {
    message: `The mail server does not take ${address} as a sender${isTemporary ? ' now' : ''} (${answer.code}).`,
    hint: isTemporary
      ? 'Try again in some minutes; it may limit how much an account sends.'
      : 'Check that the address in MAILBOX_EMAIL is written as the provider has it, and in the webmail whether this account may send: it may be unpaid, full or blocked.',
    isTemporary,
  };
}

/** What is said of the sender when a recipient is named; what is said of the recipient is no concern of this check. */
async function delayed(dialogue: SmtpDialogue, self: string): Promise<SmtpAnswer | undefined> {
  const answer = answerOf({ ...fields(await dialogue.ask(`RCPT TO:<${self}>`)), command: 'RCPT TO' });
  return answer && isForeignSender(answer) ? answer : undefined;
}

function fields({ code, text }: SmtpReply): { responseCode: number; response: string } {
  return { responseCode: code, response: text };
}

/** A server that has been greeted expects a farewell, but nobody waits for it long. */
async function goodbye(dialogue: SmtpDialogue): Promise<void> {
  const timer = setTimeout(() => dialogue.close(), quitMs);
  await dialogue.ask('QUIT').catch(() => 'gone already');
  clearTimeout(timer);
  dialogue.close();
}
