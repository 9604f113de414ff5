// Which images of a grid are selected, by their places in its list, and what clicks and keys make of it; not the grid.

export interface ImageSelection {
  readonly chosen: ReadonlySet<number>
  /** Where a range begins. */
  readonly anchor: number
}

/** How a place was pointed at. */
export interface SelectingKeys {
  /** Shift: everything from the anchor on. */
  readonly isRange: boolean
  /** Ctrl or Cmd: this one more or less, beside the others. */
  readonly isToggle: boolean
}

export const noImages: ImageSelection = { chosen: new Set(), anchor: 0 }

function rangeOf(one: number, other: number): readonly number[] {
  const first = Math.min(one, other)
  return Array.from({ length: Math.abs(one - other) + 1 }, (_, index) => first + index)
}

/** The selection after a place was clicked, or reached with Shift held. */
export function selectPlace(
  { chosen, anchor }: ImageSelection,
  place: number,
  { isRange, isToggle }: SelectingKeys,
): ImageSelection {
  if (isRange) return { chosen: new Set([...(isToggle ? chosen : []), ...rangeOf(anchor, place)]), anchor }
  if (!isToggle) return { chosen: new Set([place]), anchor: place }
  const next = new Set(chosen)
  if (!next.delete(place)) next.add(place)
  return { chosen: next, anchor: place }
}

/** All places of a list. */
export function selectAll(total: number): ImageSelection {
  return { chosen: new Set(Array.from({ length: total }, (_, place) => place)), anchor: 0 }
}

/** Half-open ranges that hold these places, in rising order. */
export function rangesOf(chosen: ReadonlySet<number>): [number, number][] {
  const ranges: [number, number][] = []
  for (const place of [...chosen].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && last[1] === place) last[1] = place + 1
    else ranges.push([place, place + 1])
  }
  return ranges
}
