import * as z from 'zod';
import { words } from '../arguments.ts';

/** Arguments several calendar tools share. */
export const eventId = words(1_000).describe('Event id as returned');
export const calendarId = words(200).describe('Calendar id or name');
export const moment = words(40);
export const scope = z
  .enum(['this', 'following', 'all'])
  .describe('Of a series: only this one, this and following, or all');

/** What an event says; shared by create_event and update_event. */
export const eventFields = {
  end: moment.describe('As start; last day if all-day').optional(),
  duration: z.int().min(0).max(527_040).describe('Minutes, instead of end').optional(),
  allDay: z.boolean().describe('Whole days').optional(),
  timezone: words(60).describe("IANA zone the event is kept in; default: the user's").optional(),
  location: z.string().max(1_000).describe('Place').optional(),
  description: z.string().max(50_000).describe('Plain text').optional(),
  recurrence: z.string().max(500).describe('RRULE such as FREQ=WEEKLY;BYDAY=MO; empty: no series').optional(),
  reminders: z.array(z.int().min(0).max(527_040)).max(10).describe('Minutes before the start').optional(),
  attendees: z.array(words(400)).max(100).describe('All who are invited: Joe <joe@example.org>').optional(),
  busy: z.boolean().describe('Whether it blocks time; default true').optional(),
  url: z.string().max(2_000).describe('Link').optional(),
};
