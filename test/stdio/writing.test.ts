import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeletedMail, MarkedMail, MovedMail } from '../../src/domain/filing.ts';
import type { SentMail } from '../../src/domain/outbox.ts';
import { type Correspondent, type PostOffice, postOffices } from '../support/post-office.ts';
import { asSent, Desk, header } from './writing-rig.ts';

const directions: { author: Correspondent; reader: Correspondent }[] = [
  { author: 'alice', reader: 'bob' },
  { author: 'bob', reader: 'alice' },
];

describe.each(postOffices)('a day of writing on $name', ({ open }) => {
  let office: PostOffice;
  const desks = new Map<Correspondent, Desk>();

  beforeAll(async () => {
    office = await open();
    for (const user of ['alice', 'bob'] as const) desks.set(user, await Desk.open(office, user));
  }, 30_000);
  afterAll(async () => {
    for (const { server } of desks.values()) await server.kill('SIGKILL');
    await office.close();
  });

  describe.each(directions)('$author to $reader', ({ author, reader }) => {
    const desk = (user: Correspondent) => desks.get(user) as Desk;
    const subject = (topic: string) => `${topic} von ${author}`;

    test('send_email: one copy arrives, one lies in Sent, byte for byte the same, Bcc only there', async () => {
      const { call, address, about } = desk(author);
      const message = {
        to: [desk(reader).address],
        bcc: [address],
        subject: subject('Grüße'),
        text: 'Hällo.\n\nA.',
      };
      const sent = await call<SentMail>('send_email', message);
      expect(sent).toMatchObject({
        status: 'sent',
        accepted: [desk(reader).address, address],
        savedTo: 'Sent',
      });
      const arrived = await office.copies(reader, sent.messageId);
      const [copy, ...others] = await about(message.subject, 'Sent');
      expect(arrived).toHaveLength(1);
      expect(others).toHaveLength(0);
      expect(copy?.flags).toEqual(['\\Seen']);
      expect(header(copy?.source ?? '', 'Bcc')).toContain(address);
      expect(asSent(arrived[0]?.toString('latin1') ?? '')).toBe(asSent(copy?.source ?? ''));
      for (const user of [author, reader]) {
        for (const raw of await office.copies(user, sent.messageId))
          expect(header(raw, 'Bcc')).toBeUndefined();
      }
    });

    test('the same again is refused, and a new key allows it', async () => {
      const { call, refused } = desk(author);
      const message = { to: [desk(reader).address], subject: subject('Zweimal'), text: 'Once?' };
      await call('send_email', message);
      expect(await refused('send_email', message)).toMatchObject({ code: 'conflict', retryable: false });
      expect(await office.copies(reader, message.subject)).toHaveLength(1);
      const key = { ...message, idempotencyKey: `again-${author}` };
      await call('send_email', key);
      expect(await refused('send_email', key)).toMatchObject({ code: 'conflict' });
      expect(await office.copies(reader, message.subject)).toHaveLength(2);
      expect(await desk(author).about(message.subject, 'Sent')).toHaveLength(2);
    });

    test('a reply goes back, quotes, refers to its original and marks it', async () => {
      const question = subject('Frage');
      const asked = await desk(author).send({
        to: [desk(reader).address],
        subject: question,
        text: 'Soll der Einbau am 12. oder am 19. beginnen? Bitte sag mir bis Freitag Bescheid.',
      });
      const id = await desk(reader).find(question);
      const answer = await desk(reader).send({ inReplyTo: id, text: 'Am 19., bitte.' });
      expect(answer.to).toEqual([expect.stringContaining(desk(author).address)]);
      const raw = await office.arrived(author, answer.messageId);
      expect(header(raw, 'Subject')).toBe(`Re: ${question}`);
      expect(header(raw, 'In-Reply-To')).toBe(asked.messageId);
      expect(header(raw, 'References')).toBe(asked.messageId);
      expect(raw.toString()).toContain('> Soll der Einbau');
      expect(raw.toString()).toMatch(/Am .* schrieb/u);
      expect((await desk(reader).about(question, 'INBOX'))[0]?.flags).toContain('\\Answered');
    });

    test('a draft is changed under one Message-ID and sent as it stands, leaving only the copy', async () => {
      const { draft, call, about } = desk(author);
      const first = await draft({ to: [desk(reader).address], subject: subject('Entwurf'), text: 'Half.' });
      const second = await draft({ replaces: first.id, text: 'The whole text.' });
      expect(second.messageId).toBe(first.messageId);
      const [stored, ...others] = await about(first.subject, 'Drafts');
      expect(others).toHaveLength(0);
      expect(stored?.flags).toEqual(['\\Draft', '\\Seen']);
      const sent = await call<SentMail>('send_draft', { id: second.id });
      expect(sent).toMatchObject({ status: 'sent', messageId: first.messageId, savedTo: 'Sent' });
      const arrived = await office.copies(reader, first.messageId);
      expect(arrived.map((raw) => asSent(raw.toString('latin1')))).toEqual([stored?.source]);
      expect(await about(first.subject, 'Drafts')).toEqual([]);
      expect(await about(first.subject, 'Sent')).toMatchObject([
        { flags: ['\\Seen'], source: stored?.source },
      ]);
      expect(await desk(author).refused('send_draft', { id: second.id })).toMatchObject({
        code: 'not_found',
      });
    });

    test('a forward takes the attachment along and marks its original', async () => {
      const [topic, bytes] = [subject('Datei'), Buffer.from('Monat;Umsatz\r\nMärz;15300\r\n')];
      const attachments = [{ name: 'Umsätze.csv', contentBase64: bytes.toString('base64') }];
      await desk(author).send({ to: [desk(reader).address], subject: topic, text: 'Anbei.', attachments });
      const id = await desk(reader).find(topic);
      const sent = await desk(reader).send({
        forwardOf: id,
        to: [desk(author).address],
        text: 'Siehe unten.',
      });
      const raw = (await office.arrived(author, sent.messageId)).toString();
      expect(header(raw, 'Subject')).toBe(`Fwd: ${topic}`);
      expect(header(raw, 'References')).toBeUndefined();
      expect(raw.replace(/\r\n/gu, '')).toContain(bytes.toString('base64'));
      expect((await desk(reader).about(topic, 'INBOX'))[0]?.flags).toContain('$Forwarded');
    });

    test('mark_email, move_email and delete_email do what they say on the server, and no more', async () => {
      const { call, find, about, other } = desk(reader);
      const topic = subject('Ablage');
      await desk(author).send({ to: [desk(reader).address], subject: topic, text: 'For the files.' });
      const id = await find(topic);
      await other.mailboxOpen('INBOX');
      await other.messageFlagsAdd({ subject: topic }, ['$Wichtig']);
      const marked = await call<MarkedMail>('mark_email', { ids: [id], add: ['read', 'flagged'] });
      expect(marked.updated).toMatchObject([{ id, flags: expect.arrayContaining(['flagged']) }]);
      expect((await about(topic, 'INBOX'))[0]?.flags).toEqual(['$Wichtig', '\\Flagged', '\\Seen']);
      await call('mark_email', { ids: [id], remove: ['flagged'] });
      expect((await about(topic, 'INBOX'))[0]?.flags).toEqual(['$Wichtig', '\\Seen']);

      const { moved } = await call<MovedMail>('move_email', { ids: [id], folder: 'archive' });
      expect(await about(topic, 'INBOX')).toEqual([]);
      expect(await about(topic, 'Archive')).toHaveLength(1);
      const { trashed = [] } = await call<DeletedMail>('delete_email', { ids: [moved[0]?.newId] });
      expect(await about(topic, 'Archive')).toEqual([]);
      expect(await about(topic, 'Trash')).toHaveLength(1);
      const gone = trashed.map(({ newId }) => newId);
      expect(await call<DeletedMail>('delete_email', { ids: gone })).toMatchObject({ deleted: gone });
      expect(await about(topic, 'Trash')).toEqual([]);
    });

    test('folders are made, renamed and deleted, but never with something in them', async () => {
      const { call, refused, paths, draft } = desk(author);
      const made = `Projekte ${author}/Größe & Maß`;
      expect(await call('create_directory', { path: made })).toEqual({ path: made });
      expect(await paths()).toContain(made);
      const { id } = await draft({ subject: subject('Notiz'), text: 'A note.' });
      await call('move_email', { ids: [id], folder: made });
      const renamed = `Projekte ${author}/計画`;
      expect(await call('rename_directory', { path: made, newPath: renamed })).toEqual({ path: renamed });
      expect(await desk(author).about(subject('Notiz'), renamed)).toHaveLength(1);
      expect(await refused('delete_directory', { path: renamed })).toMatchObject({ code: 'conflict' });
      const note = await desk(author).find(subject('Notiz'), renamed);
      await call('delete_email', { ids: [note], permanent: true });
      await call('delete_directory', { path: renamed });
      expect(await paths()).not.toContain(renamed);
    });
  });

  test('in all that, no line on stdout was foreign, and stderr held no password, subject or text', async () => {
    for (const [user, { server }] of desks) {
      const password = office.env(user).MAILBOX_PASSWORD ?? '';
      const login = Buffer.from(`\0${office.env(user).MAILBOX_EMAIL}\0${password}`).toString('base64');
      expect(await server.end()).toMatchObject({ code: 0 });
      expect(server.stderr).toContain('submitted');
      const topics = ['Grüße', 'Zweimal', 'Frage', 'Entwurf', 'Datei', 'Ablage', 'Notiz'];
      const texts = ['Hällo', 'Once?', 'Einbau', 'The whole text', 'Siehe unten', 'For the files', 'Umsätze'];
      for (const secret of [password, login, ...topics, ...texts])
        expect(server.stderr).not.toContain(secret);
    }
  });
});
