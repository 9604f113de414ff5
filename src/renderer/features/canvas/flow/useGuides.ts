// Alignment while things are dragged: what rests in sight, the snap of each step, and Alt, which turns it off.
import { useEffect, useMemo, useRef } from 'react'
import type { Position } from '../../../../shared/graph/document'
import { documentStore } from '../../../session/document/documentStore'
import { listBoxes, viewBox, viewZoom } from '../../../session/view/canvasFlow'
import { guidesStore } from './guidesStore'
import { areSameGuides, prepareLines, snapToLines, type Guides, type Lines } from './guides'
import { type Box } from '../../../session/layout/canvasGeometry'

/** How near a line must be, in pixels of the screen, and at most in canvas units. */
const reachPixels = 6
const longestReach = 12

export interface Alignment {
  /** The places to which dragged things go instead of `moves`. */
  readonly snap: (moves: ReadonlyMap<string, Position>) => ReadonlyMap<string, Position>
  readonly end: () => void
}

function show(guides: Guides | null): void {
  if (!areSameGuides(guidesStore.getState().guides, guides)) guidesStore.setState({ guides })
}

function isNear(box: Box, view: Box): boolean {
  return (
    box.x < view.x + view.width &&
    box.y < view.y + view.height &&
    box.x + box.width > view.x &&
    box.y + box.height > view.y
  )
}

/** The box around boxes that were moved. */
function unite(boxes: readonly Box[]): Box | undefined {
  const first = boxes[0]
  if (!first) return undefined
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  const right = Math.max(...boxes.map((box) => box.x + box.width))
  const bottom = Math.max(...boxes.map((box) => box.y + box.height))
  return { x, y, width: right - x, height: bottom - y }
}

/** Alignment of what is dragged with what rests in sight. */
export function useGuides(): Alignment {
  const isOff = useRef(false)
  const drag = useRef<{ readonly lines: Lines; readonly sizes: ReadonlyMap<string, Box> } | null>(null)
  useEffect(() => {
    const follow = (event: PointerEvent): void => {
      isOff.current = event.altKey
    }
    window.addEventListener('pointermove', follow, { capture: true, passive: true })
    return () => window.removeEventListener('pointermove', follow, { capture: true })
  }, [])
  return useMemo(
    () => ({
      snap(moves) {
        if (!drag.current) {
          const boxes = listBoxes(documentStore.getState().document)
          const view = viewBox()
          const resting = [...boxes].filter(([id, box]) => !moves.has(id) && (!view || isNear(box, view)))
          const sizes = new Map([...boxes].filter(([id]) => moves.has(id)))
          drag.current = { lines: prepareLines(resting.map(([, box]) => box)), sizes }
        }
        const { lines, sizes } = drag.current
        const moved = [...moves].flatMap(([id, place]) => {
          const box = sizes.get(id)
          return box ? [{ ...box, ...place }] : []
        })
        const box = isOff.current ? undefined : unite(moved)
        if (!box) {
          show(null)
          return moves
        }
        const { shift, guides } = snapToLines(lines, box, Math.min(longestReach, reachPixels / viewZoom()))
        show(guides)
        if (shift.x === 0 && shift.y === 0) return moves
        return new Map(Array.from(moves, ([id, { x, y }]) => [id, { x: x + shift.x, y: y + shift.y }]))
      },
      end() {
        drag.current = null
        show(null)
      },
    }),
    [],
  )
}
