import { createEvent } from './calendar/create-event.ts';
import { deleteEvent } from './calendar/delete-event.ts';
import { getCalendarEvents } from './calendar/get-calendar-events.ts';
import { getEvent } from './calendar/get-event.ts';
import { getFreeBusy } from './calendar/get-free-busy.ts';
import { listCalendars } from './calendar/list-calendars.ts';
import { respondToInvitation } from './calendar/respond-to-invitation.ts';
import { searchCalendar } from './calendar/search-calendar.ts';
import { updateEvent } from './calendar/update-event.ts';
import type { Tool, Toolset } from './define-tool.ts';
import { createDirectory } from './mail/create-directory.ts';
import { createDraft } from './mail/create-draft.ts';
import { deleteDirectory } from './mail/delete-directory.ts';
import { deleteEmail } from './mail/delete-email.ts';
import { downloadAttachment } from './mail/download-attachment.ts';
import { getAttachment } from './mail/get-attachment.ts';
import { getEmail } from './mail/get-email.ts';
import { getEmailThread } from './mail/get-email-thread.ts';
import { getFolders } from './mail/get-folders.ts';
import { markEmail } from './mail/mark-email.ts';
import { moveEmail } from './mail/move-email.ts';
import { renameDirectory } from './mail/rename-directory.ts';
import { searchEmails } from './mail/search-emails.ts';
import { sendDraft } from './mail/send-draft.ts';
import { sendEmail } from './mail/send-email.ts';
import { getServerStatus } from './server/get-server-status.ts';

/** Every tool, in the order clients see them. */
export const catalogue: readonly Tool[] = [
  searchEmails,
  getEmail,
  getEmailThread,
  getAttachment,
  downloadAttachment,
  getFolders,
  createDraft,
  sendDraft,
  sendEmail,
  markEmail,
  moveEmail,
  deleteEmail,
  createDirectory,
  renameDirectory,
  deleteDirectory,
  getCalendarEvents,
  getEvent,
  searchCalendar,
  getFreeBusy,
  listCalendars,
  createEvent,
  updateEvent,
  deleteEvent,
  respondToInvitation,
  getServerStatus,
];

export interface Selection {
  /** Only tools that change nothing. */
  readOnly: boolean;
  /** With `drafts-only` nothing is listed that sends. */
  send: 'direct' | 'confirm' | 'drafts-only';
  /** Undefined: all of them. */
  toolsets: readonly Toolset[] | undefined;
  /** Names of the only tools wanted, of those the rest leaves. Undefined: all of them. */
  tools?: readonly string[] | undefined;
  /** Names of tools that are not wanted. */
  toolsExclude?: readonly string[];
}

/** The tools of this run, fixed from start to end: clients cache the list. */
export function selectTools(
  tools: readonly Tool[],
  { readOnly, send, toolsets, tools: wanted, toolsExclude = [] }: Selection,
): readonly Tool[] {
  return tools.filter(
    (tool) =>
      (!readOnly || tool.annotations.readOnlyHint) &&
      (send !== 'drafts-only' || !tool.sends) &&
      (toolsets === undefined || toolsets.includes(tool.toolset)) &&
      (wanted === undefined || wanted.includes(tool.name)) &&
      !toolsExclude.includes(tool.name),
  );
}
