import { htmlMail, order, type Payload, visible } from './payload.ts';

/** Where `§` stands, a person sees nothing; each of a kind that the corpus of others does not hold. */
const shapes: Record<string, string> = {
  'style sheet, class': '<style>.k{display:none}</style><p class="k">§</p>',
  'style sheet, attribute selector': '<style>[data-k="1"]{visibility:hidden}</style><p data-k="1">§</p>',
  'style sheet, :not()': '<style>p:not(.shown){display:none}</style><p>§</p>',
  'style sheet, custom property':
    '<style>:root{--gone:none}.k{display:var(--gone)}</style><p class="k">§</p>',
  'style sheet, !important over inline':
    '<style>#k{display:none !important}</style><p id="k" style="display:block">§</p>',
  'style sheet, nested': '<style>div{& .k{display:none}}</style><div><p class="k">§</p></div>',
  'escaped property': '<p style="dis\\70lay:none">§</p>',
  'entities in the style': '<p style="dis&#112;lay&colon;none">§</p>',
  'comment in the style': '<p style="dis/**/play:block;display/**/:none">§</p>',
  'bgcolor attribute': '<table bgcolor="#ffffff"><tr><td><font color="#fffffe">§</font></td></tr></table>',
  'colour of its background': '<div style="background:#123456"><span style="color:#123456">§</span></div>',
  'transform scale 0': '<div style="transform:scale(0)">§</div>',
  'max-height 0': '<div style="max-height:0;overflow:hidden">§</div>',
  'text-indent': '<div style="text-indent:-9999px;overflow:hidden;white-space:nowrap">§</div>',
  'clip-path': '<div style="position:absolute;clip-path:inset(100%)">§</div>',
  'opacity of the parent': '<div style="opacity:0"><div style="opacity:1">§</div></div>',
  'filter opacity': '<div style="filter:opacity(0)">§</div>',
  'content-visibility': '<div style="content-visibility:hidden">§</div>',
  'hidden input': '<input type="hidden" value="§"><textarea hidden>§</textarea>',
  'select option': '<select style="display:none"><option>§</option></select>',
  'datalist and dialog': '<datalist><option>§</option></datalist><dialog>§</dialog>',
  'noscript, noframes, object': '<noframes>§</noframes><object data="x"><p hidden>§</p></object>',
  'alt of a tracking pixel': '<img src="https://attacker.example/p.gif" width="1" height="1" alt="§">',
  'aria-label and data': '<p aria-label="§" data-x="§" title="§">seen</p>',
  'conditional comment': '<!--[if mso]><p>§</p><![endif]-->',
  'broken comment': '<!-- > --!><!--><p hidden>§</p>',
  'unclosed hidden element': '<div hidden>§',
  'math annotation': '<math><semantics><mi>x</mi><annotation>§</annotation></semantics></math>',
  'head and title': '<html><head><title>§</title></head><body></body></html>',
  'font-size 1px in a grey': '<span style="font-size:1px;color:#eee">§</span>',
};

/** Where nothing at all is seen, there is nothing to be shown instead either. */
const alone: Record<string, string> = {
  'hidden and nothing else': '<p hidden>§</p>',
  'a comment and nothing else': '<!-- § -->',
  'the title of a picture and nothing else': '<img src="https://attacker.example/x.png" title="§">',
  'script and nothing else': '<html><body><script>"§"</script></body></html>',
};

/** Those that once were shown come first. */
export const hiddenPayloads: Payload[] = [
  ...Object.entries(alone),
  ...Object.entries(shapes).map(
    ([name, shape]) => [name, `<div>${visible} ordinary text.</div>${shape}`] as const,
  ),
].map(([name, html], nth) => {
  const canary = `OWNHIDDEN${nth}X`;
  return {
    name: `hidden: ${name}`,
    channel: 'html-hidden',
    expect: 'canary-absent',
    canary,
    kind: 'eml',
    raw: htmlMail(`Hidden ${nth}`, html.replaceAll('§', `${order} ${canary}`)),
  };
});
