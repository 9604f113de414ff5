// The context menus of the canvas: of layers, of wires, of the empty canvas; every entry is a command.
import { Menu } from '@mantine/core'
import { useCommand } from '../state/commands'
import { useSelection } from '../state/documentStore'
import { focusCanvas } from './canvasFocus'
import { canvasStore, useCanvas, type MenuRequest } from './canvasStore'

/** Shortcuts of the browser's own clipboard, which are no command shortcuts. */
const ownShortcuts: Readonly<Record<string, string>> = {
  'edit.copy': 'Ctrl+C',
  'edit.cut': 'Ctrl+X',
  'edit.paste': 'Ctrl+V',
  'canvas.editParameters': 'Enter',
}

/** Entries of each menu, groups apart. */
const entries: Readonly<Record<MenuRequest['on'], readonly (readonly string[])[]>> = {
  node: [
    ['canvas.editParameters', 'canvas.rename', 'canvas.toggleFrozen'],
    ['canvas.addAfter', 'canvas.addBranch', 'canvas.connectSelected'],
    ['edit.cut', 'edit.copy', 'edit.paste', 'edit.duplicate'],
    ['canvas.zoom.selection'],
    ['edit.delete', 'edit.deleteAndJoin'],
  ],
  edge: [['canvas.insertOnWire'], ['edit.delete']],
  canvas: [
    ['canvas.addAfter', 'edit.paste', 'edit.selectAll', 'canvas.find'],
    ['canvas.layout.down', 'canvas.layout.right'],
    ['canvas.zoom.fit', 'canvas.zoom.natural'],
    ['canvas.export.png', 'canvas.export.svg'],
  ],
}

const alignments = ['left', 'centre', 'right', 'top', 'middle', 'bottom', 'across', 'down'].map(
  (name) => `canvas.arrange.${name}`,
)

function Entry({ id }: { readonly id: string }) {
  const { command, title, shortcut, isEnabled, run } = useCommand(id)
  if (!command) return null
  const keys = shortcut ?? ownShortcuts[id]
  return (
    <Menu.Item
      disabled={!isEnabled}
      onClick={run}
      rightSection={keys === undefined ? undefined : <span className="nl-menu-keys">{keys}</span>}
    >
      {title}
    </Menu.Item>
  )
}

function Entries({ on }: { readonly on: MenuRequest['on'] }) {
  const selection = useSelection()
  return (
    <>
      {entries[on].map((group, index) => (
        <div key={group[0]} role="none">
          {index > 0 && <Menu.Divider />}
          {group.map((id) => (
            <Entry key={id} id={id} />
          ))}
        </div>
      ))}
      {on === 'node' && selection.size > 1 && (
        <>
          <Menu.Divider />
          <Menu.Sub>
            <Menu.Sub.Target>
              <Menu.Sub.Item>Align and distribute</Menu.Sub.Item>
            </Menu.Sub.Target>
            <Menu.Sub.Dropdown>
              {alignments.map((id) => (
                <Entry key={id} id={id} />
              ))}
              <Entry id="canvas.layout.selection" />
            </Menu.Sub.Dropdown>
          </Menu.Sub>
        </>
      )}
    </>
  )
}

/** The context menu, while one is asked for. */
export function CanvasMenu() {
  const menu = useCanvas((state) => state.menu)
  if (!menu) return null
  const close = (): void => {
    canvasStore.setState({ menu: null })
    const focused = document.activeElement
    // A command may have put the keyboard elsewhere already: into the inspector, say.
    if (!focused || focused === document.body || focused.closest('.nl-menu')) focusCanvas()
  }
  return (
    <Menu
      key={`${menu.at.x}:${menu.at.y}`}
      opened
      onChange={(opened) => {
        if (!opened) close()
      }}
      position="bottom-start"
      offset={2}
      width={260}
      returnFocus={false}
      withinPortal
    >
      <Menu.Target>
        <div className="nl-menu-anchor" style={{ left: menu.at.x, top: menu.at.y }} />
      </Menu.Target>
      <Menu.Dropdown className="nl-menu">
        <Entries on={menu.on} />
      </Menu.Dropdown>
    </Menu>
  )
}
