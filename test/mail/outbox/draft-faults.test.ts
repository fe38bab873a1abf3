import { expect, test } from 'vitest';
import { codes, type Desk, faultyOffice, fresh } from './rig.ts';
import { type Mishap, meeting, mishaps, named, type Office, type Stage, stagesOf } from './sweep.ts';

const faults = ['drop', 'dropAfter', 'refuse', 'abort'] as const;
const offices = 2;

/**
 * Runs `each` for every command of an undisturbed attempt on a draft. Two offices share them and work at once: most of the
 * time goes by in waiting for a connection to be made anew, or for silence.
 */
async function everywhere(
  mishap: Mishap,
  attempt: (office: Office, id: string) => Promise<unknown>,
  each: (office: Office, fault: { stage: Stage; mishap: Mishap }) => Promise<void>,
): Promise<void> {
  const sweep = async (_: unknown, share: number) => {
    const office = await faultyOffice({}, { MAILBOX_SEND_LIMIT: '10000' });
    const trial = async () => (await draftOf(office.alice, fresh('Trial'))).id;
    await attempt(office, await trial());
    const id = await trial();
    // What goes wrong comes when the draft is there.
    const stages = await stagesOf(office, () => attempt(office, id));
    expect(stages.map(({ command }) => command)).toEqual(expect.arrayContaining(['APPEND', 'UID EXPUNGE']));
    for (const stage of stages.filter((_, index) => index % offices === share)) {
      await each(office, { stage, mishap }).catch((cause: unknown) => {
        throw new Error(named(stage, mishap), { cause });
      });
    }
  };
  await Promise.all(Array.from({ length: offices }, sweep));
}

const old = 'The old text';
const anew = 'The new text';
const draftOf = (alice: Desk, subject: string) => alice.draft({ to: ['b@else.test'], subject, text: old });

test.each(faults)('an edit loses neither the old draft nor the new: %s at any command', async (mishap) => {
  const replace = ({ alice }: Office, id: string) => alice.draft({ replaces: id, text: anew });
  await everywhere(mishap, replace, async (office, fault) => {
    const { alice } = office;
    const subject = fresh('Edit');
    const before = await draftOf(alice, subject);
    const { result, error, drafts } = await meeting(office, fault, (context) =>
      alice.account.outbox.createDraft({ replaces: before.id, text: anew }, context),
    );
    const left = drafts.filter((mail) => mail.subject === subject);
    const texts = left.map(({ raw }) => (raw.includes(anew) ? anew : old));
    if (result) {
      expect(texts.filter((text) => text === anew)).toHaveLength(1);
      if (codes(result).includes('draft_not_removed')) expect(texts.length).toBeLessThanOrEqual(2);
      else expect(texts).toEqual([anew]);
      expect(left.every(({ flags }) => flags.includes('\\Draft') && flags.includes('\\Seen'))).toBe(true);
    } else {
      expect(texts).toContain(old);
      expect(error?.code).not.toBe('internal');
      if (error?.code !== 'unknown_outcome' && fault.mishap !== 'abort') expect(texts).toEqual([old]);
    }
    const doomed = left.filter(({ flags }) => flags.includes('\\Deleted'));
    expect(doomed.every(({ raw }) => raw.includes(old)) && (doomed.length === 0 || left.length === 2)).toBe(
      true,
    );
  });
});

test.each(faults)(
  'a draft on its way out is with its reader, in Sent or in Drafts: %s at any command',
  async (mishap) => {
    const send = ({ alice }: Office, id: string) => alice.sendDraft(id);
    await everywhere(mishap, send, async (office, fault) => {
      const { alice } = office;
      const subject = fresh('Out');
      const { id } = await draftOf(alice, subject);
      const { result, error, accepted, ...folders } = await meeting(office, fault, (context) =>
        alice.account.outbox.sendDraft({ id }, context),
      );
      const [sent, drafts] = [folders.sent, folders.drafts].map(
        (all) => all.filter((mail) => mail.subject === subject).length,
      );
      expect(accepted).toBeLessThanOrEqual(1);
      expect(sent).toBeLessThanOrEqual(1);
      if (error) {
        expect(error.code).not.toBe('internal');
        expect(error.message).toMatch(/Nothing was sent\.$/u);
        expect({ accepted, sent, drafts }).toEqual({ accepted: 0, sent: 0, drafts: 1 });
        return;
      }
      const warned = codes(result ?? {});
      if (result?.status === 'unknown') {
        expect({ sent, drafts }).toEqual({ sent: 0, drafts: 1 });
        expect(warned).toContain('outcome_unknown');
      } else {
        expect(accepted).toBe(1);
        if (result?.savedTo === 'Sent') expect(sent).toBe(1);
        else expect(warned).toContain('copy_not_saved');
        if (sent === 0) expect(drafts).toBe(1);
        if (drafts === 1)
          expect(warned.some((code) => /^(?:draft_not_removed|copy_not_saved)$/u.test(code))).toBe(true);
      }
    });
  },
);

test('an answer is sent once, whatever happens while its original is marked', async () => {
  const office = await faultyOffice({}, { MAILBOX_SEND_LIMIT: '10000' });
  const { alice, sandbox } = office;
  for (const mishap of mishaps) {
    const subject = fresh('Asked');
    const raw = `From: c@else.test\r\nTo: ${alice.address}\r\nSubject: ${subject}\r\nMessage-ID: <${Math.random()}@x>\r\n\r\nHi?\r\n`;
    const inReplyTo = await alice.put('INBOX', raw);
    const before = sandbox.smtp.accepted.length;
    const stage: Stage = { protocol: 'imap', command: 'UID STORE', nth: 1 };
    const { result } = await meeting(office, { stage, mishap }, (context) =>
      alice.account.outbox.send({ inReplyTo, text: `Yes ${subject}` }, context),
    );
    expect(result).toMatchObject({ status: 'sent' });
    expect(sandbox.smtp.accepted.length - before).toBe(1);
    const marked = (await alice.only('INBOX', subject)).flags.includes('\\Answered');
    const warned = codes(result ?? {}).includes('original_not_marked');
    if (mishap !== 'abort') expect([mishap, warned]).toEqual([mishap, !marked]);
  }
});
