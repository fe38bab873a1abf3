/** A point of the plane: right, down. */
export type Corner = readonly [number, number];

export type FillRule = 'nonzero' | 'evenodd';

const samples = 30;

/** The area of a polygon that may cross itself, inside of a square at the origin; by samples, so about. */
export function polygonArea(corners: readonly Corner[], side: number, rule: FillRule): number {
  const step = side / samples;
  const at = Array.from({ length: samples }, (_, index) => (index + 0.5) * step);
  const isInside = (windings: number) => (rule === 'evenodd' ? windings % 2 !== 0 : windings !== 0);
  const edges = corners.map((corner, index): [Corner, Corner] => [
    corner,
    corners[(index + 1) % corners.length] ?? corner,
  ]);
  const inside = at.reduce(
    (sum, down) => sum + at.filter((right) => isInside(windingsOf(edges, right, down))).length,
    0,
  );
  return inside * step * step;
}

/** How often the polygon runs around a point, one way less the other. */
function windingsOf(edges: readonly (readonly [Corner, Corner])[], right: number, down: number): number {
  return edges.reduce((windings, [[x, y], [nextX, nextY]]) => {
    if (y > down === nextY > down) return windings;
    const crossing = x + ((down - y) / (nextY - y)) * (nextX - x);
    return crossing <= right ? windings : windings + (nextY > y ? 1 : -1);
  }, 0);
}
