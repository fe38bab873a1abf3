/** Steps that may be taken for something, each of which counts for what it is part of as well. */
export class Budget {
  private left: number;
  private readonly common: Budget | undefined;

  constructor(steps: number, common?: Budget) {
    this.left = steps;
    this.common = common;
  }

  get isSpent(): boolean {
    return this.left <= 0 || this.common?.isSpent === true;
  }

  /** @throws Overspent when nothing is left. */
  spend(): void {
    this.left -= 1;
    if (this.left < 0) throw new Overspent();
    this.common?.spend();
  }
}

export class Overspent extends Error {}
