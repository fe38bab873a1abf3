import type { Case } from './case.ts';

/** The scorecard, section by section, in its order. */
export const sections: Readonly<Record<string, readonly Case[]>> = {
  sending: [],
  mailbox: [],
  calendar: [],
  security: [],
  running: [],
};
