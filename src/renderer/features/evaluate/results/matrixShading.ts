// How a confusion matrix is drawn: cell sizes, shades and the colour of the numbers on them; not the table itself.

export type Rgb = readonly [number, number, number]

/** Okabe and Ito's blue for images that were recognised and vermilion for those that were not. */
export const rightHue: Rgb = [0, 114, 178]
export const wrongHue: Rgb = [213, 94, 0]

export interface CellShade {
  /** CSS colours. */
  readonly background: string
  readonly text: string
}

/**
 * How strongly a cell is filled, in [0, 1]: the square root of its share of the row, so that two mistakes in a thousand
 * are still seen beside 998 right ones.
 * @param least of a cell that is not empty
 */
export function strengthOf(count: number, rowTotal: number, least = 0.12): number {
  return count === 0 || rowTotal === 0 ? 0 : Math.max(least, Math.sqrt(count / rowTotal))
}

/** Relative luminance, 0 ... 1. @see https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
export function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0)
}

/** Contrast of two colours, 1 ... 21. */
export function contrastOf(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

const black: Rgb = [0, 0, 0]
const white: Rgb = [255, 255, 255]

/** A cell's colours over the paper of the theme; the text takes the better of black and white. */
export function shadeCell(count: number, rowTotal: number, isRight: boolean, paper: Rgb, least?: number): CellShade {
  const strength = strengthOf(count, rowTotal, least)
  const hue = isRight ? rightHue : wrongHue
  const mix = (from: number, to: number): number => Math.round(from + (to - from) * strength)
  const colour: Rgb = [mix(paper[0], hue[0]), mix(paper[1], hue[1]), mix(paper[2], hue[2])]
  const text = contrastOf(colour, black) >= contrastOf(colour, white) ? black : white
  return { background: `rgb(${colour.join(' ')})`, text: `rgb(${text.join(' ')})` }
}

export interface MatrixLayout {
  /** Side of a cell in CSS pixels. */
  readonly cell: number
  /** Between two cells, in CSS pixels. */
  readonly gap: number
  /** The weakest fill of a cell that is not empty: small cells need more to be seen. */
  readonly leastStrength: number
  /** Whether the counts are written into the cells. */
  readonly hasNumbers: boolean
  /** Whether class names stand at the rows and columns; otherwise they are only read out at the pointer or focus. */
  readonly hasNames: boolean
}

/** The largest matrix that is drawn: beyond it cells are smaller than a pointer can choose. */
export const mostDrawnClasses = 128

/** Cells as large as the width allows within limits that keep them readable. @param width for the cells, in CSS pixels */
export function layOutMatrix(classCount: number, width: number): MatrixLayout {
  const room = Math.floor(width / Math.max(1, classCount))
  const gap = room > 12 ? 1 : 0
  const cell = Math.max(6, Math.min(52, room - gap))
  return { cell, gap, leastStrength: cell < 16 ? 0.4 : 0.12, hasNumbers: cell >= 24, hasNames: cell >= 12 }
}
