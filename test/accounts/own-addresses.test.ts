import { afterAll, beforeAll, expect, test } from 'vitest';
import { assemble, type OpenAccount } from '../../src/cli/account.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createLog } from '../../src/log.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { letter } from '../support/letters.ts';
import { addressOf, asked, envOf, type Name, names, startTwo } from './rig.ts';

let sandboxes: Record<Name, Sandbox>;
let home: OpenAccount;

beforeAll(async () => {
  sandboxes = await startTwo();
  const config = readConfig([], envOf(sandboxes));
  const account = config.accounts.find(({ accountName }) => accountName === 'home');
  if (!account) throw new Error('no account');
  home = await assemble(account, config, createLog({ level: 'error', write: () => undefined }), '0.0.0');
});
afterAll(async () => {
  await home.close();
  await Promise.all(names.map((name) => sandboxes[name].close()));
});

test("an answer to all leaves out the user's addresses of every account, and comes from this one's", async () => {
  const to = `${addressOf('home')}, ${addressOf('work')}, carol@example.org`;
  const raw = letter({ subject: 'To all', to, headers: [`Cc: ${addressOf('work')}`] });
  sandboxes.home.deliver(addressOf('home'), 'INBOX', raw);
  const { emails } = await home.mail.search({ subject: 'To all' }, asked());
  const inReplyTo = emails[0]?.id;
  const { id } = await home.outbox.createDraft({ inReplyTo, replyAll: true, text: 'Yes.' }, asked());
  const draft = await home.mail.read({ id }, asked());
  expect(draft).toMatchObject({ to: ['Bob <bob@example.org>'], cc: ['carol@example.org'] });
  expect(draft.from).toContain(addressOf('home'));
  const foreign = home.outbox.createDraft(
    { from: addressOf('work'), to: ['bob@example.org'], text: 'x' },
    asked(),
  );
  await expect(foreign).rejects.toMatchObject({ code: 'forbidden' });
});
