/** A module under mutation, and the tests that answer for it. */
export interface Target {
  file: string;
  tests: readonly string[];
}

const outbox = (...names: string[]) => names.map((name) => `test/mail/outbox/${name}.test.ts`);
const compose = (...names: string[]) => names.map((name) => `test/mail/compose/${name}.test.ts`);
const content = (...names: string[]) => names.map((name) => `test/content/${name}.test.ts`);
const smtp = (...names: string[]) => names.map((name) => `test/connections/smtp-${name}.test.ts`);

const sending = outbox('sending', 'safety', 'repeats', 'restart', 'doubt', 'outbox-faults', 'filing-faults');
const composing = [
  ...compose('message', 'message-injection', 'wire-bytes', 'reply-recipients', 'corpora'),
  'test/content/mailbox.test.ts',
];
const submitting = smtp('outcome', 'refusals', 'clearance', 'session');
const rendering = content(
  'hidden',
  'hidden-shapes',
  'html-text',
  'html-markup',
  'html-limits',
  'style-sheet',
);
const saving = ['test/mail/download.test.ts', 'test/mail/reading.test.ts', 'test/mail/faults.test.ts'];

/** What sends, decides whom to write to, cleans what strangers wrote, and names files. */
export const targets: readonly Target[] = [
  { file: 'src/mail/outbox/delivery.ts', tests: [...sending, ...outbox('recipients', 'late-copies')] },
  { file: 'src/mail/outbox/send-guard.ts', tests: outbox('send-guard', 'safety') },
  { file: 'src/mail/outbox/clearance.ts', tests: outbox('repeats', 'repeat-faults', 'restart') },
  { file: 'src/mail/outbox/approval.ts', tests: outbox('approval', 'safety') },
  {
    file: 'src/mail/outbox/outbox.ts',
    tests: [...sending, ...outbox('drafts', 'attaching', 'recipients')],
  },
  { file: 'src/mail/compose/recipient-policy.ts', tests: compose('recipient-policy') },
  { file: 'src/mail/compose/attachment-path.ts', tests: compose('attachment-path', 'attachment-files') },
  { file: 'src/mail/compose/header-block.ts', tests: composing },
  { file: 'src/mail/compose/wire-bytes.ts', tests: [...composing, ...outbox('repeats')] },
  { file: 'src/mail/compose/addresses.ts', tests: composing },
  { file: 'src/connections/smtp-delivery.ts', tests: submitting },
  { file: 'src/connections/smtp-recipients.ts', tests: submitting },
  { file: 'src/connections/smtp-body.ts', tests: submitting },
  { file: 'src/content/hidden.ts', tests: rendering },
  { file: 'src/content/clean.ts', tests: content('clean', 'corpora') },
  { file: 'src/content/html-tree.ts', tests: [...rendering, ...content('html-limits')] },
  { file: 'src/content/file-name.ts', tests: content('file-name') },
  { file: 'src/mail/attachment.ts', tests: saving },
  { file: 'src/mail/download.ts', tests: saving },
];
