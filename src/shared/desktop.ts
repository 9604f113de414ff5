// What the desktop program offers to its screen beside the contract: the shape of `window.netloom`; not its implementation.

/** Where the renderer is served from in the desktop program. */
export const desktopOrigin = 'app://netloom'

/**
 * `data` of the window's `message` event that hands over a connection to the core: `event.source` is the window itself
 * and `event.ports` holds one MessagePort, to be started by its receiver.
 */
export const portMessage = 'netloom:port'

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
  readonly isEnabled: boolean
}

/**
 * `window.netloom`, present only in the desktop program. A function that registers a listener returns one that
 * removes it; what happened before there was a listener is kept and told to the first one.
 */
export interface DesktopBridge {
  /** As `process.platform`. */
  readonly platform: string
  /** Asks for a new connection to the core, which arrives as a `message` event (`portMessage`); an older one is closed. */
  connect(): void
  /** A command was chosen in the menu of the program. */
  onCommand(listener: (id: string) => void): () => void
  /** A file was opened from outside: absolute path of a `.netloom.json` or `.onnx` file. */
  onOpenFile(listener: (path: string) => void): () => void
  /** The window wants to close while its document has changes: ask the person, then call `answerClose`. */
  onCloseAsked(listener: () => void): () => void
  /** @param mayClose false keeps the window open; true closes it, whatever the document is like */
  answerClose(mayClose: boolean): void
  /** To be called whenever any of it changes. */
  reportDocument(document: DesktopDocument): void
  /** To be called whenever any of it changes; the menu leaves out what is not among them. */
  reportCommands(commands: readonly DesktopCommand[]): void
  /** Absolute path of a dropped or chosen file; empty where it has none. */
  pathOf(file: unknown): string
}
