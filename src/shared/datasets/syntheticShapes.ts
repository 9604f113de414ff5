// The built-in dataset of coloured shapes: filled outlines on busy backgrounds, drawn by a seed; no files.
import { RandomStream } from '../training/randomStream'
import {
  ellipseArc,
  emptyCoverage,
  fillOutlines,
  strokePolyline,
  type Coverage,
  type Point,
  type Polyline,
} from './rasterise'

/** Changes whenever the same seed gives other images; part of the dataset's fingerprint. */
export const syntheticShapesVersion = 1

/** Height and width of an image of a shape, in pixels. */
export const shapeExtent = 32

/** In the order of the outputs. */
export const shapeClasses: readonly string[] = [
  'circle',
  'square',
  'triangle',
  'pentagon',
  'star',
  'cross',
  'ring',
  'crescent',
  'heart',
  'arrow',
]

const origin: Point = { x: 0, y: 0 }

function regularOutline(corners: number, radiusAt: (corner: number) => number): Polyline {
  return Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners - Math.PI / 2
    return { x: radiusAt(i) * Math.cos(angle), y: radiusAt(i) * Math.sin(angle) }
  })
}

function circle(radius: number): Polyline {
  return ellipseArc(origin, { x: radius, y: radius }, 0, 360, 32).slice(1)
}

function points(...values: readonly (readonly [number, number])[]): Polyline {
  return values.map(([x, y]) => ({ x, y }))
}

function heart(): Polyline {
  // x = sin^3 t, y = -(13 cos t - 5 cos 2t - 2 cos 3t - cos 4t) / 16: the usual heart curve, y pointing down.
  return Array.from({ length: 36 }, (_, i) => {
    const t = (2 * Math.PI * i) / 36
    const y = 13 * Math.cos(t) - 5 * Math.cos(2 * t) - 2 * Math.cos(3 * t) - Math.cos(4 * t)
    return { x: Math.sin(t) ** 3, y: -y / 16 }
  })
}

function crescent(stream: RandomStream): Polyline {
  // Outer arc around by the left; back along a circle that is moved to the right.
  const depth = stream.between(0.15, 0.45)
  const outer = ellipseArc(origin, { x: 1, y: 1 }, 60, 300, 20)
  const tipX = Math.cos(Math.PI / 3)
  const tipY = Math.sin(Math.PI / 3)
  const inner = ellipseArc({ x: tipX, y: 0 }, { x: tipX + depth, y: tipY }, 270, 90, 16)
  return [...outer, ...inner.slice(1, -1)]
}

/** Outlines of one shape about the origin, reaching about 1 away from it. */
function outlineShape(shape: number, stream: RandomStream): readonly Polyline[] {
  const arm = stream.between(0.26, 0.38)
  switch (shape) {
    case 0:
      return [circle(0.95)]
    case 1:
      return [points([-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8])]
    case 2:
      return [regularOutline(3, () => 1.1)]
    case 3:
      return [regularOutline(5, () => 1)]
    case 4: {
      const inner = stream.between(0.4, 0.5)
      return [regularOutline(10, (corner) => (corner % 2 === 0 ? 1.1 : inner))]
    }
    case 5: {
      const a = arm
      return [
        points(
          [-a, -1],
          [a, -1],
          [a, -a],
          [1, -a],
          [1, a],
          [a, a],
          [a, 1],
          [-a, 1],
          [-a, a],
          [-1, a],
          [-1, -a],
          [-a, -a],
        ),
      ]
    }
    case 6:
      return [circle(1), circle(stream.between(0.45, 0.62))]
    case 7:
      return [crescent(stream)]
    case 8:
      return [heart()]
    default: {
      const a = arm * 0.8
      return [points([0, -1.05], [0.85, -0.1], [a, -0.1], [a, 1], [-a, 1], [-a, -0.1], [-0.85, -0.1])]
    }
  }
}

type Colour = readonly [number, number, number]

function randomColour(stream: RandomStream): Colour {
  return [stream.between(0, 255), stream.between(0, 255), stream.between(0, 255)]
}

function colourDistance(a: Colour, b: Colour): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}

/** A colour that can be told from all the others; the best of a few draws where none is far enough. */
function contrastingColour(stream: RandomStream, others: readonly Colour[]): Colour {
  const nearest = (colour: Colour) => Math.min(...others.map((other) => colourDistance(colour, other)))
  let best = randomColour(stream)
  for (let i = 0; i < 12 && nearest(best) < 140; i++) {
    const next = randomColour(stream)
    if (nearest(next) > nearest(best)) best = next
  }
  return best
}

type Canvas = Float32Array

/** Mixes a colour into the canvas [3, H, W] where the coverage is above 0. */
function paint(canvas: Canvas, coverage: Coverage, colour: Colour): void {
  const plane = coverage.values.length
  for (let i = 0; i < plane; i++) {
    const share = coverage.values[i] ?? 0
    if (share === 0) continue
    for (let c = 0; c < 3; c++) {
      const at = c * plane + i
      canvas[at] = (canvas[at] ?? 0) * (1 - share) + (colour[c] ?? 0) * share
    }
  }
}

/** A gradient between two colours with soft stripes over it. */
function paintBackground(canvas: Canvas, from: Colour, to: Colour, stream: RandomStream): void {
  const angle = stream.between(0, 2 * Math.PI)
  const stripeAngle = stream.between(0, 2 * Math.PI)
  const frequency = stream.between(0.15, 0.9)
  const strength = stream.between(0, 16)
  const phase = stream.between(0, 2 * Math.PI)
  const plane = shapeExtent * shapeExtent
  for (let y = 0; y < shapeExtent; y++) {
    for (let x = 0; x < shapeExtent; x++) {
      const u = (x + 0.5) / shapeExtent - 0.5
      const v = (y + 0.5) / shapeExtent - 0.5
      const along = Math.min(1, Math.max(0, 0.5 + u * Math.cos(angle) + v * Math.sin(angle)))
      const stripe = strength * Math.sin(frequency * (x * Math.cos(stripeAngle) + y * Math.sin(stripeAngle)) + phase)
      for (let c = 0; c < 3; c++) {
        canvas[c * plane + y * shapeExtent + x] = (from[c] ?? 0) * (1 - along) + (to[c] ?? 0) * along + stripe
      }
    }
  }
}

/** Turns, stretches and moves the outlines from about the origin to pixels. */
function placeOutlines(outlines: readonly Polyline[], stream: RandomStream): Polyline[] {
  const size = stream.between(8, 12.5)
  const aspect = stream.between(0.8, 1.25)
  const angle = stream.between(-30, 30) * (Math.PI / 180)
  const x0 = shapeExtent / 2 + stream.between(-3, 3)
  const y0 = shapeExtent / 2 + stream.between(-3, 3)
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  return outlines.map((outline) =>
    outline.map(({ x, y }) => {
      const u = x * size * Math.sqrt(aspect)
      const v = (y * size) / Math.sqrt(aspect)
      return { x: x0 + cos * u - sin * v, y: y0 + sin * u + cos * v }
    }),
  )
}

/** Lines and blobs over the image, so that no shape shows all of its outline in every image. */
function paintOccluders(canvas: Canvas, stream: RandomStream): void {
  const count = stream.below(3)
  for (let i = 0; i < count; i++) {
    const coverage = emptyCoverage(shapeExtent, shapeExtent)
    const at = (): Point => ({ x: stream.between(0, shapeExtent), y: stream.between(0, shapeExtent) })
    if (stream.uniform() < 0.5) strokePolyline(coverage, [at(), at()], stream.between(0.4, 1.1))
    else {
      const centre = at()
      const radius = stream.between(1.5, 3.5)
      fillOutlines(coverage, [ellipseArc(centre, { x: radius, y: radius }, 0, 360, 12).slice(1)])
    }
    paint(canvas, coverage, randomColour(stream))
  }
}

/**
 * Draws one shape: any colour, size, place and turn, on a gradient with stripes, partly covered, with noise.
 * @param index number of the image in the dataset; the result depends only on seed, index and shape
 * @param shape index into `shapeClasses`
 * @returns [3, 32, 32], 0 ... 255
 */
export function drawSyntheticShape(seed: number, index: number, shape: number): Uint8Array {
  const stream = new RandomStream(seed, 'shape', index)
  const canvas = new Float32Array(3 * shapeExtent * shapeExtent)
  const from = randomColour(stream)
  const other = randomColour(stream)
  // Half way to another colour: a background of two opposite colours leaves no contrast to any shape.
  const to: Colour = [(from[0] + other[0]) / 2, (from[1] + other[1]) / 2, (from[2] + other[2]) / 2]
  paintBackground(canvas, from, to, stream)
  const middle: Colour = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2, (from[2] + to[2]) / 2]
  const coverage = emptyCoverage(shapeExtent, shapeExtent)
  fillOutlines(coverage, placeOutlines(outlineShape(shape, stream), stream))
  paint(canvas, coverage, contrastingColour(stream, [from, middle, to]))
  paintOccluders(canvas, stream)
  const noise = stream.between(4, 18)
  const image = new Uint8Array(canvas.length)
  for (let i = 0; i < image.length; i++) {
    image[i] = Math.max(0, Math.min(255, Math.round((canvas[i] ?? 0) + stream.between(-noise, noise))))
  }
  return image
}
