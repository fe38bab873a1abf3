import type { Numbered } from './mailbox-view.ts';
import { baseSubject, isReplySubject, sentTime } from './sort.ts';

interface Container {
  target: Numbered | undefined;
  parent: Container | undefined;
  children: Container[];
}

export type ThreadAlgorithm = 'REFERENCES' | 'REFS';

/**
 * THREAD=REFERENCES (RFC 5256 §3) and Dovecot's THREAD=REFS, which never joins by subject and orders threads by
 * their newest mail. Returns the answer's text, e.g. `(1)(2 3 (4)(5))`.
 */
export function formatThreads(
  targets: readonly Numbered[],
  algorithm: ThreadAlgorithm,
  number: (target: Numbered) => number,
): string {
  const linked = [...link(targets)].filter((container) => !container.parent);
  const roots = linked.flatMap(prune);
  const threads = algorithm === 'REFERENCES' ? joinBySubject(sortByDate(roots)) : roots;
  sortByDate(threads);
  if (algorithm === 'REFS') threads.sort((a, b) => newestDate(a) - newestDate(b));
  return threads.map((thread) => `(${format(thread, number)})`).join('');
}

function link(targets: readonly Numbered[]): Iterable<Container> {
  const containers = new Map<string, Container>();
  const obtain = (id: string) => {
    const known = containers.get(id) ?? { target: undefined, parent: undefined, children: [] };
    containers.set(id, known);
    return known;
  };
  for (const target of targets) {
    const { content } = target.row.message;
    const own = messageIds(content.header('message-id'))[0];
    const unique = own !== undefined && !containers.get(own)?.target ? own : `#${target.seq}`;
    const container = obtain(unique);
    container.target = target;
    const references = messageIds(content.header('references'));
    const ancestors = (
      references.length > 0 ? references : messageIds(content.header('in-reply-to')).slice(0, 1)
    ).map(obtain);
    for (const [index, ancestor] of ancestors.entries()) {
      const parent = ancestors[index - 1];
      if (parent && !ancestor.parent) adopt(parent, ancestor);
    }
    const parent = ancestors.at(-1);
    if (parent) adopt(parent, container);
  }
  return containers.values();
}

/** Makes `child` hang below `parent`, unless that would close a circle. */
function adopt(parent: Container, child: Container): void {
  if (parent === child || (child.children.length > 0 && isBelow(parent, child))) return;
  if (child.parent) child.parent.children = child.parent.children.filter((other) => other !== child);
  child.parent = parent;
  parent.children.push(child);
}

function isBelow(container: Container, ancestor: Container): boolean {
  for (let above: Container | undefined = container; above; above = above.parent) {
    if (above === ancestor) return true;
  }
  return false;
}

/** With everything below them, parents first. A mail may name tens of thousands of ancestors: recursion ends before. */
function descendants(roots: readonly Container[]): Container[] {
  const all = [...roots];
  for (const { children } of all) for (const child of children) all.push(child);
  return all;
}

/** Takes out containers without message; at the root one stays while it holds several threads together. */
function prune(root: Container): Container[] {
  for (const container of descendants([root]).reverse()) {
    container.children = container.children.flatMap((child) => (child.target ? [child] : child.children));
  }
  return root.target || root.children.length > 1 ? [root] : root.children;
}

function sortByDate(containers: Container[]): Container[] {
  const byDate = (a: Container, b: Container) => dateOf(a) - dateOf(b) || seqOf(a) - seqOf(b);
  for (const { children } of descendants(containers).reverse()) children.sort(byDate);
  return containers.sort(byDate);
}

/** RFC 5256 §3 step 5: threads of one base subject become one. */
function joinBySubject(roots: readonly Container[]): Container[] {
  const bySubject = new Map<string, Container>();
  for (const root of roots) {
    const subject = subjectOf(root);
    const known = bySubject.get(subject);
    if (subject !== '' && (!known || (known.target && !root.target) || (isReply(known) && !isReply(root)))) {
      bySubject.set(subject, root);
    }
  }
  const threads: Container[] = [];
  for (const root of roots) {
    const main = bySubject.get(subjectOf(root));
    if (!main || main === root) threads.push(root);
    else merge(main, root);
  }
  return threads;
}

function merge(main: Container, root: Container): void {
  if (!main.target) main.children.push(...(root.target ? [root] : root.children));
  else if (isReply(root) && !isReply(main)) main.children.push(root);
  else {
    const first: Container = { target: main.target, parent: main, children: main.children };
    main.target = undefined;
    main.children = [first, ...(root.target ? [root] : root.children)];
  }
}

function format(root: Container, number: (target: Numbered) => number): string {
  const pieces: string[] = [];
  const left: (Container | string)[] = [root];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next === 'string') {
      pieces.push(next);
      continue;
    }
    const { target, children } = next;
    if (target) pieces.push(`${number(target)}`, children.length > 0 ? ' ' : '');
    if (children.length === 1) left.push(...children);
    else for (const child of children.toReversed()) left.push(')', child, '(');
  }
  return pieces.join('');
}

function messageIds(header: string | undefined): string[] {
  return header?.match(/<[^<>\s]+>/gu) ?? [];
}

function first({ target, children }: Container): Numbered | undefined {
  return target ?? (children[0] ? first(children[0]) : undefined);
}

function dateOf(container: Container): number {
  const target = first(container);
  return target ? sentTime(target.row.message) : 0;
}

function seqOf(container: Container): number {
  return first(container)?.seq ?? 0;
}

function subjectOf(container: Container): string {
  const target = first(container);
  return target ? baseSubject(target.row.message) : '';
}

function isReply({ target }: Container): boolean {
  return target !== undefined && isReplySubject(target.row.message);
}

function newestDate(root: Container): number {
  return descendants([root]).reduce(
    (newest, { target }) => Math.max(newest, target ? sentTime(target.row.message) : 0),
    0,
  );
}
