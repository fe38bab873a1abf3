import { describe, expect, test } from 'vitest';
import { messageIds } from '../../../src/content/headers.ts';
import { letter } from '../../support/letters.ts';
import { postOffices } from '../../support/post-office.ts';
import { codes, context, correspondence, type Desk, fresh, type Standing } from './rig.ts';

const ids = ({ headers }: Standing, field: string) => headers.all(field).flatMap(messageIds);
const bodyOf = ({ raw }: Standing) => {
  const text = raw.toString();
  const body = text.slice(text.indexOf('\r\n\r\n') + 4);
  const decoded = /quoted-printable/iu.test(text)
    ? Buffer.from(
        body
          .replace(/=\r\n/gu, '')
          .replace(/=([\dA-F]{2})/gu, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
        'latin1',
      ).toString()
    : /^Content-Transfer-Encoding: base64/imu.test(text)
      ? Buffer.from(body, 'base64').toString()
      : body;
  return decoded.replaceAll('\r\n', '\n').trimEnd();
};

describe.each(postOffices)('a conversation on $name', ({ open }) => {
  const people = correspondence(open, { MAILBOX_NAME: 'Alice Ä.' });

  test('of six turns keeps its References whole, one Re: and quotes that nest', async () => {
    const { alice, bob } = people();
    const topic = fresh('Angebot für März');
    const first = await alice.send({
      to: [bob.address],
      subject: topic,
      text: 'Hallo Bob, das ist Runde 1.\n\n-- \nAlice',
    });
    const chain = [first.messageId];
    let subject = topic;
    for (let turn = 2; turn <= 6; turn++) {
      const [writer, reader]: [Desk, Desk] = turn % 2 === 0 ? [bob, alice] : [alice, bob];
      // The newest of that name: each turn bears the same subject.
      await expect.poll(async () => (await ofParent(writer, chain.at(-1))) !== undefined).toBe(true);
      const inReplyTo = await ofParent(writer, chain.at(-1));
      const sent = await writer.send({
        ...(inReplyTo && { inReplyTo }),
        text: `Danke! Und dann Runde ${turn}.`,
      });
      subject = `Re: ${topic}`;
      expect(sent.to.join()).toContain(reader.address);
      chain.push(sent.messageId);
    }
    await expect.poll(() => ofParent(alice, chain.at(-1))).toBeDefined();
    const last = (await alice.about('INBOX', subject)).at(-1) as Standing;
    expect(ids(last, 'message-id')).toEqual(chain.slice(-1));
    expect(ids(last, 'references')).toEqual(chain.slice(0, -1));
    expect(ids(last, 'in-reply-to')).toEqual(chain.slice(-2, -1));
    const body = bodyOf(last);
    expect(body).toMatch(
      /^Danke! Und dann Runde 6\.\n\nAm \d\d\.\d\d\.\d{4} um \d\d:\d\d schrieb .*alice@.*:\n> Danke/u,
    );
    expect(body).toMatch(/\n>>>>> Hallo Bob, das ist Runde 1\.$/u);
    expect(body).not.toContain('-- ');
    const thread = await alice.account.mail.thread(
      { id: (await ofParent(alice, chain.at(-1))) ?? '' },
      context(),
    );
    expect(thread.emails).toHaveLength(6);
    const flags = (await bob.about('INBOX', subject)).map((mail) => mail.flags);
    expect(flags).toEqual([['\\Answered'], ['\\Answered']]);
    expect((await alice.about('INBOX', subject)).map((mail) => mail.flags)).toEqual([
      ['\\Answered'],
      ['\\Answered'],
      [],
    ]);
  });

  test('in English is quoted in English, in the zone of the account', async () => {
    const { office, alice } = people();
    const subject = fresh('Lunch');
    const from = '"Smith, Jo" <jo@else.test>';
    const body = 'Would you like to have lunch with me?';
    const inReplyTo = await alice.put('INBOX', letter({ subject, from, to: alice.address, body }));
    await alice.send({ inReplyTo, text: 'Sure' });
    const copy = await alice.only('Sent', `Re: ${subject}`);
    expect(bodyOf(copy)).toBe(`Sure\n\nOn 2 Mar 2026 at 10:00, "Smith, Jo" <jo@else.test> wrote:\n> ${body}`);
    expect(copy.headers.first('from')).toBe(`Alice Ä. <${alice.address}>`);
    expect(copy.headers.all('in-reply-to')).toEqual([]);
    expect(await office.copies('bob', `Re: ${subject}`)).toEqual([]);
  });

  test('answers one person with Reply-To, and all without any of the own addresses', async () => {
    const { alice, bob } = people();
    const subject = fresh('AW: WG: RE[2]: Runde');
    const [user, domain] = alice.address.split('@');
    const own = [alice.address.toUpperCase(), `${user}+list@${domain}`, alice.alias];
    const raw = letter({
      subject,
      from: 'Carl <carl@else.test>',
      to: `${own[0]}, Dora <dora@else.test>, ${own[1]}`,
      id: '<parent@else.test>',
      headers: [
        'Reply-To: Answers <answers@other.test>',
        `Cc: ${own[2]}, bob <${bob.address}>, CARL@else.test`,
        'References: <a@else.test>\r\n <b@else.test>',
        'In-Reply-To: <b@else.test>',
      ],
    });
    const inReplyTo = await alice.put('INBOX', raw);
    const one = await alice.send({ inReplyTo, text: 'Nur dir' });
    expect(one).toMatchObject({ to: ['Answers <answers@other.test>'], cc: [], bcc: [] });
    expect(codes(one)).toContain('reply_to_differs');
    const all = await alice.send({ inReplyTo, replyAll: true, text: 'Allen', bcc: ['b@else.test'] });
    expect(all.to).toEqual(['Answers <answers@other.test>']);
    expect(all.cc).toEqual(['Dora <dora@else.test>', `bob <${bob.address}>`, 'CARL@else.test']);
    expect(all.bcc).toEqual(['b@else.test']);
    const [copy] = await alice.about('Sent', `Re: ${subject.replace('AW: WG: RE[2]: ', '')}`);
    expect(copy && ids(copy, 'references')).toEqual(['<a@else.test>', '<b@else.test>', '<parent@else.test>']);
    const toMe = await alice.send({ inReplyTo, to: ['x@else.test'], text: 'Anders' });
    expect(toMe).toMatchObject({ to: ['x@else.test'] });
  });

  test('is answered from the address it came to', async () => {
    const { alice } = people();
    const [user, domain] = alice.address.split('@');
    const cases: [string, string[], string][] = [
      [alice.alias.toUpperCase(), [], alice.alias],
      [`${user}.alias+shop@${domain}`, [], alice.alias],
      [`${user}+x@${domain}`, [], alice.address],
      ['list@else.test', [`Delivered-To: ${alice.alias}`], alice.alias],
      ['list@else.test', [], alice.address],
      [`someone@else.test, ${alice.alias}`, [], alice.alias],
    ];
    for (const [to, headers, from] of cases) {
      const raw = letter({ subject: fresh('To me'), from: 'c@else.test', to, headers });
      const sent = await alice.send({ inReplyTo: await alice.put('INBOX', raw), text: 'x' });
      expect([to, sent.from]).toEqual([to, `Alice Ä. <${from}>`]);
    }
    const raw = letter({ subject: fresh('Chosen'), from: 'c@else.test', to: alice.alias });
    const inReplyTo = await alice.put('INBOX', raw);
    expect((await alice.send({ inReplyTo, from: alice.address, text: 'x' })).from).toContain(
      `<${alice.address}>`,
    );
  });

  test('goes on to whom an own mail went, and is not marked when it was not sent', async () => {
    const { alice, bob } = people();
    const subject = fresh('Mine');
    await alice.send({ to: [bob.address], cc: ['c@else.test'], subject, text: 'Erstens' });
    const { id } = await alice.received(subject, 'Sent');
    const more = await alice.send({ inReplyTo: id, replyAll: true, text: 'Zweitens' });
    expect(more).toMatchObject({ to: [bob.address], cc: ['c@else.test'] });
    expect((await alice.only('Sent', subject)).flags).toEqual(['\\Answered', '\\Seen']);
    const other = fresh('Not sent');
    const inReplyTo = await alice.put('INBOX', letter({ subject: other, from: 'c@else.test' }));
    const failing = alice.send({ inReplyTo, from: 'foreign@else.test', text: 'x' });
    await expect(failing).rejects.toMatchObject({ code: 'forbidden' });
    expect((await alice.only('INBOX', other)).flags).toEqual([]);
  });
});

/** Our server's id of the mail with that Message-ID in the inbox. */
async function ofParent(desk: Desk, messageId: string | undefined): Promise<string | undefined> {
  const all = await desk.standing('INBOX');
  const found = all.find((mail) => ids(mail, 'message-id')[0] === messageId);
  const { emails } = await desk.account.mail.search({ folder: 'INBOX', limit: 100 }, context());
  return emails.find(({ id }) => id.endsWith(`-${found?.uid}`))?.id;
}
