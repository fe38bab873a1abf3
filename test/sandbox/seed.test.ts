import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { demo } from '../../src/cli/demo.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { alice } from './clients.ts';

const now = new Date('2026-05-20T09:00:00Z');

async function seeded() {
  const sandbox = await startSandbox({ clock: () => now });
  await sandbox.close();
  return [...sandbox.store.account(alice).folders.values()];
}

test('the seed is the same for the same time, and lies in the past', async () => {
  const shape = (folders: Awaited<ReturnType<typeof seeded>>) =>
    folders.map(({ name, messages }) => [
      name,
      messages.map(({ content, flags }) => [content.text, [...flags]]),
    ]);
  const folders = await seeded();
  expect(shape(folders)).toEqual(shape(await seeded()));
  const messages = folders.flatMap((folder) => folder.messages);
  expect(messages.length).toBeGreaterThanOrEqual(60);
  expect(messages.every(({ internalDate }) => internalDate < now)).toBe(true);
});

test('every seed mail is a mail to an independent parser', async () => {
  for (const { content } of (await seeded()).flatMap((folder) => folder.messages)) {
    const parsed = await simpleParser(content.raw);
    expect(parsed.from?.value[0]?.address, content.text.slice(0, 300)).toMatch(/@/u);
    expect(parsed.messageId).toBeDefined();
    expect(parsed.date).toBeInstanceOf(Date);
    expect(`${parsed.subject} ${parsed.text} ${parsed.html}`).not.toContain('\uFFFD');
  }
});

test('conversations hang together by References over inbox and sent', async () => {
  const folders = await seeded();
  const ids = new Set(
    folders.flatMap(({ messages }) => messages.map(({ content }) => content.header('message-id'))),
  );
  const references = folders
    .flatMap(({ messages }) => messages)
    .flatMap(({ content }) => content.header('references')?.split(/\s+/u) ?? []);
  expect(references.length).toBeGreaterThan(40);
  expect(references.filter((id) => !ids.has(id))).toEqual([]);
});

test('the invoice is a PDF with readable text and an umlaut in its name', async () => {
  const inbox = (await seeded()).find(({ name }) => name === 'INBOX');
  const invoice = inbox?.messages.find(({ content }) => content.header('message-id')?.includes('sw-2204'));
  const [attachment] = (await simpleParser(invoice?.content.raw ?? '')).attachments;
  expect(attachment?.filename).toBe('Rechnung für Alice Sommer SW-2204.pdf');
  // unpdf's pdf.js calls Promise.try, which Node 20 lacks: the file's own structure is read instead.
  const pdf = (attachment?.content ?? Buffer.alloc(0)).toString('latin1');
  const [, start] = /startxref\n(\d+)\n%%EOF\n$/u.exec(pdf) ?? [];
  expect(pdf.slice(Number(start))).toMatch(/^xref\n0 6\n/u);
  const offsets = [...pdf.matchAll(/^(\d{10}) 00000 n $/gmu)].map(([, offset]) => Number(offset));
  offsets.forEach((offset, index) => {
    expect(pdf.slice(offset)).toMatch(new RegExp(`^${index + 1} 0 obj\n`, 'u'));
  });
  expect(pdf).toContain('(Gesamtbetrag: 84,17 \x80) Tj');
  expect(pdf).toContain('(Stadtwerke Süd) Tj');
});

test('the demo refuses an option it does not know and names those it does', async () => {
  const lines: string[] = [];
  const stream = { write: (text: string) => lines.push(text) > 0 };
  const io = { stdout: stream, stderr: stream } as unknown as Parameters<typeof demo>[1];
  expect(await demo(['--serv'], io)).toBe(2);
  expect(lines.join('')).toContain('--serve');
  expect(await demo([], io, '/nowhere/main.js')).toBe(1);
  expect(lines.join('')).toContain('npm run build');
});
