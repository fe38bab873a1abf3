import { answer } from './answer.ts';
import { cancel } from './cancel.ts';
import { createEvent } from './create-event.ts';
import type { Edits } from './edit.ts';
import { editEvent } from './edit-event.ts';
import { itip } from './itip.ts';
import { mergeInvitation } from './merge-invitation.ts';
import { splitSeries } from './split-series.ts';
import { storable } from './storable.ts';

/** Every change of a stored event, each in its own file. */
export const edits: Edits = {
  create: createEvent,
  edit(ics, target, fields, context) {
    if (target.scope === 'all') return editEvent(ics, target, fields, context);
    const { scope, occurrence } = target;
    if (scope === 'following') return splitSeries(ics, occurrence, fields, context);
    return editEvent(ics, { scope, occurrence }, fields, context);
  },
  cancel,
  answer,
  itip,
  merge: mergeInvitation,
  storable,
};
