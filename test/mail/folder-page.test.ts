import { expect, test } from 'vitest';
import { folderPage } from '../../src/mail/folder-page.ts';
import type { FolderEntry } from '../../src/mail/folders.ts';
import { context, mailboxKinds, openMail } from '../support/mailboxes.ts';

function entry(path: string): FolderEntry {
  return { path, role: undefined, holdsMessages: true, delimiter: '/', status: undefined };
}

const paths = Array.from({ length: 3_000 }, (_, number) => `Projekte/Kunde mit langem Namen ${number}`);

test('three thousand folders come in pages that fit an answer, each folder once', () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = folderPage(paths.map(entry), cursor);
    expect(JSON.stringify(page).length).toBeLessThan(40_000);
    expect(page.incomplete).toHaveLength(page.folders.length);
    seen.push(...page.folders.map(({ path }) => path));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(paths);
});

test('a folder made between two pages shifts nothing; one that is gone is said', () => {
  const { folders, nextCursor } = folderPage(paths.map(entry), undefined);
  const more = ['A new one', ...paths];
  expect(folderPage(more.map(entry), nextCursor).folders[0]?.path).toBe(paths[folders.length]);
  const fewer = paths.filter((path) => path !== nextCursor);
  expect(() => folderPage(fewer.map(entry), nextCursor)).toThrow(
    expect.objectContaining({ code: 'stale_reference' }),
  );
});

test('a folder with an endless name is not shown, and not forgotten; thousands of them are counted', () => {
  const long = (number: number) => `${number} ${'x'.repeat(100_000)}`;
  const [first = ''] = paths;
  const one = folderPage([entry(first), entry(long(1))], undefined);
  expect(one).toMatchObject({ folders: [{ path: first }] });
  expect(one.nextCursor).toBeUndefined();
  expect(one.incomplete?.[0]).toEqual({ where: `1 ${'x'.repeat(78)}…`, code: 'unsupported' });
  const many = folderPage(
    [...paths.slice(0, 2000), ...paths.map((_, number) => long(number))].map(entry),
    undefined,
  );
  expect(JSON.stringify(many).length).toBeLessThan(40_000);
  expect(many.incomplete?.[20]).toEqual({ where: '2980 more folders of such names', code: 'unsupported' });
  expect(folderPage(paths.map(entry), many.nextCursor).incomplete?.[0]?.where).not.toContain('xxx');
});

test.each(mailboxKinds)('more folders than an answer holds are listed whole on $name', async ({ open }) => {
  const box = await open();
  try {
    const other = await box.otherClient();
    const made = Array.from(
      { length: 250 },
      (_, number) => `Ordner ${'mit langem Namen '.repeat(10)}${number}`,
    );
    for (const path of made) await other.mailboxCreate(path);
    const account = await openMail(box.env);
    const first = await account.mail.folders({}, context());
    const second = await account.mail.folders({ cursor: first.nextCursor }, context());
    await account.close();
    const listed = [...first.folders, ...second.folders].map(({ path }) => path);
    expect(first.nextCursor).toBeDefined();
    expect(second.nextCursor).toBeUndefined();
    expect(listed).toEqual(expect.arrayContaining(made));
    expect(new Set(listed).size).toBe(listed.length);
  } finally {
    await box.close();
  }
});
