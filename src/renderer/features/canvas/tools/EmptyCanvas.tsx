// What the canvas shows before there is a network: the one next action.
import { Button, Kbd } from '@mantine/core'
import { IconPhoto } from '@tabler/icons-react'
import { useDocument } from '../../../session/document/documentStore'
import { addLayer } from '../edits/canvasEdits'
import { canvasMiddle, cornerAround } from '../../../session/view/canvasFlow'
import { focusCanvas } from '../../../session/view/canvasFocus'

/** The empty state of the canvas. */
export function EmptyCanvas() {
  const isEmpty = useDocument().nodes.length === 0
  if (!isEmpty) return null
  const begin = (): void => {
    addLayer('input', cornerAround(canvasMiddle()))
    focusCanvas()
  }
  return (
    <div className="nl-empty">
      <h2>Begin with the image</h2>
      <p>Every network starts with an input. Then drag layers from the left, or press A for the next one.</p>
      <Button size="sm" leftSection={<IconPhoto size={16} />} onClick={begin}>
        Add an input
      </Button>
      <p className="nl-quiet">
        <Kbd>Ctrl K</Kbd> lists every action.
      </p>
    </div>
  )
}
