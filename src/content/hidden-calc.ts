type Resolve = (amount: number, unit: string) => number | undefined;

const maxFormulaChars = 500;
const token = /\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?:[a-z]+|%)?|[a-z-]*\(|[-+*/(),])/uy;
const numeric = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z]+|%)?$/u;

/**
 * The value of a number with a unit, or of a formula of such (`calc`, `min`, `max`, `clamp`, CSS Values 4 §10), each
 * term turned by `resolve` into the same unit. Undefined when it is neither or `resolve` does not know a term.
 */
export function calculate(text: string, resolve: Resolve): number | undefined {
  const [, number, unit = ''] = numeric.exec(text) ?? [];
  if (number !== undefined) return resolve(Number(number), unit);
  if (!/^-?[a-z-]*\(/u.test(text) || text.length > maxFormulaChars) return undefined;
  const formula = new Formula(tokens(text), resolve);
  const value = formula.sum();
  return formula.isDone && Number.isFinite(value) ? value : undefined;
}

function tokens(text: string): string[] {
  const found: string[] = [];
  token.lastIndex = 0;
  let end = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    found.push(match[1] ?? '');
    end = token.lastIndex;
  }
  return text.slice(end).trim() === '' ? found : [];
}

/** Recursive descent; NaN stands for what cannot be computed. */
class Formula {
  private at = 0;
  private readonly tokens: readonly string[];
  private readonly resolve: Resolve;

  constructor(list: readonly string[], resolve: Resolve) {
    this.tokens = list;
    this.resolve = resolve;
  }

  get isDone(): boolean {
    return this.at > 0 && this.at === this.tokens.length;
  }

  sum(): number {
    let value = this.product();
    for (;;) {
      if (this.takes('+')) value += this.product();
      else if (this.takes('-')) value -= this.product();
      else return value;
    }
  }

  private product(): number {
    let value = this.term();
    for (;;) {
      if (this.takes('*')) value *= this.term();
      else if (this.takes('/')) value /= this.term();
      else return value;
    }
  }

  private term(): number {
    const next = this.tokens[this.at] ?? '';
    this.at += 1;
    const [, number, unit = ''] = numeric.exec(next) ?? [];
    if (number !== undefined) return this.resolve(Number(number), unit) ?? Number.NaN;
    return next.endsWith('(') ? this.call(next.slice(0, -1)) : Number.NaN;
  }

  private call(name: string): number {
    const values = [this.sum()];
    while (this.takes(',')) values.push(this.sum());
    const [first = Number.NaN, second = Number.NaN, third = Number.NaN] = values;
    if (!this.takes(')')) return Number.NaN;
    if (name === '' || name.endsWith('calc')) return first;
    if (name === 'min') return Math.min(...values);
    if (name === 'max') return Math.max(...values);
    return name === 'clamp' ? Math.max(first, Math.min(second, third)) : Number.NaN;
  }

  private takes(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at += 1;
    return true;
  }
}
