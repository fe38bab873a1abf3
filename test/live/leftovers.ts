import type { ImapFlow } from 'imapflow';
import { isLeftover, markOfFolder, markOfSubject } from './mark.ts';

/**
 * Removes what a run that was interrupted more than an hour ago left in the account: mails only a test writes, then
 * folders of a test in which nothing else lies.
 * @returns what it removed, as a person would call it
 */
export async function sweepMail(imap: ImapFlow, now: number): Promise<string[]> {
  const all = await imap.list();
  const removed: string[] = [];
  for (const { path, specialUse } of all) {
    if (!specialUse && path !== 'INBOX') continue;
    const uids = await leftIn(imap, path, now);
    if (uids.length > 0) removed.push(`${uids.length} mails in ${path}`);
  }
  for (const { path, delimiter } of all) {
    const mark = markOfFolder(path.split(delimiter).at(-1) ?? '');
    if (mark === undefined || !isLeftover(mark, now)) continue;
    if (all.some((other) => other.path.startsWith(`${path}${delimiter}`))) continue;
    await leftIn(imap, path, now);
    const status = await imap.status(path, { messages: true });
    const messages = status ? status.messages : undefined;
    if (messages !== 0) continue;
    await imap.mailboxDelete(path);
    removed.push(path);
  }
  return removed;
}

/** Removes the mails there that such a run left. @returns their UIDs */
async function leftIn(imap: ImapFlow, path: string, now: number): Promise<number[]> {
  const lock = await imap.getMailboxLock(path);
  try {
    // Servers that search by words do not know the hyphen at the end; what is found is judged by us.
    const found = (await imap.search({ header: { subject: 'mcp-test' } }, { uid: true })) || [];
    if (found.length === 0) return [];
    const mails = await imap.fetchAll(found, { envelope: true }, { uid: true });
    const left = mails.filter(({ envelope }) =>
      isLeftover(markOfSubject(envelope?.subject ?? '') ?? '', now),
    );
    const uids = left.map(({ uid }) => uid);
    if (uids.length > 0) await imap.messageDelete(uids, { uid: true });
    return uids;
  } finally {
    lock.release();
  }
}
