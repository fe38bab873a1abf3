import { expect, test } from 'vitest';
import type { FaultEvent } from '../../../src/sandbox/faults.ts';
import { context } from '../../support/mailboxes.ts';
import { faultyOffice } from './rig.ts';

const changes = /^UID (?:STORE|EXPUNGE|MOVE|COPY)$/u;

/** Changes are said to be done and are not; from then on no folder can be opened. */
function afterAChange(reply: string) {
  let changed = false;
  return ({ command }: FaultEvent) => {
    changed ||= changes.test(command);
    if (changes.test(command)) return { reply: 'OK done' };
    return changed && command === 'SELECT' ? { reply } : undefined;
  };
}

test.each(['NO Server Unavailable. 15', 'NO [SERVERBUG] Internal error', 'BAD what'])(
  'a SELECT answered "%s" proves no folder gone, and no mail deleted, moved or lost',
  async (reply) => {
    const { office, arm } = await faultyOffice();
    const [id = ''] = await office.folder('Akten', 'precious');
    const unknown = { failed: [{ id, code: 'unknown_outcome' }] };
    arm(afterAChange(reply));
    expect(await office.filing.remove({ ids: [id], permanent: true }, context())).toEqual(unknown);
    arm(afterAChange(reply));
    expect(await office.filing.remove({ ids: [id] }, context())).toEqual(unknown);
    arm(afterAChange(reply));
    expect(await office.filing.move({ ids: [id], folder: 'Archive' }, context())).toMatchObject(unknown);
    arm(afterAChange(reply));
    expect(await office.filing.mark({ ids: [id], add: ['flagged'] }, context())).toMatchObject(unknown);
    arm(undefined);
    expect(await office.subjects('Akten')).toEqual(['precious']);
  },
);

test('what cannot be opened for now is unavailable, not missing', async () => {
  const { office, arm } = await faultyOffice();
  const [id = ''] = await office.folder('Akten', 'precious');
  arm(({ command }) => (command === 'SELECT' ? { reply: 'NO Server Unavailable. 15' } : undefined));
  await expect(office.filing.mark({ ids: [id], add: ['flagged'] }, context())).rejects.toMatchObject({
    code: 'unavailable',
  });
  arm(({ command }) => (command === 'STATUS' ? { reply: 'NO Server Unavailable. 15' } : undefined));
  await expect(office.filing.move({ ids: [id], folder: 'Archive' }, context())).rejects.toMatchObject({
    code: 'unavailable',
  });
});

test('of a server that says a plain NO the listing tells that a folder is missing', async () => {
  const { office, arm } = await faultyOffice();
  const [id = ''] = await office.folder('Akten 100%', 'precious');
  await office.folder('Akten 100% alt', 'older');
  const gone = id.replace('Akten 100%', 'Akten *');
  const target = (await office.folder('Ziel', 'there'))[0] ?? '';
  await office.filing.move({ ids: [target], folder: 'Archive' }, context());
  await office.other.mailboxDelete('Ziel');
  arm(({ command, line }) =>
    /^(?:SELECT|STATUS)$/u.test(command) && /Akten \*|Ziel/u.test(line)
      ? { reply: 'NO no such mailbox' }
      : undefined,
  );
  expect(await office.filing.mark({ ids: [id, gone], add: ['flagged'] }, context())).toMatchObject({
    updated: [{ id }],
    failed: [{ id: gone, code: 'not_found' }],
  });
  await expect(office.filing.move({ ids: [id], folder: 'Ziel' }, context())).rejects.toMatchObject({
    code: 'not_found',
    message: 'There is no folder "Ziel" to move to.',
  });
});

test('a server that lists nothing at all proves nothing by it', async () => {
  const { office, arm } = await faultyOffice();
  const [id = ''] = await office.folder('Akten', 'precious');
  arm(({ command }) => {
    if (command === 'SELECT') return { reply: 'NO Server Unavailable. 15' };
    return command === 'LIST' ? { reply: 'OK done' } : undefined;
  });
  await expect(office.filing.mark({ ids: [id], add: ['flagged'] }, context())).rejects.toMatchObject({
    code: 'unavailable',
  });
});
