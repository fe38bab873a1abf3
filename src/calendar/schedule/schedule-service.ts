import type { AnsweredInvitation, CreatedEvent, DeletedEvent, UpdatedEvent } from '../../domain/calendar.ts';
import type {
  CreateEventRequest,
  DeleteEventRequest,
  InvitationAnswer,
  SchedulePort,
  UpdateEventRequest,
} from '../../domain/calendar-port.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import { createEvent } from './create-event.ts';
import { deleteEvent } from './delete-event.ts';
import { respond } from './respond.ts';
import { updateEvent } from './update-event.ts';
import type { Workshop } from './workshop.ts';

/** Changes of the calendar: each judged by what the server holds afterwards. */
export class ScheduleService implements SchedulePort {
  private readonly workshop: Workshop;

  constructor(workshop: Workshop) {
    this.workshop = workshop;
  }

  async createEvent(request: CreateEventRequest, context: SendContext): Promise<CreatedEvent> {
    return await createEvent(this.workshop, request, context);
  }

  async updateEvent(request: UpdateEventRequest, context: SendContext): Promise<UpdatedEvent> {
    return await updateEvent(this.workshop, request, context);
  }

  async deleteEvent(request: DeleteEventRequest, context: SendContext): Promise<DeletedEvent> {
    return await deleteEvent(this.workshop, request, context);
  }

  async respond(request: InvitationAnswer, context: SendContext): Promise<AnsweredInvitation> {
    return await respond(this.workshop, request, context);
  }
}
