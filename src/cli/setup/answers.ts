import type { Env } from '../../config/read-config.ts';
import { leavesOutCalendars, type Provider } from './providers.ts';

/** What a person has told so far. */
export interface Answers {
  email: string;
  provider: Provider;
  /** Servers, login name and wishes: the settings that are no secret. Defaults are left out. */
  settings: Record<string, string>;
  password: string;
  /** Undefined: that of the mail. */
  calendarPassword: string | undefined;
  /** Whether every server took the login. */
  isProven: boolean;
}

/** Where the passwords will be: their settings in the entry. */
export type SecretSettings = Partial<
  Record<
    'MAILBOX_PASSWORD' | 'MAILBOX_PASSWORD_COMMAND' | 'MAILBOX_DAV_PASSWORD' | 'MAILBOX_DAV_PASSWORD_COMMAND',
    string
  >
>;

/** The environment of the entry. */
export function entryEnv(answers: Answers, secrets: SecretSettings): Record<string, string> {
  return { MAILBOX_EMAIL: answers.email, ...secrets, ...answers.settings };
}

/** The passwords as they were typed, for the test and for an entry that holds them itself. */
export function plainSecrets({ password, calendarPassword }: Answers): SecretSettings {
  return {
    MAILBOX_PASSWORD: password,
    ...(calendarPassword !== undefined && { MAILBOX_DAV_PASSWORD: calendarPassword }),
  };
}

export function hasCalendar(settings: Env): boolean {
  return !leavesOutCalendars(settings.MAILBOX_TOOLSETS);
}
