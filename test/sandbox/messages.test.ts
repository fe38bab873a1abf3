import { expect, test } from 'vitest';
import { alice, imapClient, mail, rawImap, sandboxForTest } from './clients.ts';

const nested = [
  'From: =?UTF-8?Q?J=C3=B6rg_M=C3=BCller?= <joerg@example.org>',
  'To: "Doe, Jane" <jane@example.org>, Team: a@b.example, c@d.example;',
  'Subject: =?UTF-8?B?R3LDvMOfZQ==?=',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="b"',
  '',
  '--b',
  'Content-Type: text/plain; charset=iso-8859-1',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Gr=FC=DFe',
  '--b',
  'Content-Type: application/pdf; name="x.pdf"',
  "Content-Disposition: attachment; filename*0*=UTF-8''R%C3%A4; filename*1*=tsel.pdf",
  'Content-Transfer-Encoding: base64',
  '',
  'SGFsbG8A',
  '--b',
  'Content-Type: message/rfc822',
  '',
  'From: x@y.example',
  'Subject: inside',
  '',
  'inner body',
  '--b--',
  '',
].join('\r\n');

test('envelope and structure of a nested message reach imapflow whole', async () => {
  const sandbox = await sandboxForTest();
  sandbox.deliver(alice, 'INBOX', nested, { internalDate: new Date('2025-03-03T09:00:00Z') });
  const client = await imapClient(sandbox);
  await client.mailboxOpen('INBOX');
  const message = await client.fetchOne('1', {
    envelope: true,
    bodyStructure: true,
    internalDate: true,
    size: true,
  });
  if (!message) throw new Error('not found');
  expect(message.envelope).toMatchObject({
    subject: 'Grüße',
    from: [{ name: 'Jörg Müller', address: 'joerg@example.org' }],
  });
  expect(message.envelope?.to?.map(({ address }) => address)).toContain('c@d.example');
  expect(new Date(message.internalDate ?? 0).toISOString()).toBe('2025-03-03T09:00:00.000Z');
  expect(message.size).toBe(Buffer.byteLength(nested));
  const [text, pdf, inner] = message.bodyStructure?.childNodes ?? [];
  expect(text).toMatchObject({ part: '1', type: 'text/plain', encoding: 'quoted-printable' });
  expect(pdf).toMatchObject({ disposition: 'attachment', dispositionParameters: { filename: 'Rätsel.pdf' } });
  expect(inner).toMatchObject({ type: 'message/rfc822', envelope: { subject: 'inside' } });
});

test('every section is the exact bytes of the message', async () => {
  const sandbox = await sandboxForTest();
  sandbox.deliver(alice, 'INBOX', nested);
  const client = await imapClient(sandbox);
  await client.mailboxOpen('INBOX');
  const message = await client.fetchOne('1', {
    source: true,
    headers: ['subject'],
    bodyParts: [
      '1',
      '2.mime',
      '3',
      '3.header',
      '3.text',
      '3.1',
      'text',
      { key: '1', start: 2, maxLength: 4 },
      '9',
    ],
  });
  if (!message) throw new Error('not found');
  const part = (key: string) => message.bodyParts?.get(key)?.toString();
  expect(message.source?.toString()).toBe(nested);
  expect(message.headers?.toString()).toBe('Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n\r\n');
  expect(part('2.mime')).toMatch(/^Content-Type: application\/pdf[\s\S]+base64\r\n\r\n$/u);
  expect(part('3')).toBe('From: x@y.example\r\nSubject: inside\r\n\r\ninner body');
  expect(part('3.header')).toBe('From: x@y.example\r\nSubject: inside\r\n\r\n');
  expect(part('3.text')).toBe('inner body');
  expect(part('3.1')).toBe('inner body');
  expect(part('text')).toBe(nested.slice(nested.indexOf('\r\n\r\n') + 4));
  expect(part('1')).toBe('=FC=');
  expect(part('9')).toBe('');
});

test('BINARY undoes the transfer encoding, NUL and all; imapflow downloads it', async () => {
  const sandbox = await sandboxForTest();
  sandbox.deliver(alice, 'INBOX', nested);
  const client = await imapClient(sandbox);
  await client.mailboxOpen('INBOX');
  const message = await client.fetchOne('1', { bodyParts: ['2'] }, { binary: true });
  expect(message ? message.bodyParts?.get('2') : undefined).toEqual(Buffer.from('Hallo\0'));
  const { content, meta } = await client.download('1', '2');
  if (!content || !meta) throw new Error('nothing to download');
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  expect(Buffer.concat(chunks)).toEqual(Buffer.from('Hallo\0'));
  expect(meta.filename).toBe('Rätsel.pdf');
  const raw = await rawImap(sandbox);
  raw.send('1 SELECT INBOX\r\n2 FETCH 1 (BINARY.SIZE[2] PREVIEW)\r\n');
  expect(await raw.until(/2 OK/u)).toMatch(/BINARY\.SIZE\[2\] 6 PREVIEW \{7\}\r\nGrÃ/u);
});

test('PEEK leaves a mail unread, BODY[] marks it', async () => {
  const sandbox = await sandboxForTest();
  sandbox.deliver(alice, 'INBOX', mail('eins'));
  const raw = await rawImap(sandbox);
  raw.send('1 SELECT INBOX\r\n2 FETCH 1 BODY.PEEK[]\r\n');
  expect(await raw.until(/2 OK/u)).not.toContain('FLAGS (\\Seen');
  raw.send('3 FETCH 1 BODY[]\r\n');
  expect(await raw.until(/3 OK/u)).toContain('FLAGS (\\Seen');
});

test('APPEND stores the bytes with flags and date and names the UID, also as a synchronizing literal', async () => {
  const sandbox = await sandboxForTest();
  const client = await imapClient(sandbox);
  const date = new Date('2024-02-29T12:30:00Z');
  const result = await client.append('Drafts', mail('Entwurf', 'Grüße'), ['\\Draft', 'Privat'], date);
  expect(result).toMatchObject({ uid: 1 });
  const [stored] = sandbox.store.account(alice).find('Drafts')?.messages ?? [];
  expect([...(stored?.flags ?? [])]).toEqual(['\\Draft', 'Privat']);
  expect(stored?.internalDate).toEqual(date);
  const raw = await rawImap(sandbox);
  raw.send('1 APPEND Drafts {5}\r\n');
  await raw.until(/^\+ .*\r\n/u);
  raw.send('a: b\n\r\n');
  expect(await raw.until(/1 OK.*\r\n/u)).toContain('[APPENDUID');
  expect(sandbox.store.account(alice).find('Drafts')?.messages[1]?.content.text).toBe('a: b\r\n');
  await expect(client.append('Nix', mail('x'))).rejects.toMatchObject({ serverResponseCode: 'TRYCREATE' });
});

test('MOVE and COPY say which UIDs became which; moving nothing moves nothing', async () => {
  const sandbox = await sandboxForTest();
  for (const subject of ['eins', 'zwei', 'drei']) sandbox.deliver(alice, 'INBOX', mail(subject));
  const client = await imapClient(sandbox);
  await client.mailboxOpen('INBOX');
  const copied = await client.messageCopy('1:2', 'Archive', { uid: true });
  expect(copied ? copied.uidMap : undefined).toEqual(
    new Map([
      [1, 1],
      [2, 2],
    ]),
  );
  const moved = await client.messageMove('2:3', 'Archive', { uid: true });
  expect(moved ? moved.uidMap : undefined).toEqual(
    new Map([
      [2, 3],
      [3, 4],
    ]),
  );
  expect(await client.search({ all: true }, { uid: true })).toEqual([1]);
  const none = await client.messageMove('99', 'Archive', { uid: true });
  expect(none ? none.uidMap : undefined).toBeUndefined();
});

test('UID EXPUNGE takes only the named of the deleted', async () => {
  const sandbox = await sandboxForTest();
  for (const subject of ['eins', 'zwei'])
    sandbox.deliver(alice, 'INBOX', mail(subject), { flags: ['\\Deleted'] });
  const raw = await rawImap(sandbox);
  raw.send('1 SELECT INBOX\r\n2 UID EXPUNGE 2\r\n');
  expect(await raw.until(/2 OK/u)).toContain('* 2 EXPUNGE');
  expect(
    sandbox.store
      .account(alice)
      .find('INBOX')
      ?.messages.map(({ uid }) => uid),
  ).toEqual([1]);
});

test('UNCHANGEDSINCE refuses what somebody else changed meanwhile', async () => {
  const sandbox = await sandboxForTest();
  const { modseq } = sandbox.deliver(alice, 'INBOX', mail('eins'));
  const raw = await rawImap(sandbox);
  raw.send(`1 SELECT INBOX\r\n2 UID STORE 1 (UNCHANGEDSINCE ${modseq}) +FLAGS.SILENT (\\Seen)\r\n`);
  expect(await raw.until(/2 OK.*\r\n/u)).toMatch(/FETCH \(UID 1 MODSEQ \(\d+\)\)[\s\S]*2 OK Store/u);
  raw.send(`3 UID STORE 1 (UNCHANGEDSINCE ${modseq}) +FLAGS (\\Flagged)\r\n`);
  expect(await raw.until(/3 OK.*\r\n/u)).toContain('[MODIFIED 1]');
});
