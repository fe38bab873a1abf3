import type { MessageStructureObject } from '../connections/imap/replies.ts';
import type { MimePart } from '../domain/mime-part.ts';

const maxDepth = 120;

/** imapflow's BODYSTRUCTURE as our MIME tree. Deeper levels than `maxDepth` are left out. */
export function mimeTree(node: MessageStructureObject, depth = 0): MimePart {
  const disposition = node.disposition?.toLowerCase();
  const filename = node.dispositionParameters?.filename ?? node.parameters?.name;
  return {
    part: node.part ?? (node.childNodes?.length ? '' : '1'),
    type: mediaType(node.type),
    parameters: node.parameters ?? {},
    encoding: (node.encoding ?? '7bit').toLowerCase(),
    size: node.size ?? 0,
    ...(disposition === 'inline' || disposition === 'attachment' ? { disposition } : {}),
    ...(filename === undefined ? {} : { filename }),
    ...(node.id ? { contentId: node.id } : {}),
    children: depth < maxDepth ? (node.childNodes ?? []).map((child) => mimeTree(child, depth + 1)) : [],
  };
}

/** A Content-Type without subtype comes as `text/`; what says only "text" means the plain one. */
function mediaType(type: string | undefined): string {
  const given = (type || 'application/octet-stream').toLowerCase();
  return given === 'text/' || given === 'text' ? 'text/plain' : given;
}
