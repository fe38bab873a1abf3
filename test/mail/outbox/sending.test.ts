import { describe, expect, onTestFinished, test } from 'vitest';
import { startPostfix } from '../../servers/postfix.ts';
import { type PostOfficeOptions, postOffices } from '../../support/post-office.ts';
import { correspondence, Desk, faultyOffice, fresh, onTheWire, without } from './rig.ts';

const failing = (name: string) => (name === 'sandbox' ? 'nobody@sandbox.test' : 'reject@rig.test');

describe.each(postOffices)('sending on $name', ({ name, open }) => {
  const people = correspondence(open);

  test('a text arrives as written, from the account, and its copy in Sent is the same and read', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Grüße 🎈 aus München');
    const text = 'Hallo Bob,\n\n.\n..punkt\nFrom hier\n-- \nÄlice\n';
    const sent = await alice.send({ to: [`"Bob, Ü 🎉" <${bob.address}>`], subject, text });
    expect(sent).toMatchObject({ status: 'sent', savedTo: 'Sent', accepted: [bob.address], rejected: [] });
    const raw = await office.arrived('bob', sent.messageId);
    const copy = await alice.only('Sent', subject);
    expect(without(raw)).toBe(without(copy.raw));
    expect(copy.flags).toEqual(['\\Seen']);
    const { id } = await bob.received(subject);
    const email = await bob.account.mail.read({ id, quoted: true }, { signal: AbortSignal.timeout(9000) });
    expect(email.body?.text.trimEnd()).toBe(text.trimEnd());
    expect(email.to).toEqual([`"Bob, Ü 🎉" <${bob.address}>`]);
    expect(copy.headers.first('from')).toBe(alice.address);
    expect(sent.messageId).toMatch(/^<[\da-f]+@\w+\.test>$/u);
  });

  test('text and HTML arrive side by side', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Both');
    const html = '<p>Hello <b>Bob</b> &amp; Ünal</p>';
    const { messageId } = await alice.send({ to: [bob.address], subject, text: 'Hello Bob & Ünal', html });
    const raw = (await office.arrived('bob', messageId)).toString();
    expect(raw).toMatch(/Content-Type: multipart\/alternative/u);
    expect(raw.indexOf('text/plain')).toBeLessThan(raw.indexOf('text/html'));
    const { id } = await bob.received(subject);
    const email = await bob.account.mail.read({ id, format: 'html' }, { signal: AbortSignal.timeout(9000) });
    expect(email.body?.text).toContain('<b>Bob</b>');
  });

  test('Bcc gets the mail, stands in Sent and nowhere on the way', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Blind');
    const bcc = [`Bob <${bob.address}>`];
    const sent = await alice.send({ to: ['someone@else.test'], bcc, subject, text: 'psst' });
    expect(sent).toMatchObject({ status: 'sent', accepted: ['someone@else.test', bob.address], bcc });
    const raw = await office.arrived('bob', subject);
    const { raw: copy, headers } = await alice.only('Sent', subject);
    expect(headers.first('bcc')).toContain(bob.address);
    expect(without(raw)).toBe(onTheWire(copy));
    expect(without(raw)).not.toMatch(/bob/iu);
  });

  test('nobody gets it twice, however often and in whatever case they are named', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Once');
    const to = [bob.address, bob.address.toUpperCase()];
    const sent = await alice.send({ to, cc: [bob.address], bcc: [bob.address], subject, text: 'x' });
    expect(sent.accepted).toEqual([bob.address]);
    expect(await office.copies('bob', subject)).toHaveLength(1);
  });

  test('one refused recipient does not keep the mail from the others, and is named', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Partly');
    const sent = await alice.send({ to: [failing(name), bob.address], subject, text: 'x' });
    expect(sent).toMatchObject({ status: 'sent', accepted: [bob.address], savedTo: 'Sent' });
    expect(sent.rejected?.map(({ address }) => address)).toEqual([failing(name)]);
    expect(sent.rejected?.[0]?.reason).not.toMatch(/rig|5\.\d/u);
    expect(await office.copies('bob', subject)).toHaveLength(1);
    expect(await alice.about('Sent', subject)).toHaveLength(1);
  });

  test('when all recipients are refused nothing was sent, nothing is filed, and it may be tried again', async () => {
    const { alice } = people();
    const subject = fresh('Refused');
    for (let round = 0; round < 2; round++) {
      await expect(alice.send({ to: [failing(name)], subject, text: 'x' })).rejects.toThrow(
        /accepted none of the recipients.*Nothing was sent\.$/u,
      );
    }
    expect(await alice.about('Sent', subject)).toEqual([]);
    expect(await alice.about('Drafts', subject)).toEqual([]);
  });

  test('From may be an alias, with a name, and no other address', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Alias');
    const from = `Älice A. <${alice.alias}>`;
    expect(await alice.send({ to: [bob.address], from, subject, text: 'x' })).toMatchObject({ from });
    await office.arrived('bob', subject);
    expect((await bob.only('INBOX', subject)).headers.all('from')).toEqual([from]);
    const foreign = fresh('Foreign');
    for (const other of [bob.address, 'alice@example.org', alice.address.replace('@', '+shop@')]) {
      const sending = alice.send({ to: [bob.address], from: other, subject: foreign, text: 'x' });
      await expect(sending).rejects.toMatchObject({
        code: 'forbidden',
        hint: expect.stringContaining(alice.alias),
      });
    }
    expect(await office.copies('bob', foreign)).toEqual([]);
  });

  test('the same content is sent once; a new key allows it again, the same key never does', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Twice?');
    const request = { to: [bob.address], subject, text: 'Only once' };
    const first = await alice.send({ ...request, idempotencyKey: `${name} a` });
    const again = [request, { ...request, idempotencyKey: `${name} a` }];
    for (const repeated of again) {
      await expect(alice.send(repeated)).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining(first.messageId),
      });
    }
    const other = { to: [bob.address], subject: 'Other', text: 'Else', idempotencyKey: `${name} a` };
    await expect(alice.send(other)).rejects.toMatchObject({ code: 'conflict' });
    const second = await alice.send({ ...request, idempotencyKey: `${name} b` });
    expect(second.messageId).not.toBe(first.messageId);
    expect(await office.copies('bob', subject)).toHaveLength(2);
  });

  test('a key is remembered over a restart', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Restarted');
    const request = { to: [bob.address], subject, text: 'x', idempotencyKey: `${name} restart` };
    const { messageId } = await alice.send(request);
    await alice.restart();
    await expect(alice.send({ ...request, text: 'y' })).rejects.toThrow(messageId);
    await expect(alice.send({ ...request, from: alice.alias })).rejects.toMatchObject({ code: 'conflict' });
    expect(await office.copies('bob', subject)).toHaveLength(1);
    expect(await alice.about('Sent', subject)).toHaveLength(1);
  });

  test('an attachment beyond the limit of the server is refused before anything is sent', async () => {
    const office = await open({ maxMessageBytes: 50_000 } satisfies PostOfficeOptions);
    onTestFinished(() => office.close());
    const alice = await Desk.of(office, 'alice');
    onTestFinished(() => alice.close());
    const to = [office.env('bob').MAILBOX_EMAIL ?? ''];
    const attachment = { name: 'big.bin', contentBase64: Buffer.alloc(40_000, 1).toString('base64') };
    const tooMuch = alice.send({ to, subject: 'Big', text: 'x', attachments: [attachment] });
    await expect(tooMuch).rejects.toMatchObject({ code: 'invalid_input' });
    const tooLong = alice.send({ to, subject: 'Big', text: 'Ä wörd '.repeat(10_000) });
    await expect(tooLong).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(tooLong).rejects.toThrow(/too large.*Nothing was sent/u);
    await alice.send({ to, subject: 'Small', text: 'x' });
    expect(await office.copies('bob', 'Big')).toEqual([]);
    expect(await alice.standing('Sent')).toHaveLength(1);
  });
});

describe.runIf(postOffices.length > 1)('a real Postfix', () => {
  test('takes mail with TLS from the start and with STARTTLS', async () => {
    const postfix = await startPostfix();
    onTestFinished(() => postfix.stop());
    for (const security of ['tls', 'starttls'] as const) {
      const office = { env: (user: string) => postfix.mailEnv(user, security) };
      const alice = await Desk.of(office as never, 'alice');
      const sent = await alice.send({ to: ['bob@rig.test'], subject: security, text: 'x' });
      await alice.close();
      expect(sent).toMatchObject({ status: 'sent', savedTo: 'Sent' });
      await postfix.arrived('bob', sent.messageId);
    }
  });
});

describe('a server that files sent mail itself', () => {
  /** Files what was accepted before it looks at the next IMAP command. */
  const selfFiling = async (slow: 'imap' | 'smtp') => {
    const people = await faultyOffice();
    const { sandbox, alice, arm } = people;
    let filed = false;
    arm(({ protocol, command }) => {
      const [mail] = sandbox.smtp.accepted;
      if (protocol === 'imap' && mail && !filed) {
        filed = true;
        sandbox.deliver(alice.address, 'Sent', mail.raw, { flags: ['\\Seen'] });
      }
      const late = slow === 'imap' ? protocol === 'imap' : command === '.';
      return late ? { delayMs: 150 } : undefined;
    });
    return { ...people, filed: () => filed };
  };

  test.each(['smtp', 'imap'] as const)('leaves one copy in Sent (slow: %s)', async (slow) => {
    const { alice, bob, arm, filed } = await selfFiling(slow);
    const sent = await alice.send({ to: [bob.address], subject: 'Filed', text: 'x' });
    arm(undefined);
    expect(filed()).toBe(true);
    expect(sent).toMatchObject({ status: 'sent', savedTo: 'Sent' });
    expect(await alice.about('Sent', 'Filed')).toHaveLength(1);
  });
});
