import { describe, expect, test } from 'vitest';
import { letter, mixed, part, parts } from '../../support/letters.ts';
import { postOffices } from '../../support/post-office.ts';
import { codes, context, correspondence, fresh, onTheWire, without } from './rig.ts';

const draftFlags = ['\\Draft', '\\Seen'];
const text = (raw: Buffer) => raw.toString().slice(raw.indexOf('\r\n\r\n') + 4);

describe.each(postOffices)('a draft on $name', ({ open }) => {
  const people = correspondence(open);

  test('stands in Drafts, read, with Bcc, and goes nowhere', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Entwürfe 🎈');
    const draft = await alice.draft({ to: [bob.address], bcc: ['b@else.test'], subject, text: 'Hä?' });
    expect(draft).toMatchObject({ folder: 'Drafts', subject, to: [bob.address], bcc: ['b@else.test'] });
    const stored = await alice.only('Drafts', subject);
    expect(stored.flags).toEqual(draftFlags);
    expect(stored.headers.first('message-id')).toBe(draft.messageId);
    expect(stored.headers.first('bcc')).toBe('b@else.test');
    expect(await office.copies('bob', subject)).toEqual([]);
  });

  test('may be unfinished: without recipient, subject and text', async () => {
    const { alice } = people();
    const { id, messageId } = await alice.draft({});
    await expect(alice.sendDraft(id)).rejects.toMatchObject({
      code: 'invalid_input',
      message: 'The message has no recipient. Nothing was sent.',
    });
    const kept = (await alice.standing('Drafts')).filter(
      ({ headers }) => headers.first('message-id') === messageId,
    );
    expect(kept).toHaveLength(1);
  });

  test('keeps over all edits its Message-ID, what was not given anew, and stays one', async () => {
    const { alice, bob } = people();
    const [first, second] = [fresh('Before'), fresh('After')];
    const attachments = [{ name: 'Büro.txt', contentBase64: Buffer.from('Inhalt\n').toString('base64') }];
    const made = await alice.draft({
      ...{ to: [`Bob <${bob.address}>`], cc: ['c@else.test'], bcc: ['b@else.test'] },
      ...{ from: alice.alias, subject: first, text: 'Zeile 1\n\n  eingerückt\n-- \nAlice', attachments },
    });
    const renamed = await alice.draft({ replaces: made.id, subject: second });
    expect(renamed).toMatchObject({
      ...{ messageId: made.messageId, from: alice.alias, cc: ['c@else.test'], bcc: ['b@else.test'] },
      ...{ to: [`Bob <${bob.address}>`], subject: second, attachments: [{ name: 'Büro.txt', size: 7 }] },
    });
    expect(await alice.about('Drafts', first)).toEqual([]);
    expect(codes(renamed)).not.toContain('draft_not_removed');
    const kept = await alice.only('Drafts', second);
    expect(kept.flags).toEqual(draftFlags);
    const email = await alice.account.mail.read({ id: renamed.id, quoted: true }, context());
    expect(email.body?.text).toMatch(/^Zeile 1\n\n {2}eingerückt\n-- \nAlice/u);
    const rewritten = await alice.draft({ replaces: renamed.id, text: 'Neu', cc: [], attachments: [] });
    expect(rewritten).toMatchObject({
      messageId: made.messageId,
      cc: [],
      bcc: ['b@else.test'],
      attachments: [],
    });
    const last = await alice.only('Drafts', second);
    expect(text(last.raw)).toBe('Neu\r\n');
    expect(last.headers.all('message-id')).toEqual([made.messageId]);
    await expect(alice.draft({ replaces: made.id, text: 'Old' })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await alice.about('Drafts', second)).toHaveLength(1);
  });

  test('in HTML keeps its HTML when only the subject is new', async () => {
    const { alice, bob } = people();
    const [first, second] = [fresh('HTML'), fresh('HTML')];
    const html = '<p>Hallo <b style="color:red">Bob</b></p><ul><li>eins</li></ul>';
    const { id } = await alice.draft({ to: [bob.address], subject: first, text: 'Hallo *Bob*', html });
    await alice.draft({ replaces: id, subject: second });
    const { raw } = await alice.only('Drafts', second);
    expect(raw.toString()).toContain(html);
    expect(raw.toString()).toContain('Hallo *Bob*');
  });

  const besides = {
    ...{ to: [], cc: ['c@else.test'], bcc: ['b@else.test'], subject: '', text: 'x', html: '<p>x' },
    ...{
      attachments: [],
      from: 'a@else.test',
      inReplyTo: 'INBOX/1-1',
      replyAll: false,
      forwardOf: 'INBOX/1-1',
    },
  };
  test.each(Object.entries(besides))(
    'is sent with nothing else: %s is refused by its name',
    async (field, value) => {
      const { office, alice, bob } = people();
      const subject = fresh('Alone');
      const { id } = await alice.draft({ to: [bob.address], subject, text: 'x' });
      await expect(alice.send({ draft: id, [field]: value })).rejects.toMatchObject({
        code: 'invalid_input',
        message: `A draft is sent as it is; leave out ${field}. Nothing was sent.`,
      });
      expect(await office.copies('bob', subject)).toEqual([]);
      expect(await alice.about('Drafts', subject)).toHaveLength(1);
    },
  );

  test('is sent as it is, filed as what was sent, and removed', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Sent draft');
    const { id, messageId } = await alice.draft({
      to: [bob.address],
      bcc: ['b@else.test'],
      subject,
      text: 'Ü',
    });
    const { raw: stored } = await alice.only('Drafts', subject);
    const sent = await alice.sendDraft(id);
    expect(sent).toMatchObject({ status: 'sent', messageId, savedTo: 'Sent' });
    expect(sent.accepted).toEqual([bob.address, 'b@else.test']);
    expect(without(await office.arrived('bob', subject))).toBe(onTheWire(stored));
    const copy = await alice.only('Sent', subject);
    expect(copy.raw.equals(stored)).toBe(true);
    expect(copy.flags).toEqual(['\\Seen']);
    expect(await alice.about('Drafts', subject)).toEqual([]);
    await expect(alice.sendDraft(id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await office.copies('bob', subject)).toHaveLength(1);
  });

  test('of another program is sent exactly, completed by what no mail may lack', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Thunderbird');
    const raw = Buffer.from(
      [
        'X-Mozilla-Draft-Info: internal/draft; vcard=0; receipt=0; DSN=0; uuencode=0',
        'X-Identity-Key: id1',
        `From: =?UTF-8?Q?=C3=84lice?=\r\n <${alice.address.toUpperCase()}>`,
        `To: "Bob, B" <${bob.address}>,\r\n\tUndisclosed: c@else.test;`,
        'Bcc: b@else.test',
        `Subject: ${subject}`,
        'X-Priority: 1 (Highest)',
        'Content-Type: text/plain; charset=windows-1252; format=flowed',
        'Content-Transfer-Encoding: 8bit',
        '',
        'Gr\xfc\xdfe ',
        'next   line ',
        '.dot',
        '',
      ].join('\r\n'),
      'latin1',
    );
    const id = await alice.put('Drafts', raw, draftFlags);
    const sent = await alice.sendDraft(id);
    expect(sent.accepted).toEqual([bob.address, 'c@else.test', 'b@else.test']);
    const arrived = await office.arrived('bob', subject);
    const added = without(arrived).slice(0, -onTheWire(raw).length);
    expect(without(arrived)).toBe(added + onTheWire(raw));
    expect(added).toMatch(
      /^Message-ID: <[\da-f]+@\w+\.test>\r\nDate: \w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000\r\n$/u,
    );
    const copy = await alice.only('Sent', subject);
    expect(copy.raw.toString('latin1')).toBe(added + raw.toString('latin1'));
    expect(await alice.about('Drafts', subject)).toEqual([]);
  });

  test('open in webmail is neither sent nor replaced, and not touched', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Webmail');
    const raw = letter({
      subject,
      from: alice.address,
      to: bob.address,
      headers: ['X-OX-Composition-Space-Id: 4f2a'],
    });
    const id = await alice.put('Drafts', raw, ['\\Draft']);
    await expect(alice.sendDraft(id)).rejects.toMatchObject({ code: 'conflict' });
    await expect(alice.draft({ replaces: id, text: 'x' })).rejects.toMatchObject({ code: 'conflict' });
    const left = await alice.only('Drafts', subject);
    expect(left.flags).toEqual(['\\Draft']);
    expect(left.raw.equals(raw)).toBe(true);
    expect(await office.copies('bob', subject)).toEqual([]);
  });

  test('is what is one: other mail is neither sent nor replaced', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Letter');
    const id = await alice.put('INBOX', letter({ subject, from: alice.address, to: bob.address }));
    await expect(alice.sendDraft(id)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(alice.draft({ replaces: id, text: 'x' })).rejects.toMatchObject({ code: 'invalid_input' });
    expect((await alice.only('INBOX', subject)).flags).toEqual([]);
    expect(await office.copies('bob', subject)).toEqual([]);
    const foreign = fresh('Foreign draft');
    const draft = await alice.put(
      'Drafts',
      letter({ subject: foreign, from: bob.address, to: bob.address }),
      draftFlags,
    );
    await expect(alice.sendDraft(draft)).rejects.toMatchObject({ code: 'forbidden' });
    await alice.only('Drafts', foreign);
  });

  test('of an answer or a forward marks the original when it is sent, edited or not', async () => {
    const { alice, bob } = people();
    for (const edited of [false, true]) {
      const [asked, news] = [fresh('Question'), fresh('News')];
      const about = (subject: string) =>
        letter({
          subject,
          from: bob.address,
          to: alice.address,
          id: `<${subject.replace(' ', '-')}@x.test>`,
        });
      const inReplyTo = await alice.put('INBOX', about(asked), ['\\Seen', 'custom']);
      const forwardOf = await alice.put('INBOX', about(news));
      let answer = await alice.draft({ inReplyTo, text: 'Antwort' });
      let forward = await alice.draft({ forwardOf, to: [bob.address], text: 'Schau' });
      expect((await alice.only('INBOX', asked)).flags).toEqual(['\\Seen', 'custom']);
      if (edited) {
        answer = await alice.draft({ replaces: answer.id, text: 'Bessere Antwort' });
        forward = await alice.draft({ replaces: forward.id, text: 'Schau mal' });
        const { raw } = await alice.only('Drafts', `Re: ${asked}`);
        expect(text(raw)).toMatch(/^Bessere Antwort\r\n\r\n.+:\r\n> Hello Alice\.\s*$/u);
      }
      expect((await alice.sendDraft(answer.id)).warnings).toEqual([]);
      await alice.sendDraft(forward.id);
      expect([edited, (await alice.only('INBOX', asked)).flags]).toEqual([
        edited,
        ['\\Answered', '\\Seen', 'custom'],
      ]);
      expect([edited, (await alice.only('INBOX', news)).flags]).toEqual([edited, ['$Forwarded']]);
    }
  });

  test('of an answer marks the original also after a restart', async () => {
    const { alice } = people();
    const subject = fresh('Later');
    const raw = letter({ subject, from: 'c@else.test', id: `<later-${Date.now()}@x.test>` });
    const inReplyTo = await alice.put('Archive', raw);
    const { id } = await alice.draft({ inReplyTo, text: 'Antwort' });
    await alice.restart();
    await alice.sendDraft(id);
    expect((await alice.only('Archive', subject)).flags).toEqual(['\\Answered']);
    const copy = await alice.only('Sent', `Re: ${subject}`);
    expect(copy.headers.first('references')).toBe(copy.headers.first('in-reply-to'));
  });

  test('keeps the files of what it forwards over an edit', async () => {
    const { alice, bob } = people();
    const subject = fresh('With file');
    const body = parts(
      'm',
      part(['Content-Type: text/plain'], 'hello'),
      part(['Content-Type: text/csv', 'Content-Disposition: attachment; filename=a.csv'], '1;2'),
    );
    const forwardOf = await alice.put('INBOX', letter({ subject, headers: [mixed('m')], body }));
    const { id } = await alice.draft({ forwardOf, to: [bob.address], text: 'FYI' });
    const edited = await alice.draft({ replaces: id, text: 'For your information' });
    expect(edited.attachments).toEqual([{ name: 'a.csv', size: 3 }]);
    const { raw } = await alice.only('Drafts', `Fwd: ${subject}`);
    expect(raw.toString()).toContain(Buffer.from('1;2').toString('base64'));
  });
});
