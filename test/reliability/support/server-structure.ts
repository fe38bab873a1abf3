import type { MessageStructureObject } from 'imapflow';
import { logIn } from '../../support/other-client.ts';

/** A part without parts of its own, as the server describes it; a mail inside a mail is one. */
export interface Leaf {
  part: string;
  type: string;
  isAttached: boolean;
  isInEncrypted: boolean;
}

/** What the server says of the parts of every mail in the inbox, by UID; undefined where imapflow cannot read it. */
export async function leavesByUid(env: Record<string, string>): Promise<Map<number, Leaf[] | undefined>> {
  const client = await logIn(env);
  try {
    await client.mailboxOpen('INBOX', { readOnly: true });
    const found = new Map<number, Leaf[] | undefined>();
    for await (const { uid, bodyStructure } of client.fetch('1:*', { uid: true, bodyStructure: true })) {
      found.set(uid, bodyStructure && leavesOf(bodyStructure));
    }
    return found;
  } finally {
    client.close();
  }
}

function leavesOf(root: MessageStructureObject): Leaf[] {
  const leaves: Leaf[] = [];
  const open = [{ node: root, isInEncrypted: false }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, isInEncrypted } = next;
    const type = node.type.toLowerCase();
    if (type.startsWith('multipart/')) {
      const secret = isInEncrypted || type === 'multipart/encrypted';
      open.push(...(node.childNodes ?? []).map((child) => ({ node: child, isInEncrypted: secret })));
      continue;
    }
    const isAttached = node.disposition?.toLowerCase() === 'attachment';
    leaves.push({ part: node.part ?? '1', type, isAttached, isInEncrypted });
  }
  return leaves;
}

/** What is wrong with a list of attachments beside the parts there are. */
export function attachmentFaults(listed: readonly string[], leaves: readonly Leaf[]): string[] {
  const parts = new Set(leaves.map(({ part }) => part));
  const named = new Set(listed);
  const invented = listed.filter((part) => !parts.has(part));
  const missing = leaves.filter((leaf) => isSurelyFile(leaf) && !named.has(leaf.part));
  return [
    ...invented.map((part) => `lists a part ${part} that is not there`),
    ...missing.map(({ part, type }) => `does not list part ${part}, ${type}`),
  ];
}

/** Texts may be the body; what is said to be attached and what is no text cannot. */
function isSurelyFile({ type, isAttached, isInEncrypted }: Leaf): boolean {
  if (isInEncrypted || type === 'text/calendar' || type === 'application/ics') return false;
  return isAttached || !type.startsWith('text/');
}
