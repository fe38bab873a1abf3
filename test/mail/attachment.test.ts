import { expect, test } from 'vitest';
import type { MimePart } from '../../src/domain/mime-part.ts';
import { AttachmentReader, type AttachmentReaderOptions } from '../../src/mail/attachment.ts';
import type { Section } from '../../src/mail/message-store.ts';
import { context } from '../support/mailboxes.ts';

const mebibyte = 1024 * 1024;
const request = { id: 'INBOX/abc-7', part: '1' };

const text = Array.from({ length: 3000 }, (_, n) => `${n + 1} `).join('');

/** A reader of one mail that is one part, `size` bytes as it travels, and what it asked for. */
function readerOf(size: number, type = 'application/pdf') {
  const structure: MimePart = { part: '1', type, parameters: {}, encoding: 'base64', size, children: [] };
  const asked = { sections: [] as string[], released: [] as string[], images: [] as number[], saved: 0 };
  const store = {
    facts: async () => ({ structure }),
    load: async (_: unknown, choose: (facts: { structure: MimePart }) => Section[]) => {
      const sections = choose({ structure }).map(({ section }) => section);
      asked.sections.push(...sections);
      const bytes = new Map(sections.map((section) => [section, Buffer.from('JVBERi0=')]));
      return { message: { facts: { structure }, sections: bytes } };
    },
    release: (_: unknown, part: string) => asked.released.push(part),
  };
  const content = {
    attachment: async ({ maxImageBytes }: { maxImageBytes: number }) => {
      asked.images.push(maxImageBytes);
      return { text, size: 5 };
    },
  };
  const imap = {
    read: async () => {
      asked.saved += 1;
    },
  };
  const target = { directory: async () => '/nowhere' };
  const options = { content, imap, store, target, zone: 'Europe/Berlin' };
  return { asked, reader: new AttachmentReader(options as unknown as AttachmentReaderOptions) };
}

test.each([
  [30 * mebibyte, 1],
  [30 * mebibyte + 1, 0],
])('an attachment of %i bytes is read or only described', async (size, times) => {
  const { asked, reader } = readerOf(size);
  const { content } = await reader.attachment(request, context());
  expect(asked.sections).toHaveLength(times);
  expect('text' in content).toBe(times === 1);
  expect(content.size).toBe(times === 1 ? 5 : Math.floor((size - 2 * Math.floor(size / 78)) / 4) * 3);
});

test('what is built of other parts has no bytes of its own', async () => {
  const { asked, reader } = readerOf(1000, 'multipart/alternative');
  const { content } = await reader.attachment(request, context());
  expect(content).not.toHaveProperty('text');
  expect(asked.sections).toEqual([]);
});

test('a picture may have 4 MiB, for an answer on stdio has ten million bytes at most', async () => {
  const { asked, reader } = readerOf(1000, 'image/png');
  await reader.attachment(request, context());
  expect(asked.images).toEqual([4 * mebibyte]);
});

test('the bytes of an attachment that was read are not kept', async () => {
  const { asked, reader } = readerOf(1000);
  await reader.attachment(request, context());
  expect(asked.released).toEqual(['1']);
});

test.each([
  [100 * mebibyte, 1],
  [100 * mebibyte + 1, 0],
])('an attachment of %i bytes is saved or refused', async (size, times) => {
  const { asked, reader } = readerOf(size);
  const saving = reader.download(request, context());
  if (times === 1) await saving;
  else await expect(saving).rejects.toMatchObject({ code: 'unsupported' });
  expect(asked.saved).toBe(times);
});

test('by default a page begins at the first character and has 8000', async () => {
  const { reader } = readerOf(1000);
  const page = await reader.attachment(request, context());
  expect(page).toEqual(await reader.attachment({ ...request, offset: 0, maxChars: 8000 }, context()));
  expect(page.content.text?.startsWith('1 2 3 ')).toBe(true);
  expect(page).not.toEqual(await reader.attachment({ ...request, maxChars: 9000 }, context()));
});
