import { MailboxError } from '../domain/errors.ts';
import type { Services } from '../domain/services.ts';
import type { ServerStatus } from '../domain/status.ts';
import { around } from './around.ts';

/** A text about settings in the words of one account: `MAILBOX_WORK_PASSWORD` for `MAILBOX_PASSWORD`. */
export type Words = (text: string) => string;

/** @throws MailboxError the error of an account, with its settings called as they are set for it */
export async function explained<T>(work: () => Promise<T>, words: Words): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof MailboxError ? reworded(error, words) : error;
  }
}

/** An account's ports, whose errors name settings that can be set. */
export function explaining(services: Services, words: Words): Services {
  const { status, mail, filing, outbox, calendar, schedule, watch } = services;
  const told = <T extends object>(port: T) => around(port, (work) => explained(work, words));
  return {
    ...{ mail: told(mail), filing: told(filing), outbox: told(outbox) },
    ...{ calendar: told(calendar), schedule: told(schedule), watch: told(watch) },
    status: { status: async (context) => rewordedStatus(await status.status(context), words) },
  };
}

/** The same error where there is nothing to reword: who throws it may know it again. */
function reworded(error: MailboxError, words: Words): MailboxError {
  const { code, message, hint, retryable, versions, cause } = error;
  if (words(message) === message && (hint === undefined || words(hint) === hint)) return error;
  return new MailboxError(code, words(message), {
    ...(hint !== undefined && { hint: words(hint) }),
    ...{ retryable, cause },
    ...(versions && { versions }),
  });
}

function rewordedStatus({ accounts, ...rest }: ServerStatus, words: Words): ServerStatus {
  const inWords = <
    T extends { error?: { code: string; message: string; hint?: string | undefined } | undefined },
  >(
    protocol: T,
  ): T => {
    const { error } = protocol;
    if (!error) return protocol;
    const hint = error.hint === undefined ? {} : { hint: words(error.hint) };
    return { ...protocol, error: { ...error, message: words(error.message), ...hint } };
  };
  return {
    ...rest,
    accounts: accounts.map((account) => ({ ...account, protocols: account.protocols.map(inWords) })),
  };
}
