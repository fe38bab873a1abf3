import type { Mailbox } from '../../content/mailbox.ts';
import type { Recipients } from '../compose/addresses.ts';
import type { LoadedAttachment } from '../compose/attachments.ts';
import type { Language } from '../compose/language.ts';
import type { Sanitise } from '../compose/quote-html.ts';
import type { ThreadLink } from '../compose/references.ts';
import type { Outgoing } from './outgoing.ts';

/** What a message starts from: the mail it answers or forwards, or the draft it replaces. All may be overruled. */
export interface Basis extends Recipients {
  /** Whom to send as; undefined: the account's main address. */
  from: Mailbox | undefined;
  subject: string;
  link: ThreadLink;
  /** Put below what the author wrote, or in its place when they wrote nothing. */
  below: { text: string; html: string | undefined };
  attachments: readonly LoadedAttachment[];
  warnings: Outgoing['warnings'];
  familiar: readonly string[];
  marks: Outgoing['marks'];
}

export const nothing: Basis = {
  ...{ to: [], cc: [], bcc: [], from: undefined, subject: '', link: {} },
  below: { text: '', html: undefined },
  ...{ attachments: [], warnings: [], familiar: [], marks: [] },
};

export interface BasisContext {
  /** HTML is composed too. */
  html: boolean;
  /** IANA zone for the dates in quotes. */
  zone: string;
  /** Used where the original does not tell. */
  fallback: Language;
  sanitise: Sanitise;
}
