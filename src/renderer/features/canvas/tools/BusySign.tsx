// The line at the head of the canvas while something takes long: expanding, folding; what does so says it by whileBusy.ts.
import { Loader } from '@mantine/core'
import { useCanvas } from '../../../session/view/canvasStore'

/** Appears only after a moment, also while the window is held up: its fading in is drawn beside the page's own work. */
export function BusySign() {
  const label = useCanvas((state) => state.busyWith)
  return (
    <output className="nl-busy-place">
      {label !== null && (
        <span className="nl-busy">
          <Loader size={14} />
          {label}
        </span>
      )}
    </output>
  )
}
