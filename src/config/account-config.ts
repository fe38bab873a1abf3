import type { AccountConfig, Secret } from './config.ts';
import { registrableDomain } from './hosts.ts';
import type { AccountSettings, SettingName } from './schema.ts';

/** What an account lacks to be used: names of settings, as a person has to set them. */
export interface Lacking {
  lacking: string[];
}

/**
 * One account's settings as the server uses them.
 * @param named how the setting is called in the environment of this account
 */
export function toAccount(
  values: AccountSettings,
  accountName?: string,
  named: (setting: SettingName) => string = (setting) => setting,
): AccountConfig | Lacking {
  const email = values.MAILBOX_EMAIL;
  const password = secret(values.MAILBOX_PASSWORD, values.MAILBOX_PASSWORD_COMMAND);
  if (!email || !password) {
    const either = `${named('MAILBOX_PASSWORD')} (or ${named('MAILBOX_PASSWORD_COMMAND')})`;
    return { lacking: [...(email ? [] : [named('MAILBOX_EMAIL')]), ...(password ? [] : [either])] };
  }
  return {
    accountName,
    email,
    ...(values.MAILBOX_NAME && { name: values.MAILBOX_NAME }),
    aliases: values.MAILBOX_ALIASES,
    username: values.MAILBOX_USERNAME ?? email,
    password,
    davPassword: secret(values.MAILBOX_DAV_PASSWORD, values.MAILBOX_DAV_PASSWORD_COMMAND) ?? password,
    ...endpoints(values),
    caldavUrl: values.MAILBOX_CALDAV_URL,
    calendars: values.MAILBOX_CALENDARS,
    caFile: values.MAILBOX_CA_FILE,
    authservIds: values.MAILBOX_AUTHSERV_IDS ?? [registrableDomain(values.MAILBOX_IMAP_HOST, email)],
    sendLimit: values.MAILBOX_SEND_LIMIT,
    requestsPerMinute: values.MAILBOX_RATE_LIMIT,
    allowedRecipients: values.MAILBOX_ALLOWED_RECIPIENTS,
  };
}

function endpoints(values: AccountSettings): Pick<AccountConfig, 'imap' | 'smtp'> {
  return {
    imap: {
      host: values.MAILBOX_IMAP_HOST,
      port: values.MAILBOX_IMAP_PORT,
      secure: values.MAILBOX_IMAP_SECURE,
    },
    smtp: {
      host: values.MAILBOX_SMTP_HOST,
      port: values.MAILBOX_SMTP_PORT,
      secure: values.MAILBOX_SMTP_SECURE ?? values.MAILBOX_SMTP_PORT !== 587,
    },
  };
}

function secret(value: string | undefined, command: string | undefined): Secret | undefined {
  if (command) return { kind: 'command', command };
  return value ? { kind: 'value', value } : undefined;
}
