// What the desktop program offers to its screen beside the contract: the shape of `window.netloom`; not its implementation.

/** Where the renderer is served from in the desktop program. */
export const desktopOrigin = 'app://netloom'

/**
 * `data` of the message with which the page posts one MessagePort to its own window: the preload script passes it on to
 * the core, which answers the contract over it. A newer port closes the older one.
 */
export const portMessage = 'start-orpc-client'

/** The document of a window, as its title, its close button and the search for an open document need it. */
export interface DesktopDocument {
  readonly name: string
  /** Absolute; null for one that was never saved. */
  readonly path: string | null
  readonly isDirty: boolean
}

/** A command of the renderer's registry, as far as the menu shows it. */
export interface DesktopCommand {
  readonly id: string
  readonly title: string
  /** Heading of the registry: `File`, `Edit`, `View`; says the menu of commands that have no place of their own. */
  readonly group: string
  /** As the registry writes it: `Ctrl+Shift+S`. */
  readonly shortcut?: string
  readonly isEnabled: boolean
}

/** What the Edit menu does to the text of a field. */
export const textEdits = ['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll'] as const
export type TextEdit = (typeof textEdits)[number]

/** What the zoom of the interface does. */
export const zoomSteps = ['in', 'out', 'reset'] as const
export type ZoomStep = (typeof zoomSteps)[number]

/** How the app looks; `system`: as the system's other windows. */
export const themeNames = ['system', 'dark', 'light'] as const
export type ThemeName = (typeof themeNames)[number]

/**
 * `window.netloom`, present only in the desktop program. A function that registers a listener returns one that
 * removes it; what happened before there was a listener is kept and told to the first one.
 */
export interface DesktopBridge {
  /** As `process.platform`. */
  readonly platform: string
  /** A command was chosen in the menu of the program. */
  readonly onCommand: (listener: (id: string) => void) => () => void
  /** A file was opened from outside: absolute path of a document or an ONNX file. */
  readonly onOpenFile: (listener: (path: string) => void) => () => void
  /** Brings the window to the front that has a file already, if another one does. @returns whether one does */
  readonly showElsewhere: (path: string) => Promise<boolean>
  /** To be called when that file is open, was refused, or was not wanted after all. */
  readonly answerOpenFile: (path: string) => void
  /** The window wants to close while its document has changes: ask the person, then call `answerClose`. */
  readonly onCloseAsked: (listener: () => void) => () => void
  /** @param mayClose false keeps the window open; true closes it, whatever the document is like */
  readonly answerClose: (mayClose: boolean) => void
  /** A run is to be shown, such as the one whose end was told: its folder. */
  readonly onShowRun: (listener: (run: string) => void) => () => void
  /** The system's session ends: keep unsaved changes for recovery at once, then call `answerRecoveryKept`. */
  readonly onKeepRecovery: (listener: () => void) => () => void
  readonly answerRecoveryKept: () => void
  /** To be called whenever any of it changes. */
  readonly reportDocument: (document: DesktopDocument) => void
  /** To be called whenever any of it changes; the menu leaves out what is not among them. */
  readonly reportCommands: (commands: readonly DesktopCommand[]) => void
  /** Does to the field that has the focus what its context menu would. */
  readonly editText: (edit: TextEdit) => void
  /** Has windows, dialogs and scroll bars of the system look as the app does; to be called at first, too. */
  readonly reportTheme: (theme: ThemeName) => void
  /** Zooms the interface of every window, and remembers it. */
  readonly zoom: (step: ZoomStep) => void
  /** Absolute path of a dropped or chosen file; empty where it has none. */
  readonly pathOf: (file: unknown) => string
}
