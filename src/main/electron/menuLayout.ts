// Which command stands where in the application menu; not how the menu is made (menu.ts).

/** An entry that the system or the main process provides. */
export type FixedEntry =
  | 'newWindow'
  | 'recent'
  | 'close'
  | 'quit'
  | 'cut'
  | 'copy'
  | 'paste'
  | 'selectAll'
  | 'undo'
  | 'redo'
  | 'fullScreen'
  | 'developerTools'

/** A command of the renderer's registry by its id, or a fixed entry. */
export type MenuEntry = { readonly command: string } | { readonly fixed: FixedEntry }

export interface MenuPlan {
  readonly label: string
  /** Groups of the registry whose remaining commands are appended. */
  readonly groups: readonly string[]
  /** Divided by lines; what is not registered is left out, and so is a section without anything. */
  readonly sections: readonly (readonly MenuEntry[])[]
}

const commands = (...ids: readonly string[]): MenuEntry[] => ids.map((command) => ({ command }))
const fixed = (...names: readonly FixedEntry[]): MenuEntry[] => names.map((name) => ({ fixed: name }))

/** The menus between the application's own (on a Mac) and Window and Help. */
export const menuPlans: readonly MenuPlan[] = [
  {
    label: 'File',
    groups: ['File'],
    sections: [
      [...commands('file.new'), ...fixed('newWindow')],
      [...commands('file.open'), ...fixed('recent')],
      commands('file.save', 'file.saveAs'),
    ],
  },
  {
    label: 'Edit',
    groups: ['Edit'],
    sections: [
      fixed('undo', 'redo'),
      fixed('cut', 'copy', 'paste'),
      commands('edit.duplicate', 'edit.delete', 'edit.deleteAndJoin'),
      [...fixed('selectAll'), ...commands('canvas.find')],
    ],
  },
  {
    label: 'View',
    groups: ['View'],
    sections: [
      commands('view.palette'),
      commands('view.design', 'view.data', 'view.train', 'view.evaluate', 'view.runs', 'view.welcome'),
      commands('canvas.zoom.fit', 'canvas.zoom.selection', 'canvas.zoom.in', 'canvas.zoom.out', 'canvas.zoom.natural'),
      commands('view.zoom.in', 'view.zoom.out', 'view.zoom.reset'),
      commands('view.theme.dark', 'view.theme.light', 'view.theme.system'),
    ],
  },
]

/** Entries at the end of a menu, after the commands that have no place of their own. */
export const menuEndings: Readonly<Record<string, readonly (readonly MenuEntry[])[]>> = {
  File: [fixed('close'), fixed('quit')],
  View: [fixed('fullScreen'), fixed('developerTools')],
}
