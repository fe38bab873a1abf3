import type { EventView } from '../event.ts';

/** A mailed invitation beside what is stored of it. */
export type Age = 'newer' | 'same' | 'older';

type Version = Pick<EventView, 'sequence' | 'stamped'>;

/**
 * Which of two versions the organizer wrote later (RFC 5546 §2.1.5): SEQUENCE decides, at the same one DTSTAMP.
 *
 * | SEQUENCE of the mail | DTSTAMP of the mail | the mail is | what becomes of it |
 * |---|---|---|---|
 * | higher | any | newer | taken over with the answer |
 * | the same | later | newer | taken over with the answer |
 * | the same | the same, or one of them has none | same | the stored event is answered |
 * | the same | earlier | older | the stored event is answered; a warning only where people would see a difference |
 * | lower | any | older | the stored event is answered, with a warning |
 *
 * Own edits of a copy leave its DTSTAMP alone (`touchCopy`), but other programs and servers renew it (Thunderbird,
 * Open-Xchange): that it is later may mean no more than that the mail was answered.
 */
export function ageOf(mailed: Version, stored: Version): Age {
  if (mailed.sequence !== stored.sequence) return mailed.sequence > stored.sequence ? 'newer' : 'older';
  // ISO instants in UTC: the later one is the greater text.
  const [one, other] = [mailed.stamped, stored.stamped];
  if (one === undefined || other === undefined || one === other) return 'same';
  return one > other ? 'newer' : 'older';
}
