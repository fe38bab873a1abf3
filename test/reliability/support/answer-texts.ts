/** A text somewhere in an answer, and the way to it: `emails[].preview`. */
export interface AnswerText {
  path: string;
  text: string;
}

/** Every string of an answer, keys of objects among them. */
export function textsOf(answer: unknown, path = ''): AnswerText[] {
  if (typeof answer === 'string') return [{ path, text: answer }];
  if (Array.isArray(answer)) return answer.flatMap((item) => textsOf(item, `${path}[]`));
  if (typeof answer !== 'object' || answer === null) return [];
  return Object.entries(answer).flatMap(([key, value]) => [
    { path: 'a key', text: key },
    ...textsOf(value, path === '' ? key : `${path}.${key}`),
  ]);
}

/** The fields that hold what strangers wrote; all others are our own words, ids and figures. */
const untrusted = new Set([
  ...['subject', 'from', 'to[]', 'cc[]', 'bcc[]', 'replyTo[]', 'messageId', 'body.text', 'name', 'text'],
  ...['attachments[].name', 'attachments[].type', 'list.id', 'list.unsubscribe', 'participants[]', 'type'],
  ...['invitation.title', 'invitation.organizer', 'event.title', 'event.organizer', 'authentication.from'],
  ...['emails[].subject', 'emails[].from', 'emails[].to[]', 'emails[].preview', 'emails[].text'],
  ...['emails[].attachments[].name', 'emails[].attachments[].type', 'flags[]', 'emails[].flags[]'],
  ...['folders[].path', 'calendars[].name', 'title', 'location', 'description', 'url', 'organizer'],
  ...['attendees[].name', 'attendees[].email', 'events[].title', 'events[].location', 'unknownZone'],
  ...['events[].unknownZone', 'conflicts[].title', 'conflicts[].location'],
  // A rule nobody understands is its own text.
  ...['recurrence.rule', 'recurrence.text'],
]);

/** Where the canary stands and no stranger's text may. Our warnings quote addresses of a sender, and nothing else. */
export function misplaced(answer: unknown, canary: string): string[] {
  return textsOf(answer)
    .filter(({ path, text }) => text.includes(canary) && !untrusted.has(path))
    .map(({ path }) => path);
}
