// Strokes and filled outlines drawn with soft edges onto a small grid of coverage values; not what is drawn.

/** x to the right, y down; in pixels while rasterising, in a unit square while a figure is described. */
export interface Point {
  readonly x: number
  readonly y: number
}

export type Polyline = readonly Point[]

/** Coverage of a grid of pixels: [H, W], 0 (outside) ... 1 (covered). */
export interface Coverage {
  readonly height: number
  readonly width: number
  readonly values: Float32Array
}

export function emptyCoverage(height: number, width: number): Coverage {
  return { height, width, values: new Float32Array(height * width) }
}

/**
 * Draws one segment as a round brush of the given radius (pixels) would: coverage falls from 1 to 0 over the pixel
 * that the edge crosses. Where strokes overlap the larger coverage stays.
 */
function strokeSegment(target: Coverage, a: Point, b: Point, radius: number): void {
  const { height, width, values } = target
  const reach = radius + 0.5
  const x0 = Math.max(0, Math.floor(Math.min(a.x, b.x) - reach))
  const x1 = Math.min(width - 1, Math.ceil(Math.max(a.x, b.x) + reach))
  const y0 = Math.max(0, Math.floor(Math.min(a.y, b.y) - reach))
  const y1 = Math.min(height - 1, Math.ceil(Math.max(a.y, b.y) + reach))
  const dx = b.x - a.x
  const dy = b.y - a.y
  const lengthSquared = Math.max(dx * dx + dy * dy, 1e-12)
  for (let y = y0; y <= y1; y++) {
    for (let x = x0; x <= x1; x++) {
      const px = x + 0.5 - a.x
      const py = y + 0.5 - a.y
      const along = Math.min(1, Math.max(0, (px * dx + py * dy) / lengthSquared))
      const ex = px - along * dx
      const ey = py - along * dy
      const distanceSquared = ex * ex + ey * ey
      if (distanceSquared >= reach * reach) continue
      const coverage = Math.min(1, reach - Math.sqrt(distanceSquared))
      const at = y * width + x
      if (coverage > (values[at] ?? 0)) values[at] = coverage
    }
  }
}

/** Draws a polyline with a round brush of the given radius in pixels. */
export function strokePolyline(target: Coverage, line: Polyline, radius: number): void {
  for (let i = 1; i < line.length; i++) {
    const a = line[i - 1]
    const b = line[i]
    if (a && b) strokeSegment(target, a, b, radius)
  }
}

/** x of every place where the outlines cross the horizontal line at y, ascending. */
function findCrossings(outlines: readonly Polyline[], y: number): number[] {
  const crossings: number[] = []
  for (const outline of outlines) {
    for (let i = 0; i < outline.length; i++) {
      const a = outline[i]
      const b = outline[(i + 1) % outline.length]
      if (!a || !b || a.y <= y === b.y <= y) continue
      crossings.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x))
    }
  }
  return crossings.sort((p, q) => p - q)
}

const linesPerPixel = 4

/** Adds the part of each pixel that a span covers on one of the scan lines. */
function addSpan(row: Float32Array, from: number, to: number): void {
  const first = Math.max(0, Math.floor(from))
  const last = Math.min(row.length - 1, Math.ceil(to) - 1)
  for (let x = first; x <= last; x++) {
    const covered = Math.min(to, x + 1) - Math.max(from, x)
    row[x] = Math.min(1, (row[x] ?? 0) + Math.max(0, covered) / linesPerPixel)
  }
}

/**
 * Fills closed outlines by the even-odd rule (an outline inside another is a hole), with exact coverage along x and
 * four scan lines per pixel along y.
 */
export function fillOutlines(target: Coverage, outlines: readonly Polyline[]): void {
  const { height, width, values } = target
  const ys = outlines.flatMap((outline) => outline.map((point) => point.y))
  const top = Math.max(0, Math.floor(Math.min(...ys)))
  const bottom = Math.min(height - 1, Math.ceil(Math.max(...ys)))
  for (let y = top; y <= bottom; y++) {
    const row = values.subarray(y * width, (y + 1) * width)
    for (let line = 0; line < linesPerPixel; line++) {
      const crossings = findCrossings(outlines, y + (line + 0.5) / linesPerPixel)
      for (let i = 0; i + 1 < crossings.length; i += 2) addSpan(row, crossings[i] ?? 0, crossings[i + 1] ?? 0)
    }
  }
}

/**
 * Points on an ellipse. Angles in degrees, 0 to the right, 90 down, as y points down.
 * @param steps segments of the arc
 */
export function ellipseArc(
  centre: Point,
  radii: Point,
  fromDegrees: number,
  toDegrees: number,
  steps: number,
): Polyline {
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = ((fromDegrees + ((toDegrees - fromDegrees) * i) / steps) * Math.PI) / 180
    return { x: centre.x + radii.x * Math.cos(angle), y: centre.y + radii.y * Math.sin(angle) }
  })
}

/** Points on a quadratic Bezier curve. */
export function quadraticCurve(from: Point, control: Point, to: Point, steps: number): Polyline {
  return Array.from({ length: steps + 1 }, (_, i) => {
    const t = i / steps
    const u = 1 - t
    return {
      x: u * u * from.x + 2 * u * t * control.x + t * t * to.x,
      y: u * u * from.y + 2 * u * t * control.y + t * t * to.y,
    }
  })
}

/** A straight line cut into segments, so that a bent plane bends it too. */
export function straightLine(from: Point, to: Point, steps = 5): Polyline {
  return Array.from({ length: steps + 1 }, (_, i) => ({
    x: from.x + ((to.x - from.x) * i) / steps,
    y: from.y + ((to.y - from.y) * i) / steps,
  }))
}
