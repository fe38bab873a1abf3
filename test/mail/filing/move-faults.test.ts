import { describe, expect, onTestFinished, test } from 'vitest';
import type { MailboxError } from '../../../src/domain/errors.ts';
import { parseMailId } from '../../../src/domain/mail-id.ts';
import { defaultCapabilities } from '../../../src/sandbox/imap-server.ts';
import { dovecotAvailable } from '../../servers/dovecot.ts';
import { context, mailboxKinds } from '../../support/mailboxes.ts';
import { startProxy } from '../../support/proxy.ts';
import { dovecotOffice, faultyOffice, imapOf, imapWithout, Office, once } from './rig.ts';

const noMove = defaultCapabilities.filter((name) => name !== 'MOVE');
const noUidplus = defaultCapabilities.filter((name) => name !== 'UIDPLUS');

/** The answer holds against what stands on the server: nothing lost, every second copy named. */
async function expectTruth(
  office: Office,
  ids: readonly string[],
  { moved, failed = [] }: Awaited<ReturnType<Office['filing']['move']>>,
): Promise<void> {
  const here = new Map((await office.standing('From')).map((mail) => [mail.id, mail]));
  const there = new Map((await office.standing('To')).map((mail) => [mail.id, mail]));
  expect([...moved, ...failed].map(({ id }) => id).sort()).toEqual([...ids].sort());
  for (const { id, newId = '' } of moved) {
    expect(here.has(id)).toBe(false);
    expect(there.get(newId)?.subject).toBe(`mail ${parseMailId(id).uid}`);
  }
  for (const { id, code, copyId } of failed) {
    expect(code).toBe('unavailable');
    const copies = [...there.values()].filter(({ subject }) => subject === here.get(id)?.subject);
    expect(here.has(id)).toBe(true);
    expect(copies.map((copy) => copy.id)).toEqual(copyId === undefined ? [] : [copyId]);
  }
}

async function prepare(office: Office) {
  await office.folder('To');
  await office.put('To', 'already there');
  const ids = await office.folder('From', 'mail 1', 'mail 2', 'mail 3');
  await office.filing.mark({ ids, remove: ['flagged'] }, context());
  return ids;
}

describe.each([
  ['MOVE', defaultCapabilities, ['SELECT', 'STATUS', 'UID FETCH', 'UID MOVE']],
  ['MOVE without UIDPLUS', noUidplus, ['SELECT', 'STATUS', 'UID FETCH', 'UID MOVE']],
  ['COPY', noMove, ['SELECT', 'STATUS', 'UID FETCH', 'UID COPY', 'UID STORE', 'UID EXPUNGE']],
])('a move by %s', (_, capabilities, commands) => {
  test.each(commands.flatMap((command) => [['drop', command] as const, ['dropAfter', command] as const]))(
    'cut off (%s) at %s is told as it stands',
    async (fault, command) => {
      const { office, arm } = await faultyOffice({ capabilities });
      const ids = await prepare(office);
      arm(once(command, fault));
      const answer = await office.filing.move({ ids, folder: 'To' }, context());
      await expectTruth(office, ids, answer);
    },
  );

  test('works, and tells the new ids', async () => {
    const { office } = await faultyOffice({ capabilities });
    const ids = await prepare(office);
    const answer = await office.filing.move({ ids, folder: 'To' }, context());
    await expectTruth(office, ids, answer);
    expect(answer.failed).toBeUndefined();
  });
});

describe('a move the server does not do', () => {
  test.each([
    ['MOVE', defaultCapabilities, 'UID MOVE', 'OK done', 'unavailable', []],
    ['MOVE', defaultCapabilities, 'UID MOVE', 'NO [OVERQUOTA] full', 'conflict', []],
    ['MOVE', defaultCapabilities, 'UID MOVE', 'NO [NOPERM] not yours', 'forbidden', []],
    ['MOVE', defaultCapabilities, 'UID MOVE', 'NO [LIMIT] later', 'rate_limited', []],
    ['MOVE', defaultCapabilities, 'UID MOVE', 'BAD what', 'unavailable', []],
    ['COPY', noMove, 'UID COPY', 'OK done', 'unavailable', []],
    ['COPY', noMove, 'UID COPY', 'NO [OVERQUOTA] full', 'conflict', []],
    ['COPY', noMove, 'UID STORE', 'OK done', 'unavailable', ['mail 1']],
    ['COPY', noMove, 'UID STORE', 'NO [NOPERM] no', 'forbidden', ['mail 1']],
    ['COPY', noMove, 'UID EXPUNGE', 'OK done', 'unavailable', ['mail 1']],
    ['COPY', noMove, 'UID EXPUNGE', 'NO [SERVERBUG] no', 'unavailable', ['mail 1']],
  ] as const)(
    'by %s: %4$s, mail as it was, copies named',
    async (_, capabilities, command, reply, code, copies) => {
      const { office, arm } = await faultyOffice({ capabilities });
      await office.folder('To');
      const [id = ''] = await office.folder('From', 'mail 1');
      arm(once(command, { reply }));
      const { moved, failed } = await office.filing.move({ ids: [id], folder: 'To' }, context());
      const there = await office.standing('To');
      expect(there.map(({ subject }) => subject)).toEqual(copies);
      expect(moved).toEqual([]);
      expect(failed).toEqual([{ id, code, ...(there[0] ? { copyId: there[0].id } : {}) }]);
      expect(await office.flags(id)).toEqual([]);
      const refusals = office.imap.access.status.mode;
      expect(refusals).toBe(code === 'forbidden' ? 'read-only' : 'read-write');
    },
  );

  test('by COPY: copies the server names and never made cost no original', async () => {
    const { office, arm, sandbox } = await faultyOffice({ capabilities: noMove });
    const ids = await prepare(office);
    const to = sandbox.store.account('alice@sandbox.test').find('To');
    arm(once('UID COPY', { reply: `OK [COPYUID ${to?.uidValidity} 1:3 7:9] done` }));
    const { moved, failed } = await office.filing.move({ ids, folder: 'To' }, context());
    expect(moved).toEqual([]);
    expect(failed).toEqual(ids.map((id) => ({ id, code: 'unavailable' })));
    expect((await office.standing('From')).map(({ id, flags }) => [id, flags])).toEqual(
      ids.map((id) => [id, expect.not.arrayContaining(['\\Deleted'])]),
    );
  });

  test('nobody can look any more: unknown, and the copy that is known is named', async () => {
    const { office, arm } = await faultyOffice({ capabilities: noMove });
    const ids = await prepare(office);
    let copied = false;
    arm((event) => {
      copied ||= event.command === 'UID STORE';
      return copied ? 'drop' : undefined;
    });
    const { moved, failed } = await office.filing.move({ ids, folder: 'To' }, context());
    arm(undefined);
    const copies = (await office.standing('To')).filter(({ subject }) => subject !== 'already there');
    expect(moved).toEqual([]);
    expect(failed).toEqual(ids.map((id, at) => ({ id, code: 'unknown_outcome', copyId: copies[at]?.id })));
  });

  test.each([
    ['MOVE', defaultCapabilities, 'UID MOVE'],
    ['COPY', noMove, 'UID COPY'],
  ])(
    'a %s refused because one mail had just gone is asked again for the others',
    async (_, capabilities, command) => {
      const { office, arm, sandbox } = await faultyOffice({ capabilities });
      const ids = await prepare(office);
      const gone = ids[1] ?? '';
      let refusals = 0;
      arm((event) => {
        if (event.command !== command || refusals++ > 0) return undefined;
        const from = sandbox.store.account('alice@sandbox.test').find('From');
        from?.expunge(from.messages.filter(({ uid }) => uid === parseMailId(gone).uid));
        return { reply: 'NO [EXPUNGEISSUED] Some of the requested messages no longer exist.' };
      });
      const { moved, failed } = await office.filing.move({ ids, folder: 'To' }, context());
      expect(moved.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
      expect(failed).toEqual([{ id: gone, code: 'not_found' }]);
      expect(await office.subjects('To')).toEqual(['already there', 'mail 1', 'mail 3']);
    },
  );

  test('a server that names copies and leaves the originals is not believed', async () => {
    const { office, arm } = await faultyOffice();
    await office.folder('To');
    const [id = ''] = await office.folder('From', 'mail 1');
    arm(once('UID MOVE', { reply: '* OK [COPYUID 4711 1 9] Moved.' }));
    const { moved, failed } = await office.filing.move({ ids: [id], folder: 'To' }, context());
    expect(moved).toEqual([]);
    expect(failed).toEqual([{ id, code: 'unavailable', copyId: 'To/3mv-9' }]);
  });

  test('a server that stalls may do it yet: unknown', async () => {
    const { office, arm } = await faultyOffice();
    const ids = await prepare(office);
    let stalled = false;
    arm((event) => {
      stalled ||= event.command === 'UID MOVE';
      return stalled ? 'stall' : undefined;
    });
    const { moved, failed } = await office.filing.move({ ids, folder: 'To' }, context(400));
    expect(moved).toEqual([]);
    expect(failed).toEqual(ids.map((id) => ({ id, code: 'unknown_outcome' })));
  });

  test('mails that look the same are moved without being told apart', async () => {
    const { office, arm, sandbox } = await faultyOffice({ capabilities: noUidplus });
    await office.folder('To');
    await office.folder('From');
    const twin = { internalDate: new Date('2026-03-01T10:00:00Z') };
    const uids = [1, 2].map(
      () => sandbox.deliver('alice@sandbox.test', 'From', 'Subject: twin\r\n\r\n', twin).uid,
    );
    const [{ id = '' } = {}] = await office.standing('From');
    const ids = uids.map((uid) => id.replace(/\d+$/u, String(uid)));
    arm(undefined);
    expect(await office.filing.move({ ids, folder: 'To' }, context())).toEqual({
      moved: ids.map((each) => ({ id: each })),
    });
  });

  test('a folder that cannot be opened fails its own mails; when it is all there is, the call', async () => {
    const { office, arm } = await faultyOffice();
    const [bad = ''] = await office.folder('Broken', 'bad');
    const [good = ''] = await office.folder('Fine', 'good');
    await office.folder('To');
    arm(({ command, line }) =>
      command === 'SELECT' && line.includes('Broken') ? { reply: 'NO [SERVERBUG] sorry' } : undefined,
    );
    const { moved, failed } = await office.filing.move({ ids: [bad, good], folder: 'To' }, context());
    expect(moved.map(({ id }) => id)).toEqual([good]);
    expect(failed).toEqual([{ id: bad, code: 'unavailable' }]);
    await expect(office.filing.move({ ids: [bad], folder: 'To' }, context())).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});

describe.each(mailboxKinds)('on the wire to $name', ({ open }) => {
  test('500 mails of one folder move in two round trips', async () => {
    const box = await open();
    const proxy = await startProxy({ targetPort: Number(box.env.MAILBOX_IMAP_PORT) });
    onTestFinished(() => proxy.close());
    const office = await Office.at(box, (env) => imapOf({ ...env, MAILBOX_IMAP_PORT: String(proxy.port) }));
    onTestFinished(() => office.close());
    await office.folder('To');
    const [first = ''] = await office.folder('From', 'first');
    const { uid, uidValidity } = parseMailId(first);
    await office.other.mailboxOpen('From');
    for (let count = 1; count < 500; count *= 2) await office.other.messageCopy('1:*', 'From');
    await office.other.mailboxOpen('INBOX');
    const ids = Array.from({ length: 500 }, (_, n) => `From/${uidValidity.toString(36)}-${uid + n}`);
    await office.filing.move({ ids: [await office.put('From', 'warm')], folder: 'To' }, context());
    proxy.reset();
    const { moved, failed } = await office.filing.move({ ids, folder: 'To' }, context());
    expect(moved.length).toBe(500);
    expect(failed).toBeUndefined();
    expect(proxy.traffic.turns).toBe(2);
    expect((await office.standing('To')).map(({ id }) => id)).toEqual(
      expect.arrayContaining(moved.map(({ newId }) => newId)),
    );
  });

  test.each([
    ['MOVE', imapOf],
    ['COPY', imapWithout('MOVE')],
  ])('a move by %s with answers cut at any byte is told as it stands', async (_, makeImap) => {
    const box = await open();
    const proxy = await startProxy({ targetPort: Number(box.env.MAILBOX_IMAP_PORT) });
    onTestFinished(() => proxy.close());
    const office = await Office.at(box, (env) => makeImap({ ...env, MAILBOX_IMAP_PORT: String(proxy.port) }));
    onTestFinished(() => office.close());
    await prepare(office);
    for (const bytes of [1, 200, 450, 700, 800, 900, 1000, 1100, 1250]) {
      for (const folder of ['From', 'To']) {
        for (const { id } of await office.standing(folder)) await office.expunge(id);
      }
      const { uidNext: next = 1 } = (await office.other.status('From', { uidNext: true })) || {};
      const ids = [await office.put('From', `mail ${next}`), await office.put('From', `mail ${next + 1}`)];
      proxy.cutAfterBytes(bytes);
      const moving = office.filing.move({ ids, folder: 'To' }, context());
      // A new connection that breaks before anything was changed is an error of the call.
      const answer = await moving.catch(({ code }: MailboxError) => ({
        moved: [],
        failed: ids.map((id) => ({ id, code })),
      }));
      proxy.cutAfterBytes(Number.POSITIVE_INFINITY);
      await expectTruth(office, ids, answer);
    }
  });
});

test.runIf(dovecotAvailable())(
  'a full mailbox: moving works or is refused, and no mail is lost',
  async () => {
    for (const [makeImap, code] of [
      [imapOf, undefined],
      [imapWithout('MOVE'), 'conflict'],
    ] as const) {
      const { office } = await dovecotOffice({ quota: '10k' }, makeImap);
      await office.folder('To');
      const id = await office.put('INBOX', `big ${'x'.repeat(2800)}`);
      const { moved, failed } = await office.filing.move({ ids: [id], folder: 'To' }, context());
      expect(failed).toEqual(code && [{ id, code }]);
      expect(moved.length).toBe(code ? 0 : 1);
      const stands = [...(await office.standing('INBOX')), ...(await office.standing('To'))];
      expect(stands.map((mail) => mail.id)).toEqual([moved[0]?.newId ?? id]);
    }
  },
);
