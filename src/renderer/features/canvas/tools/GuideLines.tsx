// The lines that show what a dragged node is in line with.
import { useStore, ViewportPortal, type ReactFlowState } from '@xyflow/react'
import type { Guide } from '../flow/guides'
import { useGuideLines } from '../flow/guidesStore'

const zoomSelector = (state: ReactFlowState): number => state.transform[2]

function Line({ guide: { at, from, to }, axis }: { readonly guide: Guide; readonly axis: 'x' | 'y' }) {
  // One pixel of the screen at every zoom.
  const width = 1 / useStore(zoomSelector)
  const isUpright = axis === 'x'
  const [left, top] = isUpright ? [at - width / 2, from] : [from, at - width / 2]
  return (
    <div
      className="nl-guide"
      data-axis={axis}
      style={{
        transform: `translate(${left}px, ${top}px)`,
        width: isUpright ? width : to - from,
        height: isUpright ? to - from : width,
      }}
    />
  )
}

/** Alignment lines, while something is dragged. */
export function GuideLines() {
  const guides = useGuideLines()
  if (!guides) return null
  return (
    <ViewportPortal>
      {guides.x && <Line guide={guides.x} axis="x" />}
      {guides.y && <Line guide={guides.y} axis="y" />}
    </ViewportPortal>
  )
}
