import { imapStatus } from '../../connections/imap/status.ts';
import type { Imap } from '../../connections/imap.ts';
import { type MailboxError, toMailboxError } from '../../domain/errors.ts';
import { type FolderRole, folderRoles } from '../../domain/mail.ts';
import { FolderDirectory } from '../../mail/folder-directory.ts';
import { imapExtensions } from './capabilities.ts';
import { commandsOf, loginSteps } from './login.ts';
import type { Protocols } from './protocols.ts';
import { type Step, timeLimit } from './steps.ts';
import { ok, type Verdict, warning } from './verdict.ts';
import { counted, nameOf } from './words.ts';

const refusedHint =
  'Check MAILBOX_EMAIL and MAILBOX_PASSWORD; the user name at mailbox.org is the main address, no alias. With two-factor login it must be an e-mail app password (Settings > Security > E-mail app passwords) with the scopes IMAP and SMTP.';

/** What an account misses without a folder of that role. */
const losses: Readonly<Partial<Record<FolderRole, string>>> = {
  sent: 'no copy of sent e-mails is kept',
  drafts: 'drafts cannot be stored',
  trash: 'e-mails cannot be moved to the trash',
};

/** Less than a step has: then those that were opened count. */
const openingMs = 8000;

export function imapSteps({ account, config, connections }: Protocols): Step[] {
  const { imap } = connections;
  const [login, ...rest] = loginSteps({
    ask: (signal) => imapStatus(imap, signal),
    ...{ secret: account.password, username: account.username, commands: commandsOf(account) },
    ...{ extensions: imapExtensions, refusedHint },
  });
  return [
    ...(login ? [login] : []),
    ...rest,
    { check: 'folders', run: (signal) => folders(imap, signal) },
    {
      check: 'connections',
      run: (signal) => connectionLimit(imap, connections.oneMoreImap, config.pool.max, signal),
    },
  ];
}

async function folders(imap: Imap, signal: AbortSignal): Promise<Verdict> {
  const listed = await new FolderDirectory(imap).list(signal);
  const byRole = folderRoles.map((role) => ({ role, found: listed.find((folder) => folder.role === role) }));
  const found = byRole.flatMap(({ role, found: folder }) =>
    folder ? [`${role} ${nameOf(folder.path)}`] : [],
  );
  const missing = byRole.flatMap(({ role, found: folder }) => (folder ? [] : [role]));
  const without = missing.length > 0 ? `; no ${missing.join(', ')}` : '';
  const detail = `${counted(listed.length, 'folder')}: ${found.join(', ')}${without}`;
  const felt = missing.flatMap((role) => losses[role] ?? []);
  if (felt.length === 0) return ok(detail);
  return warning(
    detail,
    `Until there is such a folder, ${felt.join(', ')}. Create it in the webmail or a mail program; the names Sent, Drafts and Trash are known.`,
  );
}

/** Opens as many as the pool may, one after the other, and keeps them open until the last one is. */
async function connectionLimit(
  imap: Imap,
  oneMore: () => Imap,
  wanted: number,
  whole: AbortSignal,
): Promise<Verdict> {
  const limit = timeLimit(openingMs);
  const signal = AbortSignal.any([limit.signal, whole]);
  const more: Imap[] = [];
  let open = 0;
  let refusal: MailboxError | undefined;
  try {
    await imap.pool.use(async () => void open++, { signal });
    while (open < wanted) {
      const next = oneMore();
      more.push(next);
      await next.pool.use(async () => void open++, { signal });
    }
  } catch (error) {
    refusal = toMailboxError(error);
  } finally {
    limit.clear();
    await Promise.all(more.map((one) => one.pool.close()));
  }
  if (!refusal) return ok(`${counted(open, 'connection')} at once, as POOL_MAX_CONNECTIONS allows`);
  const room = Math.max(1, open);
  return warning(
    `only ${open} of ${counted(wanted, 'connection')} at once: ${refusal.message}`,
    refusal.code === 'rate_limited'
      ? `Set POOL_MAX_CONNECTIONS to ${room}, or close other mail programs: phones and computers behind the same router count too.`
      : `If that stays so, set POOL_MAX_CONNECTIONS to ${room}.`,
  );
}
