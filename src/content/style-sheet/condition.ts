/** Whether a condition of a style sheet holds for who reads the mail: surely, surely not, or for some readers. */
export type Verdict = 'yes' | 'no' | 'maybe';

const maxConditionChars = 2_000;
const maxDepth = 20;

/**
 * Judges `not`, `and`, `or` and brackets over features (CSS Conditional 3, §6; Media Queries 4, §3). `judge` gets what
 * stands in the innermost brackets, or a function such as `selector(a > b)`, in lower case.
 */
export function judgeCondition(text: string, judge: (feature: string) => Verdict, depth = 0): Verdict {
  const condition = text.trim().toLowerCase();
  if (condition.length > maxConditionChars || depth > maxDepth) return 'maybe';
  const negated = /^not(?=[\s(])/u.exec(condition);
  if (negated) return opposite(judgeCondition(condition.slice(3), judge, depth + 1));
  const inner = (part: string) => judgeCondition(part, judge, depth + 1);
  const either = split(condition, 'or');
  if (either.length > 1) return some(either.map(inner));
  const both = split(condition, 'and');
  if (both.length > 1) return every(both.map(inner));
  const inside = enclosed(condition);
  if (inside === undefined) return judge(condition);
  return /^\s*(?:not(?=[\s(])|[\w-]*\()/u.test(inside) ? inner(inside) : judge(inside.trim());
}

export function opposite(verdict: Verdict): Verdict {
  return verdict === 'maybe' ? 'maybe' : verdict === 'yes' ? 'no' : 'yes';
}

export function every(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('no')) return 'no';
  return verdicts.includes('maybe') ? 'maybe' : 'yes';
}

export function some(verdicts: readonly Verdict[]): Verdict {
  return opposite(every(verdicts.map(opposite)));
}

/** The parts around a word that stands outside of all brackets. */
function split(condition: string, word: 'and' | 'or'): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (const { 0: token, index } of condition.matchAll(/[()]|(?<=[\s)])(?:and|or)(?=[\s(])/gu)) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (depth === 0 && token === word) {
      parts.push(condition.slice(start, index));
      start = index + word.length;
    }
  }
  return [...parts, condition.slice(start)];
}

/** What stands between the brackets, where they enclose all of it. */
function enclosed(condition: string): string | undefined {
  if (!condition.startsWith('(')) return undefined;
  let depth = 0;
  for (const { 0: bracket, index } of condition.matchAll(/[()]/gu)) {
    depth += bracket === '(' ? 1 : -1;
    if (depth === 0) return index === condition.length - 1 ? condition.slice(1, index) : undefined;
  }
  return condition.slice(1);
}
