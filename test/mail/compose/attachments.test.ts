import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { AttachmentSource } from '../../../src/mail/compose/attachments.ts';
import { letter, mixed, part, parts } from '../../support/letters.ts';
import { mailboxKinds } from '../../support/mailboxes.ts';
import { AttachmentRig, limits, within } from './attachment-rig.ts';

/** Larger than several pieces of a fetch, and no piece like another. */
const payload = Buffer.from(
  Uint32Array.from({ length: 300_000 }, (_, n) => (n * 2_654_435_761) >>> 0).buffer,
);
const folded = (bytes: Buffer) => bytes.toString('base64').replace(/.{76}/gu, '$&\r\n');
const file = (type: string, name: string, encoding: string, body: string) =>
  part(
    [
      `Content-Type: ${type}`,
      `Content-Disposition: attachment; ${name}`,
      `Content-Transfer-Encoding: ${encoding}`,
    ],
    body,
  );
const everyByte = Buffer.from(Uint8Array.from({ length: 256 }, (_, n) => n));
const quotedPrintable = [...everyByte]
  .map((byte, n) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}${n % 20 === 19 ? '=\r\n' : ''}`)
  .join('');
const nested = letter({
  subject: '=?utf-8?Q?Angebot:_B=C3=BCro/Lager_=F0=9F=8E=89?=',
  body: 'Im Anhang =FC bleibt.\r\n',
  headers: ['X-Odd:  spaces   stay', 'Content-Transfer-Encoding: 8bit'],
});

const everything = letter({
  subject: 'Everything',
  headers: [mixed('m1'), 'Content-Transfer-Encoding: 8bit'],
  body: parts(
    'm1',
    part(['Content-Type: text/plain'], 'see attached'),
    file(
      'application/pdf',
      "filename*=utf-8''Gr%C3%B6%C3%9Fe%20und%20Ma%C3%9F.pdf",
      'base64',
      folded(payload),
    ),
    file(
      'text/csv; charset=iso-8859-1',
      'filename="=?utf-8?B?8J+OiSBQYXJ0eS5jc3Y=?="',
      'quoted-printable',
      quotedPrintable,
    ),
    file(
      'text/x-note',
      'filename*0*=utf-8\'\'lang%C3%A4; filename*1="nglich.txt"',
      '8bit',
      'Grüße\r\nzwei Zeilen',
    ),
    file('application/x-stuff', 'filename=old.bin', 'x-uuencode', 'begin 644 old.bin\r\n#:&D*\r\n`\r\nend'),
    part(['Content-Type: message/rfc822'], nested.toString()),
  ),
});

describe.each(mailboxKinds)('attachments on $name', ({ open }) => {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'mbx-attach-')));
  afterAll(() => rmSync(dir, { recursive: true }));
  const rig = new AttachmentRig(open, [dir]);
  const load = (requests: Parameters<typeof rig.source.load>[0], max = limits) =>
    rig.source.load(requests, max, within());

  test('parts of a mail come with their bytes, names and types, and it stays unread', async () => {
    const id = await rig.put(everything);
    const loaded = await load(['2', '3', '4', '5'].map((number) => ({ emailId: id, part: number })));
    const [pdf, csv, note, old] = loaded;
    expect(loaded.map(({ filename }) => filename)).toEqual([
      ...['Größe und Maß.pdf', '🎉 Party.csv', 'langänglich.txt', 'old.bin'],
    ]);
    expect(loaded.map(({ contentType }) => contentType)).toEqual([
      ...['application/pdf', 'text/csv; charset=iso-8859-1', 'text/x-note', 'application/x-stuff'],
    ]);
    expect(pdf?.content.equals(payload)).toBe(true);
    expect(csv?.content.equals(everyByte)).toBe(true);
    expect(note?.content.toString()).toBe('Grüße\r\nzwei Zeilen');
    expect(old?.content.toString()).toBe('hi\n');
    expect(await rig.flags(id)).toEqual([]);
  });

  test('a message, whole or attached to another, comes as it is and is named by its subject', async () => {
    const id = await rig.put(everything);
    const [whole, inner] = await load([{ emailId: id }, { emailId: id, part: '6' }]);
    expect(whole).toMatchObject({
      filename: 'Everything.eml',
      contentType: 'message/rfc822',
      rfc822: true,
    });
    expect(whole?.content.equals(everything)).toBe(true);
    expect(inner).toMatchObject({
      filename: 'Angebot_ Büro-Lager 🎉.eml',
      contentType: 'message/rfc822',
      rfc822: true,
    });
    expect(inner?.content.equals(nested)).toBe(true);
    expect(await rig.flags(id)).toEqual([]);
  });

  test('a part inside an attached message can be attached alone', async () => {
    const inner = letter({
      subject: 'Inner',
      headers: [mixed('i1')],
      body: parts(
        'i1',
        part(['Content-Type: text/plain'], 'x'),
        file('image/png', 'filename=a.png', 'base64', 'iVBORw=='),
      ),
    });
    const outer = letter({
      subject: 'Outer',
      headers: [mixed('o1')],
      body: parts(
        'o1',
        part(['Content-Type: text/plain'], 'x'),
        part(['Content-Type: message/rfc822'], inner.toString()),
      ),
    });
    const [picture] = await load([{ emailId: await rig.put(outer), part: '2.2', name: 'Bild.png' }]);
    expect(picture).toEqual({
      filename: 'Bild.png',
      contentType: 'image/png',
      content: Buffer.from('iVBORw==', 'base64'),
    });
  });

  test('files, bytes and mails together keep their order', async () => {
    writeFileSync(join(dir, 'Übersicht.xlsx'), 'sheet');
    const id = await rig.put(letter({ subject: '' }));
    const loaded = await load([
      { emailId: id },
      { path: join(dir, 'Übersicht.xlsx') },
      { name: 'n.txt', contentBase64: 'aGk=', type: 'text/markdown' },
      { path: join(dir, 'Übersicht.xlsx'), name: 'Plan.bin', type: 'application/x-plan' },
    ]);
    expect(loaded.map(({ filename, contentType }) => `${filename} ${contentType}`)).toEqual([
      'message.eml message/rfc822',
      'Übersicht.xlsx application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'n.txt text/markdown',
      'Plan.bin application/x-plan',
    ]);
    expect(loaded.slice(1).map(({ content }) => content.toString())).toEqual(['sheet', 'hi', 'sheet']);
  });

  test('an error names the entry it is about', async () => {
    const id = await rig.put(letter({ subject: 'One part' }));
    const fine = { name: 'n.txt', contentBase64: 'aGk=' };
    const cases = [
      [{ name: 'x' }, 'invalid_input'],
      [{ name: 'x', contentBase64: 'a' }, 'invalid_input'],
      [{ path: '/etc/passwd' }, 'forbidden'],
      [{ path: join(dir, 'missing.txt') }, 'not_found'],
      [{ emailId: id, part: '7' }, 'not_found'],
      [{ emailId: id.replace(/\d+$/u, '99999') }, 'not_found'],
      [{ emailId: id.replace('INBOX/', 'INBOX/1') }, 'stale_reference'],
    ] as const;
    for (const [request, code] of cases)
      await expect(load([fine, fine, request])).rejects.toMatchObject({
        code,
        message: expect.stringMatching(/^attachments\[2\]: /u),
      });
  });

  test('what is too large together is refused before it is fetched, with the sizes', async () => {
    const id = await rig.put(everything);
    const max = { maxTotalBytes: 1_600_000 };
    const tooLarge = {
      code: 'invalid_input',
      message: expect.stringMatching(/^attachments\[1\]: .*3\.2 MB.* 1\.6 MB/u),
    };
    await load([{ emailId: id }, { emailId: id, part: '2' }], { maxTotalBytes: 3_400_000 });
    const unable = new AttachmentSource({ imap: undefined as never, store: rig.store, dirs: [] });
    const requests = [{ emailId: id }, { emailId: id, part: '2' }];
    await expect(unable.load(requests, { maxTotalBytes: 1_700_000 }, within())).rejects.toMatchObject(
      tooLarge,
    );
    writeFileSync(join(dir, 'big.bin'), payload);
    await expect(load([{ path: join(dir, 'big.bin') }], max)).rejects.toMatchObject({
      message: expect.stringMatching(/1\.2 MB.* 1\.1 MB/u),
    });
    await load([{ path: join(dir, 'big.bin') }], { maxTotalBytes: 1_650_000 });
  });

  test('a mail whose only part is a file, and an empty file', async () => {
    const headers = ['Content-Type: image/png; name="x.png"', 'Content-Transfer-Encoding: base64'];
    const single = await rig.put(letter({ subject: 'Only a file', headers, body: 'iVBORw==\r\n' }));
    expect(await load([{ emailId: single, part: '1' }])).toMatchObject([{ filename: 'x.png' }]);
    const empty = letter({
      subject: 'Empty file',
      headers: [mixed('e1')],
      body: parts(
        'e1',
        part(['Content-Type: text/plain'], 'x'),
        file('text/plain', 'filename=e.txt', '7bit', ''),
      ),
    });
    const [attached] = await load([{ emailId: await rig.put(empty), part: '2' }]);
    expect(attached?.content).toHaveLength(0);
  });

  test('hostile names of parts come out as one safe file name', async () => {
    const names = ['../../etc/passwd', 'a\\\\b.exe', 'C:nul.txt', 'x=?utf-8?B?DQo=?=.pdf', '.profile', ''];
    const id = await rig.put(
      letter({
        subject: 'Hostile',
        headers: [mixed('h1')],
        body: parts(
          'h1',
          part(['Content-Type: text/plain'], 'x'),
          ...names.map((name) =>
            file('application/x-a', `filename*=utf-8''${encodeURIComponent(name)}%0D%0ABcc%3A`, '7bit', 'x'),
          ),
        ),
      }),
    );
    for (const { filename } of await load(names.map((_, n) => ({ emailId: id, part: String(n + 2) })))) {
      expect(filename).toMatch(/^[^\p{C}/\\:]+$/u);
      expect(filename).not.toMatch(/^\./u);
    }
  });
});
