/** The order of `@layer`s, of which later ones outrank earlier ones and no layer outranks all (CSS Cascade 5, §6.4.3). */
export class Layers {
  private readonly ranks = new Map<string, number>();
  private anonymous = 0;

  /** The full name of the layer `name` in the layer `outer`; one without a name is another each time. */
  enter(name: string, outer: string | undefined): string {
    const own = name.trim() === '' ? `?${this.anonymous++}` : name.trim();
    const full = outer === undefined ? own : `${outer}.${own}`;
    this.add(full);
    return full;
  }

  /** Negative, stronger towards 0; 0 for what is in no layer. */
  rankOf(layer: string | undefined): number {
    if (layer === undefined) return 0;
    return (this.ranks.get(layer) ?? 0) - this.ranks.size - 1;
  }

  /** What stands in a layer itself outranks the layers in it: they come before it. */
  private add(full: string): void {
    if (this.ranks.has(full)) return;
    const outer = full.slice(0, Math.max(0, full.lastIndexOf('.')));
    if (outer !== '') this.add(outer);
    const at = outer === '' ? this.ranks.size : (this.ranks.get(outer) ?? 0);
    for (const [name, rank] of this.ranks) if (rank >= at) this.ranks.set(name, rank + 1);
    this.ranks.set(full, at);
  }
}
