// The buttons in the corner of the canvas: zoom, fit, layout, notes, snapping, wires by size, minimap.
import { ActionIcon, Tooltip } from '@mantine/core'
import {
  IconArrowAutofitDown,
  IconArrowAutofitRight,
  IconColumns3,
  IconGridDots,
  IconMap2,
  IconMaximize,
  IconMinus,
  IconNote,
  IconPlus,
  IconRipple,
  type Icon,
} from '@tabler/icons-react'
import { useStore, type ReactFlowState } from '@xyflow/react'
import { useCommand } from '../../../kernel/commands/commands'
import { useDocumentStore } from '../../../session/document/documentStore'
import { useCanvas } from '../../../session/view/canvasStore'

const layouts = [
  ['down', IconArrowAutofitDown],
  ['right', IconArrowAutofitRight],
  ['columns', IconColumns3],
] as const

const zoomSelector = (state: ReactFlowState): number => Math.round(state.transform[2] * 100)

interface ToolProps {
  readonly id: string
  readonly icon: Icon
  readonly isPressed?: boolean
  readonly isBusy?: boolean
}

function Tool({ id, icon: Icon, isPressed, isBusy }: ToolProps) {
  const { command, title, shortcut, isEnabled, run } = useCommand(id)
  if (!command) return null
  return (
    <Tooltip label={shortcut === undefined ? title : `${title} (${shortcut})`}>
      <ActionIcon
        aria-label={title}
        aria-pressed={isPressed}
        data-pressed={isPressed || undefined}
        disabled={!isEnabled}
        loading={isBusy}
        onClick={run}
      >
        <Icon size={16} stroke={1.75} />
      </ActionIcon>
    </Tooltip>
  )
}

function ZoomLevel() {
  const zoom = useStore(zoomSelector)
  const { title, run } = useCommand('canvas.zoom.natural')
  return (
    <button type="button" className="nl-zoom" aria-label={`${title}, now ${zoom}%`} title={title} onClick={run}>
      {zoom}%
    </button>
  )
}

/** The canvas's own buttons; inside a block only those of the zoom. */
export function CanvasToolbar({ isInside = false }: { readonly isInside?: boolean }) {
  return (
    <div className="nl-toolbar" role="toolbar" aria-label="View of the canvas">
      <Tool id="canvas.zoom.out" icon={IconMinus} />
      <ZoomLevel />
      <Tool id="canvas.zoom.in" icon={IconPlus} />
      <Tool id="canvas.zoom.fit" icon={IconMaximize} />
      {!isInside && <DocumentTools />}
    </div>
  )
}

/** The buttons that act on the network as a whole. */
function DocumentTools() {
  const snaps = useCanvas((state) => state.snaps)
  const showsMinimap = useCanvas((state) => state.showsMinimap)
  const sizesEdges = useCanvas((state) => state.sizesEdges)
  const layingOut = useCanvas((state) => state.layingOut)
  const style = useDocumentStore((state) => state.document.layout?.style)
  return (
    <>
      <span className="nl-toolbar-gap" />
      {layouts.map(([name, icon]) => (
        <Tool
          key={name}
          id={`canvas.layout.${name}`}
          icon={icon}
          isBusy={layingOut === name}
          isPressed={style === name}
        />
      ))}
      <span className="nl-toolbar-gap" />
      <Tool id="canvas.note.add" icon={IconNote} />
      <span className="nl-toolbar-gap" />
      <Tool id="canvas.snap" icon={IconGridDots} isPressed={snaps} />
      <Tool id="canvas.wireSizes" icon={IconRipple} isPressed={sizesEdges} />
      <Tool id="canvas.minimap" icon={IconMap2} isPressed={showsMinimap} />
    </>
  )
}
