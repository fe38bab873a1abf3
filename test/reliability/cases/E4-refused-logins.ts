import type { FaultEvent } from '../../../src/sandbox/faults.ts';
import { type Case, Tally } from '../case.ts';
import { type Answer, atOutage, type OutageDesk, type Protocol, protocols } from '../support/outage-desk.ts';
import { spread } from '../support/spread.ts';

/** How the password comes to be wrong, and in which words it is refused. */
interface Input {
  way: 'wrong' | 'wrong command' | 'another wrong one each time' | 'revoked';
  words: Words;
}
interface Words {
  imap: string;
  smtp: string;
  caldav: number;
}

const words: readonly Words[] = [
  { imap: 'NO [AUTHENTICATIONFAILED] Authentication failed.', smtp: '535 5.7.8 refused', caldav: 401 },
  { imap: 'NO LOGIN failed.', smtp: '535 no', caldav: 401 },
  { imap: 'NO [EXPIRED] That password has expired.', smtp: '534 5.7.9 app password needed', caldav: 401 },
];
const ways = ['wrong', 'wrong command', 'another wrong one each time', 'revoked'] as const;
const inputs: Input[] = words.flatMap((refusal) => ways.map((way) => ({ way, words: refusal })));
/** Where providers begin to lock out; each protocol is a server of its own. */
const mostTries = 2;
const rounds = 3;
const callsAtOnce = 3;

export const refusedLogins: Case = {
  id: 'E4',
  title: 'a wrong or revoked password: hardly a login is tried, and every answer says what to do',
  run: (effort) =>
    atOutage({}, async (desk) => {
      const tally = new Tally(effort);
      let most = 0;
      for (const input of spread(inputs, effort.seed)) {
        if (tally.isOver) break;
        const name = `${input.way}, ${input.words.smtp}`;
        await prepared(desk, input);
        const before = triesOf(desk);
        const wrong = await refusedEverywhere(desk);
        const after = triesOf(desk);
        for (const protocol of protocols) {
          const tries = after[protocol] - before[protocol];
          most = Math.max(most, tries);
          if (tries > mostTries) wrong.push(`${tries} logins by ${protocol}`);
          if (tries === 0) wrong.push(`no login by ${protocol}: nothing was tested`);
        }
        tally.count(name, [...wrong, ...(await welcomedAgain(desk))]);
      }
      return tally.outcome({ of: inputs.length, figure: `at most ${most} logins a server` });
    }),
};

async function prepared(desk: OutageDesk, { way, words }: Input): Promise<void> {
  if (way === 'revoked') for (const protocol of protocols) await desk.ask(protocol);
  else await desk.start(settings[way]);
  desk.faults = ({ protocol, command }: FaultEvent) => {
    const isLogin = command === 'AUTHENTICATE' || command === 'LOGIN' || command === 'AUTH';
    return isLogin ? { reply: words[protocol] } : undefined;
  };
  const headers = { 'WWW-Authenticate': 'Basic realm="x"' };
  desk.sandbox.caldav.faults.plan(
    { times: Number.POSITIVE_INFINITY },
    { status: words.caldav, headers, body: '' },
  );
  if (way === 'revoked') for (const line of Object.values(desk.lines)) line.dropAll('fin');
}

const withoutPassword = { MAILBOX_PASSWORD: '' };
const settings: Record<Exclude<Input['way'], 'revoked'>, Record<string, string>> = {
  wrong: { MAILBOX_PASSWORD: 'no-longer-right' },
  'wrong command': { ...withoutPassword, MAILBOX_PASSWORD_COMMAND: 'echo no-longer-right' },
  'another wrong one each time': { ...withoutPassword, MAILBOX_PASSWORD_COMMAND: 'echo "wrong $$"' },
};

/** Many calls, at once and one after the other, as an assistant makes them that does not give up. */
async function refusedEverywhere(desk: OutageDesk): Promise<string[]> {
  const wrong: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const asked = protocols.flatMap((protocol) =>
      Array.from({ length: callsAtOnce }, async () => faultOf(protocol, await desk.ask(protocol), round)),
    );
    wrong.push(...(await Promise.all(asked)).flat());
  }
  return wrong;
}

function faultOf(protocol: Protocol, answer: Answer, round: number): string[] {
  if (answer.ok) return 'stale' in answer.data ? [] : [`${protocol} works`];
  const { code, retryable, message, hint = '' } = answer.error;
  const wrong: string[] = [];
  if (code !== 'auth_failed') wrong.push(`${code}: ${message}`);
  if (retryable === true) wrong.push('told to try again');
  if (!/MAILBOX_\w*PASSWORD/u.test(hint)) wrong.push(`does not say what to set: ${hint}`);
  // The first refusal may be a hiccup: there is no pause yet.
  if (round > 0 && !/restart|in \d+ minutes?/u.test(hint))
    wrong.push(`does not say when it is tried again: ${hint}`);
  return wrong.map((fault) => `${protocol}: ${fault}`);
}

/** Logins the servers have seen. */
function triesOf({ sandbox }: OutageDesk): Record<Protocol, number> {
  const logins = (commands: readonly string[], pattern: RegExp) =>
    commands.filter((line) => pattern.test(line)).length;
  return {
    imap: logins(sandbox.imap.commands, /^(?:\S+ )?(?:AUTHENTICATE|LOGIN)\b/u),
    smtp: logins(sandbox.smtp.commands, /^AUTH\b/u),
    caldav: sandbox.caldav.requests.filter(({ status }) => status === 401).length,
  };
}

/** What is refused is refused by the password, and by nothing that stays. */
async function welcomedAgain(desk: OutageDesk): Promise<string[]> {
  desk.faults = undefined;
  desk.sandbox.caldav.faults.clear();
  await desk.start();
  const answers = await Promise.all(
    protocols.map(async (protocol) => [protocol, await desk.ask(protocol)] as const),
  );
  return answers.flatMap(([protocol, answer]) =>
    answer.ok ? [] : [`${protocol} with the right one: ${answer.error.code}`],
  );
}
