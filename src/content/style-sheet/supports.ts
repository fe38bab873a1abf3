import { lexer } from 'css-tree';
import { judgeCondition, type Verdict } from './condition.ts';

/** Whether the browser a mail is shown in knows what `@supports` asks for (CSS Conditional 3, §6). */
export function judgeSupports(condition: string): Verdict {
  return judgeCondition(condition, judgeFeature);
}

/** What telephones know, and browsers of old, and no desktop of today. */
const ofOthers = /^-(?:webkit-(?:touch-callout|overflow-scrolling)|ms-[\w-]+)$/u;

/** Engines differ in what they know of each other's properties and of the newest values. */
function judgeFeature(feature: string): Verdict {
  const colon = feature.indexOf(':');
  if (colon < 0 || /^[\w-]+\(/u.test(feature)) return 'maybe';
  const property = feature.slice(0, colon).trim();
  if (property.startsWith('--')) return 'yes';
  if (ofOthers.test(property)) return 'no';
  if (property.startsWith('-')) return 'maybe';
  const { error } = lexer.matchProperty(property, feature.slice(colon + 1).trim());
  if (error === null) return 'yes';
  return lexer.getProperty(property) === null ? 'no' : 'maybe';
}
