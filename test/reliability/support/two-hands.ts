import type { ImapFlow } from 'imapflow';
import { formatMailId, parseMailId } from '../../../src/domain/mail-id.ts';
import { letter } from '../../support/letters.ts';
import type { McpProcess, ToolOutcome } from '../../support/mcp-client.ts';
import type { Picture, Standing } from './mailbox-desk.ts';

export const folders = ['INBOX', 'Archive', 'Trash', 'Work'] as const;

/** What one of the two does. */
export interface Hand<Kind extends string = string> {
  kind: Kind;
  ids: readonly string[];
  /** Of moves. */
  target: string;
}

/** One mailbox, our server, another mail program, and a third that only looks. */
export class TwoHands {
  private readonly server: McpProcess;
  private readonly other: ImapFlow;
  private readonly witness: ImapFlow;
  private mails = 0;

  constructor(server: McpProcess, other: ImapFlow, witness: ImapFlow) {
    this.server = server;
    this.other = other;
    this.witness = witness;
  }

  async furnish(): Promise<void> {
    for (const folder of folders) if (folder !== 'INBOX') await this.witness.mailboxCreate(folder);
  }

  /** Until there are so many mails again. Each has a subject of its own. */
  async fillUp(count: number): Promise<void> {
    for (let left = count - (await this.picture()).size; left > 0; left--) {
      const nth = this.mails++;
      // Sizes differ by chance only now and then: most mails are of one size, as in life.
      const raw = letter({ subject: `mail ${nth}`, body: 'x'.repeat(nth % 5) });
      await this.witness.append(folders[nth % folders.length] ?? 'INBOX', raw, ['\\Seen']);
    }
  }

  async picture(): Promise<Picture> {
    const mails = new Map<string, Standing>();
    for (const folder of folders) {
      const { uidValidity, exists } = await this.witness.mailboxOpen(folder, { readOnly: true });
      const items = { uid: true, envelope: true, flags: true } as const;
      const found = exists === 0 ? [] : await this.witness.fetchAll('1:*', items);
      for (const { uid, envelope, flags } of found) {
        const own = [...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort();
        mails.set(formatMailId({ folder, uidValidity, uid }), {
          folder,
          subject: envelope?.subject ?? '',
          flags: own,
        });
      }
    }
    return mails;
  }

  async ours({ kind, ids, target }: Hand): Promise<ToolOutcome<unknown>> {
    if (kind === 'move') return await this.server.call('move_email', { ids, folder: target });
    if (kind === 'mark') return await this.server.call('mark_email', { ids, add: ['flagged'] });
    return await this.server.call('delete_email', { ids, permanent: kind === 'delete' });
  }

  async theirs({ kind, ids, target }: Hand): Promise<void> {
    if (kind === 'nothing') return;
    for (const id of ids) {
      const { folder, uid } = parseMailId(id);
      if (kind === 'move' && folder === target) continue;
      await this.other.mailboxOpen(folder);
      const range = [String(uid), { uid: true }] as const;
      if (kind === 'flag') await this.other.messageFlagsAdd(range[0], ['\\Answered'], range[1]);
      else if (kind === 'expunge') await this.other.messageDelete(...range);
      else await this.other.messageMove(range[0], target, range[1]);
    }
  }
}
