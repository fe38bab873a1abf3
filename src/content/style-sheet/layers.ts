/** A cascade layer, in which others may be. */
export interface Layer {
  readonly inner: Map<string, Layer>;
}

/** The order of `@layer`s, of which later ones outrank earlier ones and no layer outranks all (CSS Cascade 5, §6.4.3). */
export class Layers {
  private readonly outermost: Layer = { inner: new Map() };
  private anonymous = 0;
  private ranks: Map<Layer, number> | undefined;

  /** The layer `name` (`a`, `a.b`) in the layer `outer`; one without a name is another each time. */
  enter(name: string, outer: Layer = this.outermost): Layer {
    const full = name.trim() === '' ? `?${this.anonymous++}` : name.trim();
    let layer = outer;
    for (const part of full.split('.')) {
      const known = layer.inner.get(part) ?? { inner: new Map() };
      layer.inner.set(part, known);
      layer = known;
    }
    this.ranks = undefined;
    return layer;
  }

  /** Negative, stronger towards 0; 0 for what is in no layer. */
  rankOf(layer: Layer | undefined): number {
    if (layer === undefined) return 0;
    this.ranks ??= this.ranked();
    return this.ranks.get(layer) ?? 0;
  }

  /** From the strongest on: what stands in a layer itself outranks the layers in it. */
  private ranked(): Map<Layer, number> {
    const ranks = new Map<Layer, number>();
    const pending = [this.outermost];
    for (let layer = pending.pop(); layer; layer = pending.pop()) {
      ranks.set(layer, -ranks.size);
      for (const inner of layer.inner.values()) pending.push(inner);
    }
    return ranks;
  }
}
