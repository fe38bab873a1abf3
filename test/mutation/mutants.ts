import ts from 'typescript';
import { Random } from '../bench/random.ts';

/** One small damage to a source text. */
export interface Mutant {
  start: number;
  end: number;
  now: string;
  /** From 1. */
  line: number;
  /** That line, and what becomes of it. */
  was: string;
  becomes: string;
}

interface Damage {
  node: ts.Node;
  now: string;
}

type Operator = (node: ts.Node) => Damage[];

const swaps = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.QuestionQuestionToken, '&&'],
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
]);

const otherMethods: Readonly<Record<string, string>> = { some: 'every', every: 'some' };

/** `<` and `<=`, `===` and `!==`, `&&` and `||`, `+` and `-` change places; `??` becomes `&&`. */
const swapped: Operator = (node) => {
  const now = ts.isBinaryExpression(node) ? swaps.get(node.operatorToken.kind) : undefined;
  return now && ts.isBinaryExpression(node) ? [{ node: node.operatorToken, now }] : [];
};

const otherMethod: Operator = (node) => {
  const now = ts.isPropertyAccessExpression(node) ? otherMethods[node.name.text] : undefined;
  return now && ts.isPropertyAccessExpression(node) ? [{ node: node.name, now }] : [];
};

/** What decides is turned into its contrary; comparisons are `swapped` already. */
const negated: Operator = (node) => {
  const decides =
    ts.isIfStatement(node) || ts.isWhileStatement(node)
      ? node.expression
      : ts.isConditionalExpression(node) || ts.isForStatement(node)
        ? node.condition
        : undefined;
  if (!decides || (ts.isBinaryExpression(decides) && swaps.has(decides.operatorToken.kind))) return [];
  return [{ node: decides, now: `!(${decides.getText()})` }];
};

/** A call, an assignment or a throw is left out; what is only logged is no promise. */
const dropped: Operator = (node) => {
  const isStep = ts.isExpressionStatement(node) || ts.isThrowStatement(node);
  return isStep && !/^(?:await )?[\w.]*\blog\.\w+\(/u.test(node.getText()) ? [{ node, now: ';' }] : [];
};

/** A function returns before it has begun. */
const early: Operator = (node) => {
  const returns = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isArrowFunction(node);
  const body = returns && node.body && ts.isBlock(node.body) ? node.body : undefined;
  return body && body.statements.length > 1
    ? [{ node: body, now: `{ return undefined as never; ${body.getText().slice(1)}` }]
    : [];
};

const number: Operator = (node) => {
  if (!ts.isNumericLiteral(node)) return [];
  const value = Number(node.text);
  // One millisecond more or less is the machine's business.
  const next = isDuration(node) ? [] : [{ node, now: String(value + 1) }];
  return value === 0 ? next : [...next, { node, now: '0' }];
};

const text: Operator = (node) => {
  if (!ts.isStringLiteral(node) || isSentence(node) || isName(node)) return [];
  return [{ node, now: node.text === '' ? "'mutant'" : "''" }];
};

const truth: Operator = (node) => {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [{ node, now: 'false' }];
  return node.kind === ts.SyntaxKind.FalseKeyword ? [{ node, now: 'true' }] : [];
};

const regexChanges: readonly [RegExp, string][] = [
  [/^\/\^/u, '/'],
  [/\$(?=\/[a-z]*$)/u, ''],
  [/\[\^/u, '['],
  [/(?<=[\w\])}])\+/u, ''],
  [/\((?:\?:)?[^()|[\]\\]*\|/u, '(?:'],
  [/(?<=\/[a-z]*)i(?=[a-z]*$)/u, ''],
  [/(?<=\/[a-z]*)g(?=[a-z]*$)/u, ''],
];

/** A pattern loses an anchor, a repetition, an alternative, a flag, or the `^` of a class. */
const pattern: Operator = (node) => {
  if (!ts.isRegularExpressionLiteral(node)) return [];
  const changed = regexChanges.map(([from, to]) => node.text.replace(from, to));
  return changed.filter((now) => now !== node.text && compiles(now)).map((now) => ({ node, now }));
};

const operators: readonly Operator[] = [
  ...[swapped, otherMethod, negated, dropped, early, number, text, truth, pattern],
];

/** Every mutant of a source text, in the order of the text. Whether it passes the types is not looked at. */
export function mutantsOf(source: string): Mutant[] {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.ESNext, true);
  const found: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    for (const { node: at, now } of operators.flatMap((operator) => operator(node))) {
      found.push(mutant(file, at, now));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function mutant(file: ts.SourceFile, node: ts.Node, now: string): Mutant {
  const [start, end] = [node.getStart(), node.end];
  const { line } = file.getLineAndCharacterOfPosition(start);
  const lineEnd = (at: number) => `${file.text}\n`.indexOf('\n', at);
  const first = file.text.lastIndexOf('\n', start) + 1;
  const was = file.text.slice(first, lineEnd(start));
  const becomes = file.text.slice(first, start) + now + file.text.slice(end, lineEnd(end));
  return { start, end, now, line: line + 1, was: was.trim(), becomes: becomes.trim().split('\n')[0] ?? '' };
}

export function applied(source: string, { start, end, now }: Pick<Mutant, 'start' | 'end' | 'now'>): string {
  return source.slice(0, start) + now + source.slice(end);
}

/** The same order for the same seed, whatever else is mutated. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = new Random(seed);
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Within what is said to a person or written to the log: how it is worded is no promise. */
function isSentence(node: ts.Node): boolean {
  for (let at = node.parent; at && !ts.isStatement(at); at = at.parent) {
    if (ts.isParameter(at) && at.name.getText() === 'hint') return true;
    if (ts.isNewExpression(at) && at.expression.getText() === 'MailboxError')
      return /\s/u.test(node.getText());
    if (ts.isCallExpression(at) && /^(?:invalid|wrong)$|\blog\.\w+$/u.test(at.expression.getText()))
      return true;
  }
  return false;
}

function isName({ parent }: ts.Node): boolean {
  return ts.isPropertyAssignment(parent) && ts.isStringLiteral(parent.name);
}

function isDuration(node: ts.Node): boolean {
  for (let at = node.parent; at && !ts.isStatement(at); at = at.parent) {
    if ((ts.isVariableDeclaration(at) || ts.isPropertyAssignment(at)) && /Ms$/u.test(at.name.getText()))
      return true;
  }
  return false;
}

function compiles(literal: string): boolean {
  const end = literal.lastIndexOf('/');
  try {
    new RegExp(literal.slice(1, end), literal.slice(end + 1));
    return true;
  } catch {
    return false;
  }
}
