import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { MailboxError } from '../../../src/domain/errors.ts';
import { letter } from '../../support/letters.ts';
import { postOffices } from '../../support/post-office.ts';
import { codes, correspondence, fresh, without } from './rig.ts';

const forbidden = { code: 'forbidden', message: expect.stringContaining('evil@else.test') };

describe.each(postOffices)('what may leave $name', ({ open }) => {
  const people = correspondence(open);

  test('goes only to the allowed recipients, whatever way it takes', async () => {
    const { office, alice, bob } = people();
    await alice.restart({ MAILBOX_ALLOWED_RECIPIENTS: `${bob.address.toUpperCase()},@friends.test` });
    const subject = fresh('Allowed');
    const evil = ['Evil <evil@else.test>'];
    const [to, text] = [[bob.address], 'x'];
    const raw = letter({ subject, from: evil[0] ?? '', to: `${alice.address}, b@friends.test` });
    const inReplyTo = await alice.put('INBOX', raw);
    const listed = letter({
      subject,
      from: 'b@friends.test',
      to: alice.address,
      headers: ['Cc: evil@else.test'],
    });
    const replyAllTo = await alice.put('INBOX', listed);
    const diverted = letter({ subject, from: 'b@friends.test', headers: ['Reply-To: evil@else.test'] });
    const divertedTo = await alice.put('INBOX', diverted);
    const own = await alice.draft({ to, bcc: evil, subject, text });
    const foreign = letter({
      subject,
      from: alice.address,
      to: bob.address,
      headers: ['Bcc: evil@else.test'],
    });
    const foreignId = await alice.put('Drafts', foreign, ['\\Draft']);
    const ways = [
      () => alice.send({ to: evil, subject, text }),
      () => alice.send({ to, cc: evil, subject, text }),
      () => alice.send({ to, bcc: evil, subject, text }),
      () => alice.send({ inReplyTo, text }),
      () => alice.send({ inReplyTo: replyAllTo, replyAll: true, text }),
      () => alice.send({ inReplyTo: divertedTo, text }),
      () => alice.send({ inReplyTo, to, cc: evil, text }),
      () => alice.send({ forwardOf: inReplyTo, to: evil }),
      () => alice.sendDraft(own.id),
      () => alice.sendDraft(foreignId),
      () => alice.send({ draft: own.id, idempotencyKey: 'k' }),
    ];
    for (const [index, way] of ways.entries()) {
      await expect(way(), String(index)).rejects.toMatchObject(forbidden);
    }
    expect(await alice.about('Sent', subject)).toEqual([]);
    expect(await office.copies('bob', subject)).toEqual([]);
    const fine = await alice.send({ to: [bob.address.toUpperCase(), 'x@FRIENDS.test'], subject, text });
    expect(fine.status).toBe('sent');
    await expect(alice.send({ to: ['x@sub.friends.test'], subject, text })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await alice.restart();
  });

  test('is shown to the person as it is, and goes when they agree', async () => {
    const { office, alice, bob } = people();
    await alice.restart({ MAILBOX_SEND: 'confirm', MAILBOX_NAME: 'Alice' });
    const subject = fresh('Confirm');
    const asked: string[] = [];
    const request = {
      ...{
        to: [`Bob <${bob.address}>`],
        cc: ['c@bücher.example'],
        bcc: ['secret@else.test'],
        subject,
        text: 'x',
      },
      attachments: [{ name: 'a.exe', contentBase64: 'AAAA' }],
    };
    const yes = async (question: string) => {
      asked.push(question);
      expect(await alice.about('Sent', subject)).toEqual([]);
      return true;
    };
    const sent = await alice.send(request, yes);
    expect(asked).toHaveLength(1);
    const arrived = Buffer.from(without(await office.arrived('bob', subject)), 'latin1');
    const digest = createHash('sha256').update(arrived).digest('hex');
    const [, shown] = /Digest: sha256 ([\da-f]{16,})/u.exec(asked[0] ?? '') ?? [];
    expect(digest.startsWith(shown ?? '-')).toBe(true);
    const lines = (asked[0] ?? '').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        `From: ${alice.address} "Alice"`,
        `To: ${bob.address} "Bob"`,
        'Cc: c@xn--bcher-kva.example',
        'Bcc: secret@else.test',
        `Subject: ${subject}`,
        'Attachment: 3 bytes, "a.exe"',
        expect.stringMatching(/^Never written to before: .*secret@else\.test/u),
        expect.stringMatching(/a\.exe is a program/u),
      ]),
    );
    const { raw } = await alice.only('Sent', subject);
    expect(lines).toContain(`Size: ${raw.length} bytes`);
    expect(sent.accepted).toHaveLength(3);
    await alice.restart();
  });

  test('goes nowhere when the person declines, cannot be asked, or asking fails', async () => {
    const { office, alice, bob } = people();
    await alice.restart({ MAILBOX_SEND: 'confirm' });
    const subject = fresh('Declined');
    const request = { to: [bob.address], subject, text: 'x' };
    await expect(alice.send(request, async () => false)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/declined.*Nothing was sent/u),
    });
    await expect(alice.send(request)).rejects.toMatchObject({
      code: 'forbidden',
      hint: expect.stringContaining('create_draft'),
    });
    const { id } = await alice.draft({ ...request, subject: `${subject} draft` });
    await expect(alice.sendDraft(id, async () => false)).rejects.toMatchObject({ code: 'forbidden' });
    const gone = new MailboxError('forbidden', 'The client could not ask.');
    await expect(alice.send(request, () => Promise.reject(gone))).rejects.toMatchObject({
      code: 'forbidden',
      message: 'The client could not ask. Nothing was sent.',
    });
    expect(await office.copies('bob', subject)).toEqual([]);
    expect(await alice.about('Sent', subject)).toEqual([]);
    expect(await alice.about('Drafts', `${subject} draft`)).toHaveLength(1);
    // A draft is what the person has seen where nobody can be asked.
    expect(await alice.sendDraft(id)).toMatchObject({ status: 'sent' });
    expect(await alice.send(request, async () => true)).toMatchObject({ status: 'sent' });
    await alice.restart();
  });

  test('is limited in number, what was refused not counted, and the wait is told', async () => {
    const { alice, bob } = people();
    await alice.restart({ MAILBOX_SEND_LIMIT: '2', MAILBOX_ALLOWED_RECIPIENTS: bob.address });
    const to = [bob.address];
    for (const text of ['one', 'two']) {
      await expect(alice.send({ to: ['x@else.test'], text })).rejects.toMatchObject({ code: 'forbidden' });
      await alice.send({ to, subject: fresh('Limit'), text });
    }
    const subject = fresh('Limit');
    const { id } = await alice.draft({ to, subject, text: 'three' });
    for (const way of [() => alice.send({ to, subject, text: 'x' }), () => alice.sendDraft(id)]) {
      await expect(way()).rejects.toMatchObject({
        code: 'rate_limited',
        hint: expect.stringMatching(/\d+ seconds/u),
      });
    }
    const signal = AbortSignal.timeout(5000);
    const { accounts } = await alice.account.status.status({ signal });
    expect(accounts[0]?.rateLimit?.waitMs).toBeGreaterThan(590_000);
    expect(await alice.about('Sent', subject)).toEqual([]);
    await alice.restart();
  });

  test('is warned of: strangers, whoever is not who they say, answers that go elsewhere', async () => {
    const { alice } = people();
    await alice.restart({ MAILBOX_AUTHSERV_IDS: 'mx.rig.test' });
    const stranger = `${fresh('stranger').replace(' ', '')}@else.test`;
    const another = stranger.replace('stranger', 'another');
    const first = await alice.send({ to: [stranger, another], subject: fresh('Hi'), text: 'Hi' });
    const detail = `Never written to before from this account: ${stranger}, ${another}.`;
    expect(first.warnings).toEqual([{ code: 'new_recipient', detail }]);
    await alice.restart({ MAILBOX_AUTHSERV_IDS: 'mx.rig.test' });
    expect(codes(await alice.send({ to: [stranger], subject: fresh('Hi'), text: 'Again' }))).toEqual([]);
    const mail = (...headers: string[]) =>
      letter({ subject: fresh('Warn'), from: 'Boss <boss@bank.test>', headers });
    const cases: [string[], string[]][] = [
      [['Authentication-Results: mx.rig.test; dmarc=fail header.from=bank.test'], ['authentication_failed']],
      [['Authentication-Results: evil.test; dmarc=fail header.from=bank.test'], []],
      [['Authentication-Results: mx.rig.test; dmarc=pass header.from=bank.test'], []],
      [['Reply-To: boss@bank.test.evil.test'], ['reply_to_differs', 'new_recipient']],
      [['Reply-To: help@mail.bank.test'], ['new_recipient']],
      [['Auto-Submitted: auto-replied'], ['automatic_mail']],
      [['Reply-To: "john doe"@bank.test, help@mail.bank.test'], ['recipient_left_out']],
    ];
    for (const [headers, expected] of cases) {
      const inReplyTo = await alice.put('INBOX', mail(...headers));
      const sent = await alice.send({ inReplyTo, text: `An answer ${fresh('a')}` });
      expect([headers, codes(sent)]).toEqual([headers, expected]);
    }
    await alice.restart();
  });

  test('is warned of just so when the answer was a draft', async () => {
    const { alice } = people();
    await alice.restart({ MAILBOX_AUTHSERV_IDS: 'mx.rig.test' });
    const headers = ['Authentication-Results: mx.rig.test; dmarc=fail header.from=bank.test'];
    const raw = letter({ subject: fresh('Warn'), from: 'Boss <boss@bank.test>', headers });
    const inReplyTo = await alice.put('INBOX', raw);
    const { id } = await alice.draft({ inReplyTo, text: `An answer ${fresh('a')}` });
    expect(codes(await alice.sendDraft(id))).toEqual(['authentication_failed']);
    await alice.restart();
  });

  test('is not warned of when it answers somebody by a draft, edited or not', async () => {
    const { alice } = people();
    for (const edited of [false, true]) {
      const from = `${fresh('friend').replace(' ', '')}@else.test`;
      const inReplyTo = await alice.put('INBOX', letter({ subject: fresh('To you'), from, id: `<${from}>` }));
      const draft = await alice.draft({ inReplyTo, text: `Antwort an ${from}` });
      expect(draft.warnings).toEqual([]);
      const { id } = edited ? await alice.draft({ replaces: draft.id, text: `Neu an ${from}` }) : draft;
      expect([edited, codes(await alice.sendDraft(id))]).toEqual([edited, []]);
    }
  });
});
