// The design screen: palette and outline, canvas, inspector, and the panel of problems and analysis.
import { WeightsSection } from '../../features/models/weights/WeightsSection'
import { ReactFlowProvider } from '@xyflow/react'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { Group, Panel, Separator } from 'react-resizable-panels'
import { useIsBottomFolded } from '../../features/inspector/bottomTab'
import { BottomPanel } from '../../features/inspector/BottomPanel'
import { Inspector } from '../../features/inspector/Inspector'
import { blockCommands, restInside } from '../../features/blocks/blockCommands'
import { MakeBlockDialog } from '../../features/blocks/MakeBlockDialog'
import { loadLibrary } from '../../session/blocks/library'
import { useRegisterCommands } from '../../kernel/commands/commands'
import { Canvas } from '../../features/canvas/Canvas'
import { canvasCommands } from '../../features/canvas/commands/canvasCommands'
import { focusCanvas, inspectorElementId } from '../../session/view/canvasFocus'
import { Outline } from '../../features/canvas/tools/Outline'
import { Palette } from '../../features/canvas/palette/Palette'
import { showError } from '../../kernel/failures/showFailure'
import { useClipboardEvents } from '../../features/canvas/commands/useClipboardEvents'
import { useUiStore } from '../../kernel/ui/uiStore'
import { panelCommands, useSidePanel } from './useSidePanel'
import '../../features/canvas/canvas.css'
import '../../features/canvas/inside/inside.css'

const commands = [...canvasCommands.map(restInside), ...blockCommands, ...panelCommands]

/** Escape leaves the inspector for the canvas, unless a field or list used it. */
function leaveOnEscape(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.defaultPrevented) return
  focusCanvas()
}

function LeftSide() {
  return (
    <Group orientation="vertical" id="nl-left" className="nl-left">
      <Panel id="nl-palette" minSize={120} defaultSize="58%">
        <Palette />
      </Panel>
      <Separator className="nl-separator" aria-label="Height of the layers" />
      <Panel id="nl-outline" minSize={80}>
        <Outline />
      </Panel>
    </Group>
  )
}

/** The tabs are drawn anew when the panel folds or unfolds: the keyboard stays on them. */
function useKeepTabFocus(isFolded: boolean): void {
  const before = useRef(isFolded)
  useEffect(() => {
    if (before.current === isFolded) return
    before.current = isFolded
    if (document.activeElement === document.body)
      document.querySelector<HTMLElement>('.nl-bottom [role="tab"][aria-selected="true"]')?.focus()
  }, [isFolded])
}

function Middle() {
  const isFolded = useIsBottomFolded()
  useKeepTabFocus(isFolded)
  return (
    <div className="nl-middle">
      <Group orientation="vertical" id="nl-middle">
        <Panel id="nl-canvas-panel" minSize={160}>
          <Canvas />
        </Panel>
        {!isFolded && (
          <>
            <Separator className="nl-separator" aria-label="Height of problems and analysis" />
            <OpenBottom />
          </>
        )}
      </Group>
      {isFolded && <FoldedBottom />}
    </div>
  )
}

function Bottom() {
  return (
    <section className="nl-bottom" aria-label="Problems and analysis">
      <BottomPanel />
    </section>
  )
}

function OpenBottom() {
  const bottom = useSidePanel('bottom')
  return (
    <Panel {...bottom} id="nl-bottom-panel" minSize={96} maxSize="70%">
      <Bottom />
    </Panel>
  )
}

/** The tabs alone, while there are no problems to show; nothing where the panel is closed. */
function FoldedBottom() {
  const isClosed = useUiStore((state) => state.panels.bottom.isCollapsed)
  return isClosed ? null : (
    <div className="nl-bottom-folded">
      <Bottom />
    </div>
  )
}

function Panels() {
  const left = useSidePanel('left')
  const right = useSidePanel('right')
  return (
    <Group orientation="horizontal" id="nl-design" className="nl-design">
      <Panel {...left} id="nl-left-panel" minSize={168} maxSize={420}>
        <LeftSide />
      </Panel>
      <Separator className="nl-separator" aria-label="Width of the layers" />
      <Panel id="nl-middle-panel" minSize={280}>
        <Middle />
      </Panel>
      <Separator className="nl-separator" aria-label="Width of the inspector" />
      <Panel {...right} id="nl-right-panel" minSize={232} maxSize={560}>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape only leads back */}
        <aside id={inspectorElementId} className="nl-right" aria-label="Inspector" onKeyDown={leaveOnEscape}>
          <Inspector weights={<WeightsSection />} />
        </aside>
      </Panel>
    </Group>
  )
}

/** The screen on which networks are drawn. */
export function DesignScreen() {
  useRegisterCommands(commands)
  useClipboardEvents(showError)
  useEffect(() => void loadLibrary(), [])
  return (
    <ReactFlowProvider>
      <Panels />
      <MakeBlockDialog />
    </ReactFlowProvider>
  )
}
