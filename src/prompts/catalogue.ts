import { answerThread } from './answer-thread.ts';
import { cleanUpNewsletters } from './clean-up-newsletters.ts';
import type { Prompt } from './define-prompt.ts';
import { findATime } from './find-a-time.ts';
import { inboxTriage } from './inbox-triage.ts';
import { morningBrief } from './morning-brief.ts';
import { prepareMeeting } from './prepare-meeting.ts';
import { weeklyReview } from './weekly-review.ts';

/** Every prompt, in the order clients see them. */
export const prompts: readonly Prompt[] = [
  morningBrief,
  inboxTriage,
  answerThread,
  prepareMeeting,
  findATime,
  weeklyReview,
  cleanUpNewsletters,
];
