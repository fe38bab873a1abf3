export type Variables = ReadonlyMap<string, string>;

/** Stands for a value that only a browser could compute. */
export const unknown = 'unknown()';

const maxVariables = 1_000;
const maxValueChars = 10_000;
const maxDepth = 30;

type Lookup = (name: string) => string | undefined;

/**
 * The value with `var()` and `env()` replaced (CSS Variables 1, §3); undefined where one has neither a value nor a
 * fallback, `unknown` where they are more entangled than mail needs.
 */
export function substituted(value: string, lookup: Lookup, depth = 0): string | undefined {
  if (!/(?:var|env|constant)\(/iu.test(value)) return value;
  let rest = value;
  let result = '';
  for (let call = callIn(rest); call; call = callIn(rest)) {
    if (depth > maxDepth || result.length + rest.length > maxValueChars) return unknown;
    const { name, fallback, before, after } = call;
    const own = call.isVariable ? lookup(name) : insetOf(name);
    const found = own ?? (fallback === undefined ? undefined : substituted(fallback, lookup, depth + 1));
    if (found === undefined || found === unknown) return found;
    result += before + found;
    rest = after;
  }
  return result + rest;
}

/** Mail is not read on a screen with a notch. */
function insetOf(name: string): string | undefined {
  return /^(?:safe-area|keyboard)-inset-/iu.test(name) ? '0px' : undefined;
}

function callIn(text: string) {
  const start = /(?<![\w-])(var|env|constant)\(\s*([^\s,()]*)/iu.exec(text);
  if (!start) return undefined;
  const open = text.indexOf('(', start.index);
  let depth = 0;
  let [comma, end] = [-1, text.length];
  for (const { 0: token, index } of text.slice(open).matchAll(/[(),]/gu)) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (depth === 1 && comma < 0) comma = open + index;
    if (depth > 0) continue;
    end = open + index;
    break;
  }
  return {
    isVariable: start[1]?.toLowerCase() === 'var',
    name: start[2] ?? '',
    fallback: comma < 0 ? undefined : text.slice(comma + 1, end).trim(),
    before: text.slice(0, start.index),
    after: text.slice(end + 1),
  };
}

/** What an element's custom properties come to: those it declares itself, weakest first, and those it inherits. */
export function computeVariables(
  declared: readonly { property: string; value: string }[],
  inherited: Variables,
): Variables {
  const own = new Map(declared.map(({ property, value }) => [property, value]));
  if (own.size === 0) return inherited;
  const computed = new Map(inherited);
  const pending = new Set<string>();
  const resolve = (name: string): string | undefined => {
    const value = own.get(name);
    if (value === undefined) return computed.get(name);
    if (pending.has(name)) return undefined; // a circle has no value
    if (pending.size > maxDepth) return unknown;
    pending.add(name);
    const found = /^(?:inherit|unset)$/iu.test(value) ? inherited.get(name) : substituted(value, resolve);
    pending.delete(name);
    own.delete(name);
    if (found === undefined || /^initial$/iu.test(found)) computed.delete(name);
    else computed.set(name, found);
    return computed.get(name);
  };
  for (const name of [...own.keys()]) {
    if (computed.size > maxVariables) computed.set(name, unknown);
    else resolve(name);
  }
  return computed;
}
