import { rmSync } from 'node:fs';
import { compare, data } from '../measure.ts';
import type { Rig } from '../rig.ts';
import { attachmentsFolder } from '../seed.ts';
import { atMost, type Row } from '../table.ts';

/** A 5 MB attachment saved, held against one FETCH of its part, still encoded. */
export async function downloadCases(rig: Rig): Promise<Row[]> {
  const found = await data<{ emails: { id: string }[] }>(rig.server, 'search_emails', {
    folder: attachmentsFolder,
    subject: 'large',
  });
  const id = found.emails[0]?.id ?? '';
  const mail = await data<{ attachments: { part: string }[] }>(rig.server, 'get_email', { id });
  const part = mail.attachments[0]?.part ?? '';
  const uid = /\d+$/.exec(id)?.[0] ?? '';
  await rig.bare.mailboxOpen(attachmentsFolder, { readOnly: true });
  const save = async () => {
    const { path } = await data<{ path: string }>(rig.server, 'download_attachment', { id, part });
    return path;
  };
  const { ratio, detail } = await compare(
    [1, 2, 3, 4, 5, 6, 7],
    async () => rmSync(await save()),
    () => rig.bare.fetchOne(uid, { bodyParts: [part] }, { uid: true }),
  );
  await rig.bare.mailboxOpen('INBOX', { readOnly: true });
  return [atMost('5 MB attachment saved', 2, ratio, 'x bare FETCH of its part', detail)];
}
