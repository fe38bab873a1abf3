import { expect, test } from 'vitest';
import {
  attachmentWarnings,
  executableExtension,
  mentionsAttachment,
} from '../../../src/mail/compose/send-warnings.ts';

test.each([
  'Anbei die Folien.',
  'Im Anhang findest du den Vertrag.',
  'Die Rechnung ist angehängt.',
  'Beigefügt erhalten Sie das Angebot',
  'siehe Anlage',
  'Ich hänge dir die Liste an.',
  'Ich füge das Protokoll bei.',
  'Please see the attached file.',
  'Attached is the report.',
  'The report is attached to this email.',
  "I've attached the slides",
  'I am attaching the slides.',
  'Please find enclosed our offer.',
  'Could you not forward this? See attachment.',
  'Your invoice is attached.',
  'Please find your report attached.',
  'I attach the report.',
  'Ihre Rechnung ist beigefügt.',
  'Die Unterlagen findet ihr im Anhang.',
  'Enclosed: the contract',
  'PFA the report',
  'Anlage: Angebot',
  'Ich schicke dir die Datei mit.',
])('%j speaks of an attachment', (text) => {
  expect(mentionsAttachment(text)).toBe(true);
});

test.each([
  'Hier gibt es keinen Anhang.',
  'ohne Anhang',
  'Dein Anhang ließ sich nicht öffnen.',
  'Danke für den Anhang!',
  'Der Anhang fehlt leider.',
  'Die Anlage in Köln wird gebaut.',
  'Er hängt an dem Haus.',
  'There is no attachment.',
  'Sent without any attachments',
  'I am very attached to the idea.',
  'She is attached to the team',
  'Your attachment did not open.',
  'Thanks for the attachment',
  'The attachment is missing.',
  'An enclosed garden.',
  'Sounds good.\n\nOn 21 Nov 2026 at 09:15, Bob <bob@x.org> wrote:\n> See the attached file.',
  'Gut.\n> anbei die Folien\nDanke',
])('%j does not', (text) => {
  expect(mentionsAttachment(text)).toBe(false);
});

test.each([
  ['invoice.exe', 'exe'],
  ['invoice.pdf.exe', 'exe'],
  ['Report.DOCM', 'docm'],
  ['list.xlsm', 'xlsm'],
  ['x.lnk ', 'lnk'],
  ['x.exe.', 'exe'],
  ['photo\u202egpj.exe', 'exe'],
  ['a/b/run.sh', 'sh'],
  ['x.iso', 'iso'],
  ['report.pdf', undefined],
  ['exe', undefined],
  ['notes.exe.txt', undefined],
  ['', undefined],
])('%j would run as %s', (name, extension) => {
  expect(executableExtension(name)).toBe(extension);
});

test('the warnings name what to look at', () => {
  expect(attachmentWarnings('Anbei die Folien.', [])).toEqual([
    { code: 'attachment_missing', detail: 'The text speaks of an attachment, but there is none.' },
  ]);
  expect(attachmentWarnings('Anbei die Folien.', ['folien.pdf'])).toEqual([]);
  expect(attachmentWarnings('Hi', ['a.pdf', 'rechnung.pdf.exe', 'makro.xlsm'])).toEqual([
    {
      code: 'executable_attachment',
      detail: 'rechnung.pdf.exe is a program or holds macros (.exe), though its name looks like .pdf.',
    },
    { code: 'executable_attachment', detail: 'makro.xlsm is a program or holds macros (.xlsm).' },
  ]);
});

test('long hostile texts are read quickly', () => {
  const start = performance.now();
  for (const unit of ['attached ', 'füge a ', 'no ', 'thanks thanks for ', 'hänge\n', 'anhang ', "n't "]) {
    mentionsAttachment(unit.repeat(20_000));
  }
  expect(performance.now() - start).toBeLessThan(1_000);
});
