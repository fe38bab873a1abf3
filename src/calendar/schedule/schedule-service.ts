import type { AnsweredInvitation, CreatedEvent, DeletedEvent, UpdatedEvent } from '../../domain/calendar.ts';
import type {
  CreateEventRequest,
  DeleteEventRequest,
  InvitationAnswer,
  SchedulePort,
  UpdateEventRequest,
} from '../../domain/calendar-port.ts';
import { parseEventId } from '../../domain/event-id.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import { createEvent } from './create-event.ts';
import { deleteEvent } from './delete-event.ts';
import { respond } from './respond.ts';
import { Turns } from './turns.ts';
import { updateEvent } from './update-event.ts';
import type { Workshop } from './workshop.ts';

/**
 * Changes of the calendar: each judged by what the server holds afterwards. Those of one resource take turns, so that only
 * other programs can come between reading and writing.
 */
export class ScheduleService implements SchedulePort {
  private readonly workshop: Workshop;
  private readonly turns = new Turns();

  constructor(workshop: Workshop) {
    this.workshop = workshop;
  }

  async createEvent(request: CreateEventRequest, context: SendContext): Promise<CreatedEvent> {
    return await createEvent(this.workshop, request, context);
  }

  async updateEvent(request: UpdateEventRequest, context: SendContext): Promise<UpdatedEvent> {
    return await this.inTurn(request.id, context, () => updateEvent(this.workshop, request, context));
  }

  async deleteEvent(request: DeleteEventRequest, context: SendContext): Promise<DeletedEvent> {
    return await this.inTurn(request.id, context, () => deleteEvent(this.workshop, request, context));
  }

  async respond(request: InvitationAnswer, context: SendContext): Promise<AnsweredInvitation> {
    // What a mail is about is known only once it is read: answers wait for each other, whatever they are about.
    return await this.turns.take('answers', context.signal, () =>
      this.inTurn(request.id, context, () => respond(this.workshop, request, context)),
    );
  }

  private async inTurn<T>(
    id: string | undefined,
    { signal }: SendContext,
    change: () => Promise<T>,
  ): Promise<T> {
    if (id === undefined) return await change();
    const { calendar, resource } = parseEventId(id);
    return await this.turns.take(JSON.stringify([calendar, resource]), signal, change);
  }
}
