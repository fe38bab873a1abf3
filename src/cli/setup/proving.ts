import { ConfigError } from '../../config/config.ts';
import { type Answers, entryEnv, plainSecrets } from './answers.ts';
import { type Asker, Cancelled } from './asker.ts';
import type { Known } from './known.ts';
import { type Finding, type Protocol, testLogin } from './live-test.ts';
import { withoutCalendar } from './providers.ts';
import { askAccount, askPassword, withCalendarPassword, wordFault } from './questions.ts';

const purposes: Readonly<Record<Protocol, string>> = {
  imap: 'Reading mail',
  smtp: 'Sending mail',
  caldav: 'The calendar',
};

/**
 * Logs in with the answers until every server takes them, or the person wants to go on without. Each typed password goes
 * to a server once.
 *
 * @throws Cancelled when the person stops.
 */
export async function provenAnswers(
  ask: Asker,
  given: Answers,
  version: string,
  known: Known,
): Promise<Answers> {
  const anew = ({ email }: Answers) => askAccount(ask, { ...known, email });
  let answers = given;
  for (;;) {
    const findings = await findingsOf(ask, answers, version);
    if (findings === undefined) {
      answers = await anew(answers);
      continue;
    }
    for (const finding of findings) tellFinding(ask, finding, answers);
    const faults = findings.filter(({ fault }) => fault !== undefined);
    const next = faults.length === 0 ? 'go-on' : await askNext(ask, faults);
    if (next === 'go-on') return { ...answers, isProven: faults.length === 0 };
    if (next === 'stop') throw new Cancelled();
    if (next === 'other') answers = await anew(answers);
    if (next === 'login') answers = await withLogin(ask, answers);
    if (next === 'no-calendar') answers = withoutCalendarIn(answers);
    if (next === 'again') answers = await askRefused(ask, answers, faults);
  }
}

/** Undefined when the settings are not usable, which has been said then. */
async function findingsOf(ask: Asker, answers: Answers, version: string) {
  try {
    const env = entryEnv(answers, plainSecrets(answers));
    return await ask.wait('Logging in to the servers, nothing is changed there …', testLogin(env, version));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    ask.bad(error.faults.join('\n'));
    return undefined;
  }
}

function tellFinding(ask: Asker, { protocol, host, fault }: Finding, { provider }: Answers): void {
  const what = `${purposes[protocol]} (${host})`;
  const advice = fault && isRefusal(fault) && provider.id === 'mailbox.org' ? refusalAdvice[protocol] : '';
  if (fault) ask.bad(`${what}: ${fault.sentence}\n${advice}`.trimEnd());
  else ask.good(`${what} works.`);
}

/** kb.mailbox.org "Access security for mailbox: 2FA, app passwords and e-mail passwords". */
const refusalAdvice: Readonly<Record<Protocol, string>> = {
  imap:
    'With two-factor login mailbox.org takes only an e-mail app password, with the scope IMAP ticked. If the password is\n' +
    'right, the address may be an alias: log in with the main address.',
  smtp: 'The e-mail app password needs the scope SMTP, too.',
  caldav: 'The calendar wants an application password for CalDAV/CardDAV, not the e-mail app password.',
};

type Next = 'again' | 'no-calendar' | 'login' | 'other' | 'go-on' | 'stop';

async function askNext(ask: Asker, faults: readonly Finding[]): Promise<Next> {
  const refused = faults.some(({ fault }) => fault && isRefusal(fault));
  const onlyCalendar = faults.every(({ protocol }) => protocol === 'caldav');
  return await ask.choose<Next>({
    message: 'What now?',
    choices: [
      { value: 'again', label: refused ? 'Type the refused password again' : 'Try again' },
      ...(onlyCalendar ? [{ value: 'no-calendar', label: 'Do without the calendar' } as const] : []),
      ...(refused ? [{ value: 'login', label: 'My login name is not my address' } as const] : []),
      { value: 'other', label: 'Change the address or the provider' },
      { value: 'go-on', label: 'Go on anyway', hint: 'what does not work now will say so later, too' },
      { value: 'stop', label: 'Stop', hint: 'nothing has been changed' },
    ],
    initial: 'again',
  });
}

/** Asks anew for what was refused and for nothing else. */
async function askRefused(ask: Asker, given: Answers, faults: readonly Finding[]): Promise<Answers> {
  const refused = faults.filter(({ fault }) => fault && isRefusal(fault)).map(({ protocol }) => protocol);
  let answers = given;
  const ownCalendar = answers.provider.aboutCalendar !== undefined;
  if (refused.some((protocol) => protocol !== 'caldav' || !ownCalendar)) {
    answers = { ...answers, password: await askPassword(ask, answers.provider) };
  }
  return refused.includes('caldav') && ownCalendar ? await withCalendarPassword(ask, answers) : answers;
}

async function withLogin(ask: Asker, answers: Answers): Promise<Answers> {
  const { email, settings } = answers;
  const login = await ask.text({
    message: 'Login name',
    initial: settings.MAILBOX_USERNAME ?? email,
    check: wordFault,
  });
  return { ...answers, settings: { ...settings, MAILBOX_USERNAME: login } };
}

function withoutCalendarIn(answers: Answers): Answers {
  return { ...answers, calendarPassword: undefined, settings: { ...answers.settings, ...withoutCalendar } };
}

function isRefusal({ code }: { code: string }): boolean {
  return code === 'auth_failed';
}
