/** Stands for a value that only a browser could compute. */
export const unknown = 'unknown()';

const maxVariables = 1_000;
/** So many scopes one within another are searched name by name before they become one. */
const maxScopes = 64;
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

/**
 * The custom properties of an element: what it says itself, and those of the scope around. A document that nests
 * thousands of elements with properties of their own costs what they say, not their product.
 */
export class VariableScope {
  private readonly own: Map<string, string | undefined>;
  private readonly outer: VariableScope | undefined;
  private readonly depth: number;
  private size: number;
  /** More are said than mail needs: what is not known may have been said as well. */
  private full: boolean;

  constructor(outer?: VariableScope) {
    const isDeep = outer !== undefined && outer.depth >= maxScopes;
    this.own = isDeep ? outer.flattened() : new Map();
    this.outer = isDeep ? undefined : outer;
    this.depth = isDeep ? 0 : (outer?.depth ?? -1) + 1;
    this.size = outer?.size ?? 0;
    this.full = outer?.full ?? false;
  }

  get(name: string): string | undefined {
    const { scope, value } = this.find(name);
    return scope ? value : this.full ? unknown : undefined;
  }

  /** Undefined takes the value away. */
  set(name: string, value: string | undefined): void {
    if (!this.find(name).scope) {
      if (this.size >= maxVariables) {
        this.full = true;
        return;
      }
      this.size += 1;
    }
    this.own.set(name, value);
  }

  private find(name: string): { scope?: VariableScope; value?: string | undefined } {
    for (let scope: VariableScope | undefined = this; scope; scope = scope.outer)
      if (scope.own.has(name)) return { scope, value: scope.own.get(name) };
    return {};
  }

  private flattened(): Map<string, string | undefined> {
    const scopes: VariableScope[] = [];
    for (let scope: VariableScope | undefined = this; scope; scope = scope.outer) scopes.push(scope);
    return new Map(scopes.reverse().flatMap(({ own }) => [...own]));
  }
}

/** What an element's custom properties come to: those it declares itself, weakest first, and those it inherits. */
export function computeVariables(
  declared: readonly { property: string; value: string }[],
  inherited: VariableScope,
): VariableScope {
  const own = new Map(declared.map(({ property, value }) => [property, value]));
  if (own.size === 0) return inherited;
  const computed = new VariableScope(inherited);
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
    computed.set(name, found !== undefined && /^initial$/iu.test(found) ? undefined : found);
    return computed.get(name);
  };
  for (const name of [...own.keys()]) resolve(name);
  return computed;
}
