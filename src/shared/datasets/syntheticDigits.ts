// The built-in dataset of hand-drawn-like digits: pen strokes, bent and drawn by a seed; no files.
import { RandomStream } from '../training/randomStream'
import {
  ellipseArc,
  emptyCoverage,
  quadraticCurve,
  straightLine,
  strokePolyline,
  type Point,
  type Polyline,
} from './rasterise'

/** Changes whenever the same seed gives other images; part of the dataset's fingerprint. */
export const syntheticDigitsVersion = 1

/** Height and width of a synthetic digit, in pixels. */
export const digitExtent = 28

const point = (x: number, y: number): Point => ({ x, y })

/** One way to write a digit: strokes in a unit square, x right, y down. */
type Glyph = readonly Polyline[]

function drawZero(stream: RandomStream): Glyph {
  const rx = stream.between(0.2, 0.32)
  const start = stream.between(-120, -40)
  return [ellipseArc(point(0.5, 0.5), point(rx, 0.42), start, start + stream.between(335, 375), 20)]
}

function drawOne(stream: RandomStream): Glyph {
  const strokes: Polyline[] = [straightLine(point(0.5, 0.08), point(0.5, 0.92))]
  if (stream.uniform() < 0.55) strokes.push(straightLine(point(stream.between(0.28, 0.4), 0.28), point(0.5, 0.08), 3))
  if (stream.uniform() < 0.3) strokes.push(straightLine(point(0.32, 0.92), point(0.68, 0.92), 3))
  return strokes
}

function drawTwo(stream: RandomStream): Glyph {
  const arc = ellipseArc(point(0.5, 0.31), point(0.26, 0.23), stream.between(180, 215), 395, 12)
  const end = arc.at(-1) ?? point(0.7, 0.45)
  const down = quadraticCurve(end, point(0.55, 0.68), point(0.24, 0.9), 6)
  const lift = stream.between(-0.05, 0.04)
  if (stream.uniform() < 0.35) {
    const loop = ellipseArc(point(0.3, 0.84), point(0.08, 0.06), 60, 330, 6)
    return [arc, down, loop, quadraticCurve(point(0.33, 0.82), point(0.5, 0.93), point(0.8, 0.9 + lift), 5)]
  }
  return [arc, down, straightLine(point(0.24, 0.9), point(0.78, 0.9 + lift))]
}

function drawThree(stream: RandomStream): Glyph {
  const start = stream.between(190, 230)
  const end = stream.between(490, 525)
  const middle = stream.between(0.4, 0.5)
  if (stream.uniform() < 0.15) {
    const top = [...straightLine(point(0.25, 0.1), point(0.72, 0.1)), point(0.46, 0.44)]
    return [top, ellipseArc(point(0.45, 0.68), point(0.28, 0.24), 270, end, 12)]
  }
  return [
    [...ellipseArc(point(0.45, 0.29), point(0.25, 0.2), start, 440, 10), point(middle, 0.49)],
    [point(middle, 0.49), ...ellipseArc(point(0.45, 0.7), point(0.29, 0.22), 285, end, 11)],
  ]
}

function drawFour(stream: RandomStream): Glyph {
  const bar = stream.between(0.55, 0.66)
  const stem = stream.between(0.58, 0.68)
  if (stream.uniform() < 0.5) {
    const left = straightLine(point(stream.between(0.24, 0.34), 0.1), point(0.24, bar))
    const stemTop = stream.between(0.08, 0.35)
    return [
      [...left, ...straightLine(point(0.24, bar), point(0.8, bar))],
      straightLine(point(stem, stemTop), point(stem, 0.93)),
    ]
  }
  const slope = straightLine(point(stem, 0.08), point(0.2, bar))
  return [
    [...slope, ...straightLine(point(0.2, bar), point(0.82, bar))],
    straightLine(point(stem, 0.08), point(stem, 0.93)),
  ]
}

function drawFive(stream: RandomStream): Glyph {
  const corner = stream.between(0.28, 0.36)
  const bowl = ellipseArc(point(0.47, 0.67), point(0.28, 0.25), 225, stream.between(480, 515), 14)
  const bowlStart = bowl[0] ?? point(0.3, 0.5)
  return [
    straightLine(point(0.75, stream.between(0.07, 0.13)), point(corner, 0.1)),
    [...straightLine(point(corner, 0.1), bowlStart, 4), ...bowl],
  ]
}

function drawSix(stream: RandomStream): Glyph {
  const ry = stream.between(0.18, 0.25)
  const centre = point(0.5, 0.92 - ry)
  const stem = quadraticCurve(point(stream.between(0.55, 0.74), 0.08), point(0.22, 0.25), point(0.25, centre.y), 9)
  return [[...stem, ...ellipseArc(centre, point(0.25, ry), 180, stream.between(-190, -150), 16)]]
}

function drawSeven(stream: RandomStream): Glyph {
  const bend = point(stream.between(0.46, 0.62), 0.5)
  const foot = point(stream.between(0.3, 0.5), 0.93)
  const corner = point(0.77, stream.between(0.09, 0.14))
  const strokes: Polyline[] = [[...straightLine(point(0.23, 0.12), corner), ...quadraticCurve(corner, bend, foot, 7)]]
  if (stream.uniform() < 0.3) strokes.push(straightLine(point(0.36, 0.52), point(0.7, 0.5), 3))
  return strokes
}

function drawEight(stream: RandomStream): Glyph {
  const upper = stream.between(0.17, 0.23)
  const lower = stream.between(0.2, 0.29)
  return [
    ellipseArc(point(0.5, 0.29), point(upper, 0.21), 90, 450, 16),
    ellipseArc(point(0.5, 0.71), point(lower, 0.21), -90, 270 + stream.between(-15, 0), 16),
  ]
}

function drawNine(stream: RandomStream): Glyph {
  const ry = stream.between(0.18, 0.25)
  const centre = point(0.48, 0.08 + ry)
  const loop = ellipseArc(centre, point(0.24, ry), 0, -360, 16)
  const start = point(0.72, centre.y)
  const hooked = stream.uniform() < 0.3
  const tail = hooked
    ? quadraticCurve(start, point(0.78, 1.02), point(0.3, 0.88), 9)
    : quadraticCurve(start, point(0.72, 0.6), point(stream.between(0.5, 0.72), 0.93), 8)
  return [[...loop, ...tail]]
}

const glyphs = [
  drawZero,
  drawOne,
  drawTwo,
  drawThree,
  drawFour,
  drawFive,
  drawSix,
  drawSeven,
  drawEight,
  drawNine,
] as const

/** A smooth random displacement of the plane: a few long waves, so neighbouring points move alike. */
function makeElasticField(stream: RandomStream): (p: Point) => Point {
  const waves = Array.from({ length: 3 }, () => {
    const direction = stream.between(0, 2 * Math.PI)
    const frequency = stream.between(3, 8)
    return {
      kx: frequency * Math.cos(direction),
      ky: frequency * Math.sin(direction),
      phase: stream.between(0, 2 * Math.PI),
      x: stream.normal() * 0.026,
      y: stream.normal() * 0.026,
    }
  })
  return (p) => {
    let { x, y } = p
    for (const wave of waves) {
      const swing = Math.sin(wave.kx * p.x + wave.ky * p.y + wave.phase)
      x += wave.x * swing
      y += wave.y * swing
    }
    return { x, y }
  }
}

/** Rotation, slant, stretch and shift: unit square to pixels. */
function makePlacement(stream: RandomStream): (p: Point) => Point {
  const angle = stream.between(-18, 18) * (Math.PI / 180)
  const slant = stream.between(-0.35, 0.25)
  const scaleX = digitExtent * stream.between(0.48, 0.84)
  const scaleY = digitExtent * stream.between(0.56, 0.82)
  const shiftX = digitExtent / 2 + stream.between(-2.6, 2.6)
  const shiftY = digitExtent / 2 + stream.between(-2.2, 2.2)
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  return (p) => {
    const y = (p.y - 0.5) * scaleY
    const x = (p.x - 0.5) * scaleX - slant * y
    return { x: cos * x - sin * y + shiftX, y: sin * x + cos * y + shiftY }
  }
}

/** A number near the standard normal from one draw: the sum of four bytes, mean 510, deviation 147.8. */
function quickNormal(stream: RandomStream): number {
  const bits = stream.nextUint32()
  return ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510) / 147.8
}

/** The class of each image: [N]; classes are equally frequent within one image and in random order. */
export function labelSyntheticImages(seed: number, count: number, purpose: string): Int32Array {
  const order = new RandomStream(seed, purpose, 'labels').permutation(count)
  return Int32Array.from(order, (position) => position % 10)
}

/**
 * Draws one digit, light on dark: strokes of a random style and thickness, bent elastically, turned, slanted,
 * stretched and shifted, with stray marks in some images and noise in all.
 * @param index number of the image in the dataset; the result depends only on seed, index and digit
 * @returns [1, 28, 28], 0 ... 255
 */
export function drawSyntheticDigit(seed: number, index: number, digit: number): Uint8Array {
  const stream = new RandomStream(seed, 'digit', index)
  const draw = glyphs[digit] ?? drawZero
  const elastic = makeElasticField(stream)
  const place = makePlacement(stream)
  const radius = stream.between(0.6, 1.75)
  const coverage = emptyCoverage(digitExtent, digitExtent)
  for (const stroke of draw(stream)) {
    strokePolyline(
      coverage,
      stroke.map((p) => place(elastic(p))),
      radius * stream.between(0.85, 1.15),
    )
  }
  if (stream.uniform() < 0.3) {
    const start = point(stream.between(0, digitExtent), stream.between(0, digitExtent))
    const end = point(start.x + stream.between(-6, 6), start.y + stream.between(-6, 6))
    strokePolyline(coverage, [start, end], stream.between(0.4, 0.9))
  }
  const ink = stream.between(150, 255)
  const noise = stream.between(4, 26)
  const image = new Uint8Array(coverage.values.length)
  for (let i = 0; i < image.length; i++) {
    const value = (coverage.values[i] ?? 0) * ink + quickNormal(stream) * noise
    image[i] = Math.max(0, Math.min(255, Math.round(value)))
  }
  return image
}
