import type { Tool, Toolset } from './define-tool.ts';
import { downloadAttachment } from './mail/download-attachment.ts';
import { getAttachment } from './mail/get-attachment.ts';
import { getEmail } from './mail/get-email.ts';
import { getEmailThread } from './mail/get-email-thread.ts';
import { getFolders } from './mail/get-folders.ts';
import { searchEmails } from './mail/search-emails.ts';
import { getServerStatus } from './server/get-server-status.ts';

/** Every tool, in the order clients see them. */
export const catalogue: readonly Tool[] = [
  searchEmails,
  getEmail,
  getEmailThread,
  getAttachment,
  downloadAttachment,
  getFolders,
  getServerStatus,
];

export interface Selection {
  /** Only tools that change nothing. */
  readOnly: boolean;
  /** Undefined: all of them. */
  toolsets: readonly Toolset[] | undefined;
}

/** The tools of this run, fixed from start to end: clients cache the list. */
export function selectTools(tools: readonly Tool[], { readOnly, toolsets }: Selection): readonly Tool[] {
  return tools.filter(
    (tool) =>
      (!readOnly || tool.annotations.readOnlyHint) &&
      (toolsets === undefined || toolsets.includes(tool.toolset)),
  );
}
