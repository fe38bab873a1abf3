import type { SchedulePort } from '../domain/calendar-port.ts';
import type { FilingPort } from '../domain/filing-port.ts';
import type { ItipPort } from '../domain/itip-port.ts';
import type { OutboxPort } from '../domain/outbox-port.ts';
import type { OwnWrites } from '../domain/own-writes.ts';

/** The ports that change something, counted: what was remembered before is not given again unproven. */
export function countedFiling(filing: FilingPort, writes: OwnWrites): FilingPort {
  return {
    move: (request, context) => writes.during(() => filing.move(request, context)),
    mark: (request, context) => writes.during(() => filing.mark(request, context)),
    remove: (request, context) => writes.during(() => filing.remove(request, context)),
    createFolder: (request, context) => writes.during(() => filing.createFolder(request, context)),
    renameFolder: (request, context) => writes.during(() => filing.renameFolder(request, context)),
    deleteFolder: (request, context) => writes.during(() => filing.deleteFolder(request, context)),
  };
}

export function countedOutbox(outbox: OutboxPort, writes: OwnWrites): OutboxPort {
  return {
    send: (request, context) => writes.during(() => outbox.send(request, context)),
    createDraft: (request, context) => writes.during(() => outbox.createDraft(request, context)),
    sendDraft: (request, context) => writes.during(() => outbox.sendDraft(request, context)),
  };
}

/** Mail about events is filed in Sent, too. */
export function countedItip(itip: ItipPort, writes: OwnWrites): ItipPort {
  return {
    permit: (announcement, context) => itip.permit(announcement, context),
    mail: (message, context) => writes.during(() => itip.mail(message, context)),
  };
}

export function countedSchedule(schedule: SchedulePort, writes: OwnWrites): SchedulePort {
  return {
    createEvent: (request, context) => writes.during(() => schedule.createEvent(request, context)),
    updateEvent: (request, context) => writes.during(() => schedule.updateEvent(request, context)),
    deleteEvent: (request, context) => writes.during(() => schedule.deleteEvent(request, context)),
    respond: (request, context) => writes.during(() => schedule.respond(request, context)),
  };
}
