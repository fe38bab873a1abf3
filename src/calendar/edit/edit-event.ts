import type { EventFields } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { OccurrenceKey } from '../event.ts';
import { type Component, writeDocument } from '../ics/document.ts';
import { applyFields } from './apply-fields.ts';
import { askedAnew } from './ask-anew.ts';
import type { EditContext, Edited } from './edit.ts';
import { type EditedDocument, editSeries } from './edit-series.ts';
import { withOverride } from './override.ts';
import { readStored, type Stored, unlessEmpty } from './split-series-stored.ts';
import { stamped } from './stamp.ts';
import { replaceComponent } from './tree.ts';
import { withZones } from './with-zones.ts';

/** All of an event, moved by what `start` means for an occurrence, or one occurrence alone. */
export type EditTarget =
  | { scope: 'all'; occurrence?: OccurrenceKey }
  | { scope: 'this'; occurrence: OccurrenceKey };

/**
 * Edits an event, a whole series (`all`) or one occurrence (`this`); the lines of other fields stay byte for byte. Where
 * everything is so already, the text comes back as it was. `following` is split-series.ts.
 * @throws MailboxError `invalid_input` naming the field at fault; `not_found` when the series has no such occurrence;
 * `forbidden` for attendees of somebody else's event; `unsupported` when nobody can tell what the edit would mean.
 */
export function editEvent(
  ics: string,
  target: EditTarget,
  fields: EventFields,
  context: EditContext,
): Edited {
  const stored = readStored(ics, context.zone);
  const edited = editStored(stored, target, fields, context);
  if (edited.changed.length === 0) return { ics, changed: [] };
  const document = withZones(edited.document, stored.document, context.zone);
  const text = edited.ruleChanged ? unlessEmpty(document, context.zone) : writeDocument(document);
  return { ics: text, changed: edited.changed };
}

function editStored(
  stored: Stored,
  target: EditTarget,
  fields: EventFields,
  context: EditContext,
): EditedDocument {
  const { master, set } = stored;
  if (set.recurring && target.scope === 'this')
    return editOccurrence(stored, target.occurrence, fields, context);
  if (!master) throw noMaster();
  if (!set.recurring) return editOne(stored, stored.document, master, fields, context);
  return editSeries(stored, master, target.occurrence, fields, context);
}

function editOccurrence(
  stored: Stored,
  occurrence: OccurrenceKey,
  fields: EventFields,
  context: EditContext,
): EditedDocument {
  if (fields.recurrence !== undefined) {
    throw new MailboxError('invalid_input', 'A single occurrence has no recurrence of its own.', {
      hint: 'Change the rule with scope following or all.',
    });
  }
  const { document, override } = withOverride(stored, occurrence);
  return editOne(stored, document, override, fields, context);
}

/** @param document the stored one, or that with a new override */
function editOne(
  stored: Stored,
  document: Stored['document'],
  event: Component,
  fields: EventFields,
  context: EditContext,
): EditedDocument {
  const { event: edited, changed } = applyFields(event, fields, context, stored.moments);
  if (changed.length === 0) return { document: stored.document, changed };
  const written = stamped(askedAnew(edited, event, context), event, stored.document, context);
  const ruleChanged = changed.includes('recurrence');
  return { document: replaceComponent(document, event, written), changed, ruleChanged };
}

function noMaster(): MailboxError {
  return new MailboxError('unsupported', 'Only single occurrences of this series are in the calendar.', {
    hint: 'Change them one by one, with scope this.',
  });
}
