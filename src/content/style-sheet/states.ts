import { type Element, isElement } from '../html/tree.ts';

/** States of which none holds in a mail that lies still. */
const neverSo = (
  'active autofill fullscreen hover focus focus-visible focus-within indeterminate modal open ' +
  'picture-in-picture placeholder-shown playing popover-open target target-within user-invalid user-valid visited'
).split(' ');

type Test = (element: Element, named?: string | null) => boolean;

/** The pseudo-classes `statesOf` answers. */
export const stateNames = [...neverSo, 'defined', 'dir'];

/** Whether elements are in a state, which css-select cannot say. `spend` is called for each step through the tree. */
export function statesOf(spend: () => void): Readonly<Record<string, Test>> {
  return {
    ...Object.fromEntries(neverSo.map((name) => [name, (_: Element) => false])),
    // Mail has no elements of its own making.
    defined: (_: Element) => true,
    dir: (element, named) => directionOf(element, spend) === named?.toLowerCase(),
  };
}

/** As the nearest element says that says it (HTML standard, §3.2.6.4); from left to right where the text would. */
function directionOf(element: Element, spend: () => void): string {
  for (let node: Element['parent'] | Element = element; node && isElement(node); node = node.parent) {
    spend();
    const said = node.attribs.dir?.toLowerCase() ?? '';
    if (/^(?:ltr|rtl|auto)$/u.test(said)) return said === 'rtl' ? 'rtl' : 'ltr';
  }
  return 'ltr';
}
