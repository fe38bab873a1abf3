import { describe, expect, onTestFinished, test } from 'vitest';
import type { SendRequest } from '../../../src/domain/outbox-port.ts';
import { letter } from '../../support/letters.ts';
import { postOffices } from '../../support/post-office.ts';
import { type Correspondence, correspondence, Desk, fresh } from './rig.ts';

const minute = 60_000;
const repeated = (messageId: string) => ({
  code: 'conflict',
  message: expect.stringMatching(
    new RegExp(
      `^The same message was already sent (?:a second|\\d+ seconds) ago \\(Message-ID ${messageId}\\)\\.$`,
      'u',
    ),
  ),
  hint: 'Nothing was sent. To send it once more on purpose, pass a new idempotencyKey.',
});

/** Puts the copy in Sent back as if it had been filed so long ago. */
async function aged({ alice }: Correspondence, subject: string, ms: number): Promise<void> {
  const { uid, raw } = await alice.only('Sent', subject);
  const client = await alice.client();
  await client.mailboxOpen('Sent');
  await client.messageDelete(String(uid), { uid: true });
  await client.append('Sent', raw, ['\\Seen'], new Date(Date.now() - ms));
  await client.mailboxClose();
}

describe.each(postOffices)('the same content on $name', ({ open }) => {
  const people = correspondence(open);
  const once = async (request: SendRequest, subject: string) => {
    const { office, alice } = people();
    const { messageId } = await alice.send(request);
    await alice.restart();
    await expect(alice.send(request)).rejects.toMatchObject(repeated(messageId));
    expect(await office.copies('bob', subject)).toHaveLength(1);
    expect(await alice.about('Sent', subject)).toHaveLength(1);
  };

  test('is refused after a restart, unless a new key says that it is meant', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Restarted');
    const request = { to: [bob.address], subject, text: 'Only once' };
    await once(request, subject);
    expect(await alice.send({ ...request, idempotencyKey: subject })).toMatchObject({ status: 'sent' });
    expect(await office.copies('bob', subject)).toHaveLength(2);
  });

  test('is refused to a second process, again and again; other content is not', async () => {
    const { office, alice, bob } = people();
    const second = await Desk.of(office, 'alice');
    onTestFinished(() => second.close());
    const subject = fresh('Beside');
    const request = { to: [bob.address], subject, text: 'Text' };
    await second.send({ ...request, subject: `${subject} first` });
    const { messageId } = await alice.send(request);
    await expect(second.send(request)).rejects.toMatchObject(repeated(messageId));
    const changes: Partial<SendRequest>[] = [
      { subject: `${subject}!` },
      { text: 'Texts' },
      { text: 'text' },
      { cc: ['carl@else.test'] },
      { html: '<p>Text</p>' },
    ];
    for (const change of changes) {
      const sent = await second.send({ ...request, ...change });
      expect(sent, JSON.stringify(change)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
      const back = alice.send({ ...request, ...change });
      await expect(back, JSON.stringify(change)).rejects.toMatchObject(repeated(sent.messageId));
    }
    await expect(second.send(request)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('goes out again after ten minutes by the clock of the server, not before', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Later');
    const request = { to: [bob.address], subject, text: 'Weekly' };
    await once(request, subject);
    await aged(people(), subject, 9 * minute);
    await alice.restart();
    await expect(alice.send(request)).rejects.toThrow(/sent 5[34]\d seconds ago/u);
    await aged(people(), subject, 11 * minute);
    await alice.restart();
    expect(await alice.send(request)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
    expect(await office.copies('bob', subject)).toHaveLength(2);
  });

  test.each([
    ['no letters', '!?'],
    ['letters of all kinds', 'Grüße 🎈 aus Köln – „Zitat“ und 東京, ÅÄÖ ẞ'],
    ['folded lines', `Long ${'and longer '.repeat(20)}`.trim()],
    ['encoded and folded lines', 'Ein längerer Betreff über Gemüse und Öl '.repeat(5).trim()],
    ['blanks in a row', 'Two  blanks   "quoted \\ here"'],
    ['what looks encoded', '=?UTF-8?Q?Hi?= there'],
    ['one long word', 'x'.repeat(300)],
  ])('is known whatever the subject: %s', async (_, words) => {
    const subject = `${words} ${fresh('#')}`;
    await once({ to: [people().bob.address], subject, text: 'x' }, subject);
  });

  test('is known without a subject, sent in Bcc only, as an answer, with a name', async () => {
    const { alice, bob } = people();
    const subject = fresh('Blind');
    await once({ to: [], bcc: [bob.address], subject, text: 'x' }, subject);
    const text = fresh('No subject');
    const bare = { to: [`"Bob, Ü" <${bob.address}>`], text };
    const { id: draft } = await alice.draft(bare);
    await alice.send(bare);
    await alice.restart();
    for (const again of [() => alice.send(bare), () => alice.sendDraft(draft)]) {
      await expect(again()).rejects.toMatchObject({ code: 'conflict' });
    }
    const question = fresh('Question');
    await bob.send({ to: [alice.address], subject: question, text: 'When?' });
    const { id } = await alice.received(question);
    await once({ inReplyTo: id, text: 'Noon' }, `Re: ${question}`);
  });

  test('is known by its attachments, large ones too', async () => {
    const { alice, bob } = people();
    const subject = fresh('Files');
    const request = (byte: number, length: number) => ({
      ...{ to: [bob.address], subject, text: 'x' },
      attachments: [{ name: 'a.bin', contentBase64: Buffer.alloc(length, byte).toString('base64') }],
    });
    await once(request(1, 300_000), subject);
    await alice.send(request(2, 300_000));
    await alice.send(request(1, 1000));
    await alice.restart();
    for (const same of [request(2, 300_000), request(1, 1000)]) {
      await expect(alice.send(same)).rejects.toMatchObject({ code: 'conflict' });
    }
  });

  test('is known of a draft that was sent, and of one that is to be sent', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Drafted');
    const request = { to: [bob.address], bcc: ['b@else.test'], subject, text: 'x' };
    const [{ id }, twin] = [await alice.draft(request), await alice.draft(request)];
    const { messageId } = await alice.sendDraft(id);
    await alice.restart();
    for (const again of [() => alice.send(request), () => alice.sendDraft(twin.id)]) {
      await expect(again()).rejects.toMatchObject(repeated(messageId));
    }
    expect((await alice.only('Drafts', subject)).flags).not.toContain('$SubmitPending');
    expect(await office.copies('bob', subject)).toHaveLength(1);
    expect(await alice.send({ draft: twin.id, idempotencyKey: subject })).toMatchObject({ status: 'sent' });
  });

  test('is known of a draft among many others with its subject or its recipient', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Among many');
    const request = { to: [bob.address], subject, text: 'x' };
    const { id } = await alice.draft(request);
    const { messageId } = await alice.send(request);
    await alice.restart();
    for (let number = 0; number < 35; number += 1) {
      const from = alice.address;
      await alice.put('Sent', letter({ from, to: bob.address, subject: fresh('Other') }));
      await alice.put('Sent', letter({ from, to: `x${number}@else.test`, subject }));
    }
    await expect(alice.sendDraft(id)).rejects.toMatchObject(repeated(messageId));
    expect(await office.copies('bob', subject)).toHaveLength(1);
  });
});
