import { expect, test } from 'vitest';
import type { FaultEvent } from '../../../src/sandbox/faults.ts';
import { context } from '../../support/mailboxes.ts';
import { faultyOffice, type Office, once } from './rig.ts';

const user = 'alice@sandbox.test';

const changes = {
  CREATE: {
    run: ({ filing }: Office) => filing.createFolder({ path: 'New' }, context()),
    done: (paths: string[]) => paths.includes('New'),
  },
  RENAME: {
    run: ({ filing }: Office) => filing.renameFolder({ path: 'Old', newPath: 'New' }, context()),
    done: (paths: string[]) => paths.includes('New') && paths.includes('New/Child') && !paths.includes('Old'),
  },
  DELETE: {
    run: ({ filing }: Office) => filing.deleteFolder({ path: 'Old/Child' }, context()),
    done: (paths: string[]) => !paths.includes('Old/Child'),
  },
};
const cases = Object.entries(changes).flatMap(([command, change]) =>
  (['drop', 'dropAfter'] as const).map((fault) => ({ command, fault, ...change })),
);

async function prepared() {
  const rig = await faultyOffice();
  await rig.office.folder('Old');
  await rig.office.folder('Old/Child');
  await rig.office.filing.createFolder({ path: 'Warm' }, context());
  return rig;
}

test.each(cases)('$command cut off ($fault) is told as it stands', async ({ command, fault, run, done }) => {
  const { office, arm } = await prepared();
  arm(once(command, fault));
  const code = await run(office).then(
    () => 'done',
    (error: { code: string }) => error.code,
  );
  expect(code).toBe(done(await office.paths()) ? 'done' : 'unavailable');
  expect(done(await office.paths())).toBe(fault === 'dropAfter');
});

test.each(cases.filter(({ fault }) => fault === 'drop'))(
  '$command of which nobody can see the outcome is unknown',
  async ({ command, run }) => {
    const { office, arm } = await prepared();
    let sent = false;
    arm((event: FaultEvent) => {
      sent ||= event.command === command;
      return sent ? 'drop' : undefined;
    });
    await expect(run(office)).rejects.toMatchObject({ code: 'unknown_outcome' });
  },
);

test.each(cases.filter(({ fault }) => fault === 'drop'))(
  '$command the server says OK to and does not do is no success',
  async ({ command, run, done }) => {
    const { office, arm } = await prepared();
    arm(once(command, { reply: 'OK done' }));
    await expect(run(office)).rejects.toMatchObject({ code: 'unavailable' });
    expect(done(await office.paths())).toBe(false);
  },
);

test.each([
  ['NO [ALREADYEXISTS] there', 'conflict'],
  ['NO [CANNOT] bad name', 'invalid_input'],
  ['NO Invalid mailbox name', 'invalid_input'],
  ['NO [NOPERM] no', 'forbidden'],
  ['NO [LIMIT] too many', 'rate_limited'],
  ['NO [SERVERBUG] sorry', 'unavailable'],
])('CREATE answered with %s is %s', async (reply, code) => {
  const { office, arm } = await prepared();
  arm((event) => (event.command === 'CREATE' ? { reply } : undefined));
  await expect(office.filing.createFolder({ path: 'New' }, context())).rejects.toMatchObject({ code });
  expect(office.imap.access.status.mode).toBe(code === 'forbidden' ? 'read-only' : 'read-write');
});

test('where everything lies below INBOX and the top level is refused, new folders go there', async () => {
  const { office, arm, sandbox } = await faultyOffice();
  const account = sandbox.store.account(user);
  for (const name of [...account.folders.keys()]) if (name !== 'INBOX') account.rename(name, `INBOX/${name}`);
  arm(({ command, line }) =>
    /^(CREATE|RENAME)$/u.test(command) && !/"?INBOX\/[^ ]*"?$/u.test(line)
      ? { reply: 'NO [NOPERM] not here' }
      : undefined,
  );
  const { filing, paths } = office;
  expect(await filing.createFolder({ path: 'Neu' }, context())).toEqual({ path: 'INBOX/Neu' });
  expect(await filing.renameFolder({ path: 'INBOX/Neu', newPath: 'Anders' }, context())).toEqual({
    path: 'INBOX/Anders',
  });
  expect(await paths()).toContain('INBOX/Anders');
  expect(office.imap.access.status.mode).toBe('read-write');
});

test('a level above the new name that the server does not make itself is made by us', async () => {
  const { office, arm } = await prepared();
  let made = false;
  arm(({ command, line }) => {
    made ||= command === 'CREATE' && line.includes('Above');
    return command === 'RENAME' && !made ? { reply: 'NO [CANNOT] no parent' } : undefined;
  });
  expect(await office.filing.renameFolder({ path: 'Old', newPath: 'Above/New' }, context())).toEqual({
    path: 'Above/New',
  });
  expect(await office.paths()).toEqual(expect.arrayContaining(['Above', 'Above/New', 'Above/New/Child']));
});

test('mail that comes in at the last moment keeps its folder', async () => {
  const { office, arm, sandbox } = await prepared();
  arm(({ command, line }) => {
    if (command === 'STATUS' && line.includes('Child'))
      sandbox.deliver(user, 'Old/Child', 'Subject: late\r\n\r\n');
    return undefined;
  });
  await expect(office.filing.deleteFolder({ path: 'Old/Child' }, context())).rejects.toMatchObject({
    code: 'conflict',
  });
  expect(await office.subjects('Old/Child')).toEqual(['late']);
});

test('a connection that fails before anything was sent is its own error', async () => {
  const { office, arm } = await faultyOffice();
  arm(() => 'drop');
  for (const { run } of Object.values(changes)) {
    await expect(run(office)).rejects.toMatchObject({ code: 'unavailable' });
  }
});
