import { type CssNode, type ParseOptions, parse } from 'css-tree';

/**
 * As css-tree's `parse`, and as if it had read nothing before. Its token stream keeps the tokens of longer sources and looks
 * at one behind the end of the present one: a bracket there counts as open, and the parser never ends (css-tree 3.2.1,
 * `TokenStream.setSource`). Semicolons, which say nothing, are written over them first.
 * @throws SyntaxError only for contexts that css-tree cannot recover in, such as `selector`
 */
export function parseCss(source: string, options: ParseOptions): CssNode {
  parse(';'.repeat(source.length + 1), { context: 'declarationList' });
  return parse(source, options);
}
