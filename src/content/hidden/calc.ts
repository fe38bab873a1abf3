type Resolve = (amount: number, unit: string) => number | undefined;

const maxFormulaChars = 500;
const token = /\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?(?:[a-z]+|%)?|-?[a-z][a-z0-9-]*\(?|[-+*/(),])/uy;
const numeric = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)([a-z]+|%)?$/u;

/**
 * The value of a number with a unit, or of a formula of such (CSS Values 4 §10), each
 * term turned by `resolve` into the same unit. Undefined when it is neither or `resolve` does not know a term.
 */
export function calculate(text: string, resolve: Resolve): number | undefined {
  const [, number, unit = ''] = numeric.exec(text) ?? [];
  if (number !== undefined) return resolve(Number(number), unit);
  if (!/^-?[a-z0-9-]*\(/u.test(text) || text.length > maxFormulaChars) return undefined;
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

const constants: Readonly<Record<string, number>> = {
  e: Math.E,
  pi: Math.PI,
  infinity: 1e9,
  '-infinity': -1e9,
};

const angles: Readonly<Record<string, number>> = {
  deg: Math.PI / 180,
  grad: Math.PI / 200,
  turn: 2 * Math.PI,
  rad: 1,
};

const strategies = ['nearest', 'up', 'down', 'to-zero'];
const roundings: Readonly<Record<string, (value: number) => number>> = {
  ...{ nearest: Math.round, up: Math.ceil, down: Math.floor, 'to-zero': Math.trunc },
};

type Call = (values: readonly number[], strategy?: string) => number;

/** A function of its first three arguments. */
function of(compute: (a: number, b: number, c: number) => number): Call {
  return ([a = Number.NaN, b = Number.NaN, c = Number.NaN]) => compute(a, b, c);
}

const functions: Readonly<Record<string, Call>> = {
  calc: of((value) => value),
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  clamp: of((least, value, most) => Math.max(least, Math.min(value, most))),
  round: ([value = Number.NaN, step = 1], strategy = 'nearest') =>
    (roundings[strategy]?.(value / step) ?? Number.NaN) * step,
  mod: of((value, by) => ((value % by) + by) % by),
  rem: of((value, by) => value % by),
  abs: of(Math.abs),
  sign: of(Math.sign),
  pow: of(Math.pow),
  sqrt: of(Math.sqrt),
  hypot: (values) => Math.hypot(...values),
  exp: of(Math.exp),
  log: ([value = Number.NaN, base = Math.E]) => Math.log(value) / Math.log(base),
  sin: of(Math.sin),
  cos: of(Math.cos),
  tan: of(Math.tan),
  asin: of(Math.asin),
  acos: of(Math.acos),
  atan: of(Math.atan),
  atan2: of(Math.atan2),
};

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
    if (number !== undefined) return this.amount(Number(number), unit);
    return next.endsWith('(') ? this.call(next.slice(0, -1)) : (constants[next] ?? Number.NaN);
  }

  private amount(number: number, unit: string): number {
    const radians = angles[unit];
    return this.resolve(number, unit) ?? (radians === undefined ? Number.NaN : number * radians);
  }

  private call(name: string): number {
    const strategy = name === 'round' ? strategies.find((word) => this.takes(word)) : undefined;
    if (strategy !== undefined) this.takes(',');
    const values = [this.sum()];
    while (this.takes(',')) values.push(this.sum());
    if (!this.takes(')')) return Number.NaN;
    return (
      functions[name === '' ? 'calc' : name.replace(/^-(?:webkit|moz)-/u, '')]?.(values, strategy) ??
      Number.NaN
    );
  }

  private takes(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at += 1;
    return true;
  }
}
