import { type CssNode, generate, type Selector, tokenize, tokenTypes } from 'css-tree';
import { selectorsOf } from './selector.ts';

/**
 * css-tree takes nested rules that do not begin with `&` for broken declarations (CSS Nesting 1, §3). This gives the
 * source of such a node; undefined for what really is a declaration.
 */
export function nestedSource(node: CssNode): string | undefined {
  if (node.type === 'Raw') return node.value.includes('{') ? node.value : undefined;
  if (node.type !== 'Declaration' || node.property.startsWith('--') || node.value.type !== 'Raw')
    return undefined;
  return node.value.value.includes('{') ? `${node.property}:${node.value.value}` : undefined;
}

/** The inside of a rule as a sheet that css-tree reads: declarations and at-rules get a rule of `&` around them. */
export function asSheet(source: string): string {
  const pieces: string[] = [];
  let depth = 0;
  let start = 0;
  const take = (end: number, isRule: boolean) => {
    const piece = source.slice(start, end);
    pieces.push(isRule && !piece.trimStart().startsWith('@') ? piece : `&{${piece}}`);
    start = end;
  };
  tokenize(source, (type, _, end) => {
    if (type === tokenTypes.LeftCurlyBracket) depth += 1;
    else if (type === tokenTypes.Semicolon && depth === 0) take(end, false);
    else if (type === tokenTypes.RightCurlyBracket) {
      depth -= 1;
      if (depth === 0) take(end, true);
    }
  });
  if (start < source.length) take(source.length, depth > 0);
  return pieces.join('\n');
}

/**
 * The selector of a nested rule as it would stand outside: `&` is the parent, without one it is the ancestor. None where
 * both together are malformed.
 */
export function unnested(selector: Selector, parent: string): Selector | undefined {
  let named = false;
  const text = generate(selector).replace(
    /"(?:[^"\\]|\\.)*"|\\.|&([a-z][\w-]*)?/giu,
    (found: string, type: string | undefined) => {
      if (!found.startsWith('&')) return found;
      named = true;
      return `${type ?? ''}:is(${parent})`;
    },
  );
  const [outside] = selectorsOf(named ? text : `:is(${parent}) ${text}`);
  return outside;
}
