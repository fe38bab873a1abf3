import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { letter, mixed, part, parts } from '../../support/letters.ts';
import { postOffices } from '../../support/post-office.ts';
import { codes, correspondence, fresh, onTheWire, without } from './rig.ts';

const bytes = Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 7) % 256));
let dir = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'attach-'));
  await writeFile(join(dir, 'Übersicht 2026 🎈.bin'), bytes);
  await symlink('/etc/passwd', join(dir, 'link.txt'));
});
afterAll(() => rm(dir, { recursive: true }));

describe.each(postOffices)('attachments on $name', ({ open }) => {
  const people = correspondence(async () => {
    const office = await open();
    const env: typeof office.env = (user) => ({ ...office.env(user), MAILBOX_ATTACHMENT_DIRS: dir });
    return { ...office, env };
  });

  const arrivedAs = async (subject: string) => {
    const { office, alice } = people();
    const raw = await office.arrived('bob', subject);
    const { raw: copy } = await alice.only('Sent', subject);
    expect(without(raw)).toBe(onTheWire(copy));
    return await simpleParser(raw);
  };

  test('a file, bytes, a part of a mail and a whole mail go along byte for byte', async () => {
    const { alice, bob } = people();
    const body = parts(
      'x',
      part(['Content-Type: text/plain'], 'see file'),
      part(
        [
          'Content-Type: application/pdf; name="=?utf-8?Q?B=C3=BCro=2Epdf?="',
          'Content-Disposition: attachment',
          'Content-Transfer-Encoding: base64',
        ],
        bytes.toString('base64').replace(/(.{76})/gu, '$1\r\n'),
      ),
    );
    const source = letter({ subject: 'Source', headers: [mixed('x'), 'X-Extra:   kept  as  is '], body });
    const emailId = await alice.put('INBOX', source);
    const subject = fresh('Four');
    const sent = await alice.send({
      to: [bob.address],
      subject,
      text: 'anbei',
      attachments: [
        { path: join(dir, 'Übersicht 2026 🎈.bin') },
        { name: 'Bytes ä "q" 🎉.zip', contentBase64: bytes.toString('base64'), type: 'application/zip' },
        { emailId, part: '2' },
        { emailId },
      ],
    });
    expect(codes(sent)).toEqual(['new_recipient']);
    const { attachments } = await arrivedAs(subject);
    expect(attachments.map(({ filename }) => filename)).toEqual([
      'Übersicht 2026 🎈.bin',
      expect.stringMatching(/^Bytes ä .q. 🎉\.zip$/u),
      'Büro.pdf',
      'Source.eml',
    ]);
    expect(attachments.slice(0, 3).map(({ content }) => content.equals(bytes))).toEqual([true, true, true]);
    expect(attachments.map(({ contentType }) => contentType).slice(1)).toEqual([
      'application/zip',
      'application/pdf',
      'message/rfc822',
    ]);
    expect(attachments[3]?.content.toString().trimEnd()).toBe(source.toString().trimEnd());
  });

  test('a file outside the folder, by whatever way, is refused and nothing is sent', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Escape');
    const ways = [
      '/etc/passwd',
      join(dir, 'link.txt'),
      `${dir}/../../etc/passwd`,
      'file:///etc/passwd',
      '~/.ssh/id_rsa',
    ];
    for (const path of ways) {
      const sending = alice.send({ to: [bob.address], subject, text: 'x', attachments: [{ path }] });
      await expect(sending).rejects.toMatchObject({ message: expect.stringMatching(/^attachments\[0\]/u) });
    }
    expect(await office.copies('bob', subject)).toEqual([]);
    expect(await alice.about('Sent', subject)).toEqual([]);
  });

  test('what runs when it is opened is named as such, and what is announced and missing is missed', async () => {
    const { alice, bob } = people();
    const warned = await alice.send({
      to: [bob.address],
      subject: fresh('Program'),
      text: 'Rechnung im Anhang',
      attachments: [{ name: 'Rechnung.pdf.exe', contentBase64: 'TVo=' }],
    });
    expect(codes(warned)).toContain('executable_attachment');
    expect(codes(warned)).not.toContain('attachment_missing');
    const program = part(
      ['Content-Type: application/octet-stream', 'Content-Disposition: attachment; filename=a.scr'],
      'MZ',
    );
    const body = parts('x', part(['Content-Type: text/plain'], 'see file'), program);
    const subject = fresh('Program');
    const raw = letter({ subject, from: alice.address, to: bob.address, headers: [mixed('x')], body });
    expect(codes(await alice.sendDraft(await alice.put('Drafts', raw, ['\\Draft'])))).toEqual([
      'executable_attachment',
    ]);
    for (const text of ['Anbei die Rechnung.', 'Please find the invoice attached.']) {
      const missing = await alice.send({ to: [bob.address], subject: fresh('Missing'), text });
      expect(codes(missing)).toContain('attachment_missing');
      const html = `<p>${text}</p>`;
      const inHtml = await alice.send({ to: [bob.address], subject: fresh('Missing'), html });
      expect(codes(inHtml)).toContain('attachment_missing');
    }
    const plain = await alice.send({ to: [bob.address], subject: fresh('Fine'), text: 'Bis morgen!' });
    expect(plain.warnings).toEqual([]);
  });

  test('the answer about a draft with very many attachments keeps its size and counts what it leaves out', async () => {
    const { alice, bob } = people();
    const attachments = Array.from({ length: 300 }, (_, number) => ({
      ...{ name: `${'n'.repeat(140)}-${number}.txt`, contentBase64: 'QQ==' },
    }));
    const draft = await alice.draft({ to: [bob.address], subject: fresh('Many'), text: 'x', attachments });
    expect(Buffer.byteLength(JSON.stringify(draft))).toBeLessThanOrEqual(40_000);
    expect(draft.attachments?.length).toBeGreaterThan(100);
    expect(draft.omitted).toEqual({ attachments: 300 - (draft.attachments?.length ?? 0) });
  });
});
