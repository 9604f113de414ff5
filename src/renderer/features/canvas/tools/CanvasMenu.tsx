// The context menus of the canvas: of layers, of wires, of notes, of the empty canvas; every entry is a command.
import { Menu } from '@mantine/core'
import { noteColours } from '../../../../shared/graph/document'
import { useCommand } from '../../../kernel/commands/commands'
import { useSelection } from '../../../session/document/documentStore'
import { focusCanvas } from '../../../session/view/canvasFocus'
import { canvasStore, useCanvas, type MenuRequest } from '../../../session/view/canvasStore'

/** Shortcuts of the browser's own clipboard, which are no command shortcuts. */
const ownShortcuts: Readonly<Record<string, string>> = {
  'edit.copy': 'Ctrl+C',
  'edit.cut': 'Ctrl+X',
  'edit.paste': 'Ctrl+V',
  'canvas.editParameters': 'Enter',
  'canvas.note.edit': 'Enter',
}

/** Entries of each menu, groups apart. */
const entries: Readonly<Record<MenuRequest['on'], readonly (readonly string[])[]>> = {
  node: [
    ['canvas.editParameters', 'canvas.rename', 'canvas.toggleFrozen'],
    ['blocks.open', 'blocks.expand', 'blocks.collapse', 'blocks.make'],
    ['canvas.addAfter', 'canvas.addBranch', 'canvas.connectSelected', 'canvas.note.add'],
    ['edit.cut', 'edit.copy', 'edit.paste', 'edit.duplicate'],
    ['canvas.zoom.selection', 'arithmetic.openStage', 'arithmetic.openField'],
    ['edit.delete', 'edit.deleteAndJoin'],
  ],
  edge: [['canvas.insertOnWire'], ['edit.delete']],
  note: [
    ['canvas.note.edit', 'canvas.note.attach', 'canvas.note.detach'],
    ['edit.cut', 'edit.copy', 'edit.paste', 'edit.duplicate'],
    ['canvas.zoom.selection'],
    ['edit.delete'],
  ],
  canvas: [
    ['canvas.addAfter', 'canvas.note.add'],
    ['edit.paste', 'edit.selectAll', 'canvas.find'],
    ['canvas.layout.down', 'canvas.layout.right', 'canvas.layout.columns'],
    ['blocks.expandAll', 'blocks.foldAll'],
    ['canvas.zoom.fit', 'canvas.zoom.natural'],
    ['canvas.export.png', 'canvas.export.svg'],
  ],
}

const alignments = ['left', 'centre', 'right', 'top', 'middle', 'bottom', 'across', 'down'].map(
  (name) => `canvas.arrange.${name}`,
)

const colours = noteColours.map((colour) => `canvas.note.colour.${colour}`)

function Entry({ id }: { readonly id: string }) {
  const { command, title, shortcut, isEnabled, run } = useCommand(id)
  // What a menu always has stays in its place; what does not fit what was pressed on is left out, so that the menu is short.
  if (!command || (!isEnabled && !id.startsWith('edit.'))) return null
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

function SubMenu({ title, ids }: { readonly title: string; readonly ids: readonly string[] }) {
  return (
    <>
      <Menu.Divider />
      <Menu.Sub>
        <Menu.Sub.Target>
          <Menu.Sub.Item>{title}</Menu.Sub.Item>
        </Menu.Sub.Target>
        <Menu.Sub.Dropdown>
          {ids.map((id) => (
            <Entry key={id} id={id} />
          ))}
        </Menu.Sub.Dropdown>
      </Menu.Sub>
    </>
  )
}

function Entries({ on }: { readonly on: MenuRequest['on'] }) {
  const selection = useSelection()
  return (
    <>
      {entries[on].map((group, index) => (
        <div key={group[0]} role="none" className="nl-menu-group">
          {index > 0 && <Menu.Divider />}
          {group.map((id) => (
            <Entry key={id} id={id} />
          ))}
        </div>
      ))}
      {on === 'node' && selection.size > 1 && (
        <SubMenu title="Align and distribute" ids={[...alignments, 'canvas.layout.selection']} />
      )}
      {on === 'note' && <SubMenu title="Colour" ids={colours} />}
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
    if (canvasStore.getState().editingNote !== null) return
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
      middlewares={{ flip: true, shift: { crossAxis: true, padding: 8 } }}
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
