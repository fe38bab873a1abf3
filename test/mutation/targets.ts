/** A module under mutation, and the tests that answer for it. */
export interface Target {
  file: string;
  tests: readonly string[];
}

const outbox = (...names: string[]) => names.map((name) => `test/mail/outbox/${name}.test.ts`);
const outboxFiles = (...names: string[]) => names.map((name) => `src/mail/outbox/${name}.ts`);
const compose = (...names: string[]) => names.map((name) => `test/mail/compose/${name}.test.ts`);
const content = (...names: string[]) => names.map((name) => `test/content/${name}.test.ts`);
const smtp = (...names: string[]) => names.map((name) => `test/connections/smtp/${name}.test.ts`);

const sending = outbox('sending', 'safety', 'repeats', 'restart', 'doubt', 'outbox-faults', 'filing-faults');
const keeping = outbox(
  ...['pending-draft', 'draft-ending', 'same-key', 'repeats', 'restart', 'doubt', 'foreign-drafts'],
  ...['short-drafts', 'draft-faults', 'filing-faults', 'drafts', 'draft-copies', 'draft-claim'],
);
const claiming = outbox(
  ...['draft-claim', 'draft-copies', 'draft-ending', 'pending-draft', 'settling', 'same-draft'],
);
const composing = [
  ...compose('addresses', 'message', 'message-injection', 'reply-recipients'),
  'test/content/mailbox.test.ts',
];
const submitting = smtp('outcome', 'half-message', 'refusals', 'clearance', 'session');
const rendering = content(
  ...['hidden', 'hidden/edges', 'hidden/shapes', 'hidden/effects', 'html/text', 'html/markup'],
  ...['style-sheet', 'style-sheet/conditions'],
);
const reading = [
  'test/mail/attachment.test.ts',
  'test/mail/reading.test.ts',
  'test/mail/lying-server.test.ts',
  'test/mail/faults.test.ts',
];

/** What sends, decides whom to write to, cleans what strangers wrote, and names files. */
export const targets: readonly Target[] = [
  {
    file: 'src/mail/outbox/delivery.ts',
    tests: [...sending, ...outbox('asked-once', 'recipients', 'late-copies', 'settling')],
  },
  { file: 'src/mail/outbox/send-guard.ts', tests: outbox('send-guard', 'send-guard-words') },
  {
    file: 'src/mail/outbox/clearance.ts',
    tests: outbox('clearance', 'repeats'),
  },
  { file: 'src/mail/outbox/approval.ts', tests: outbox('approval', 'safety') },
  {
    file: 'src/mail/outbox/outbox.ts',
    tests: [...sending, ...outbox('drafts', 'attaching', 'recipients')],
  },
  ...outboxFiles('pending-draft', 'message-id-look', 'draft-marks', 'draft-ending', 'whole-draft').map(
    (file) => ({ file, tests: keeping }),
  ),
  ...outboxFiles('draft-claim', 'draft-copy').map((file) => ({ file, tests: claiming })),
  { file: 'src/mail/compose/recipient-policy.ts', tests: compose('recipient-policy') },
  { file: 'src/mail/compose/attachment-path.ts', tests: compose('attachment-path', 'attachment-files') },
  { file: 'src/mail/compose/header-block.ts', tests: compose('wire-bytes') },
  { file: 'src/mail/compose/wire-bytes.ts', tests: compose('wire-bytes') },
  { file: 'src/mail/compose/addresses.ts', tests: composing },
  { file: 'src/connections/smtp/delivery.ts', tests: submitting },
  { file: 'src/connections/smtp/recipients.ts', tests: smtp('refusals') },
  { file: 'src/connections/smtp/body.ts', tests: smtp('body', 'session', 'clearance') },
  { file: 'src/content/hidden.ts', tests: rendering },
  { file: 'src/content/clean.ts', tests: content('clean') },
  { file: 'src/content/html/tree.ts', tests: rendering },
  { file: 'src/content/file-name.ts', tests: content('file-name') },
  { file: 'src/mail/attachment.ts', tests: reading },
  { file: 'src/mail/download.ts', tests: ['test/mail/download.test.ts'] },
];
