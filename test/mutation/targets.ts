/** A module under mutation, and the tests that answer for it. */
export interface Target {
  file: string;
  tests: readonly string[];
}

const outbox = (...names: string[]) => names.map((name) => `test/mail/outbox/${name}.test.ts`);
const compose = (...names: string[]) => names.map((name) => `test/mail/compose/${name}.test.ts`);
const content = (...names: string[]) => names.map((name) => `test/content/${name}.test.ts`);
const smtp = (...names: string[]) => names.map((name) => `test/connections/smtp/${name}.test.ts`);

const sending = outbox('sending', 'safety', 'repeats', 'restart', 'doubt', 'outbox-faults', 'filing-faults');
/** What every module that keeps a draft while it is sent answers to. */
const keeping = outbox('draft-ending', 'draft-copies', 'draft-claim', 'doubt', 'restart', 'key-kinds');
const composing = [
  ...compose('addresses', 'message', 'message-injection', 'reply-recipients'),
  'test/content/mailbox.test.ts',
];
const submitting = smtp('outcome', 'half-message', 'refusals', 'clearance', 'session');
const rendering = content(
  ...['hidden', 'hidden/edges', 'hidden/shapes', 'hidden/effects', 'html/text', 'html/markup'],
  ...['hidden/overlaid', 'hidden/clip', 'hidden/outline'],
  ...[
    'style-sheet',
    'style-sheet/conditions',
    'style-sheet/siblings',
    'style-sheet/budget',
    'hidden/validity',
  ],
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
    tests: [...sending, ...outbox('asked-once', 'recipients', 'late-copies', 'settling', 'answer-size')],
  },
  { file: 'src/mail/outbox/send-guard.ts', tests: outbox('send-guard', 'send-guard-words') },
  {
    file: 'src/mail/outbox/clearance.ts',
    tests: outbox('clearance', 'repeats'),
  },
  { file: 'src/mail/outbox/approval.ts', tests: outbox('approval', 'safety') },
  {
    file: 'src/mail/outbox/outbox.ts',
    tests: outbox(
      ...['sending', 'safety', 'restart', 'doubt', 'key-kinds', 'settling'],
      ...['drafts', 'attaching', 'recipients', 'answer-size'],
    ),
  },
  {
    file: 'src/mail/outbox/pending-draft.ts',
    tests: [...keeping, ...outbox('noting', 'appended-uid', 'settling', 'pending-draft')],
  },
  {
    file: 'src/mail/outbox/message-id-look.ts',
    tests: [...keeping, ...outbox('same-key', 'drafts', 'repeats')],
  },
  { file: 'src/mail/outbox/draft-marks.ts', tests: [...keeping, ...outbox('draft-marks', 'same-draft')] },
  {
    file: 'src/mail/outbox/draft-ending.ts',
    tests: [...keeping, ...outbox('appended-uid', 'filing-faults', 'pending-draft')],
  },
  { file: 'src/mail/outbox/whole-draft.ts', tests: outbox('short-drafts') },
  { file: 'src/mail/outbox/draft-claim.ts', tests: [...keeping, ...outbox('same-draft')] },
  { file: 'src/mail/outbox/draft-copy.ts', tests: keeping },
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
