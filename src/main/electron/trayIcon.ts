// The icon that stays while work goes on without a window: what it says and offers; not the work (programEnd.ts).
import type { MenuItemConstructorOptions, Tray } from 'electron'
import type { ElectronParts } from './electronParts'
import { describeProgress } from './workSigns'
import type { ActiveWork } from './windowConnection'

/** What the icon's menu does. */
export interface TrayActions {
  show(): void
  stop(): void
  quit(): void
}

/** Pixels of the icon in the menu bar of a Mac; the other systems size it themselves. */
const macSize = 16
const usualSize = 32

export class TrayIcon {
  private tray: Tray | undefined
  private shown = ''

  constructor(
    private readonly electron: ElectronParts,
    private readonly files: { readonly icon: string; readonly platform: string },
    private readonly actions: TrayActions,
  ) {}

  get isShown(): boolean {
    return this.tray !== undefined
  }

  /** Shows the icon with what is running; an empty list says that all has ended. */
  show(work: readonly Pick<ActiveWork, 'kind' | 'name' | 'fraction'>[]): void {
    const lines = work.map(({ name, kind, fraction }) => describeProgress(name, kind, fraction))
    const text = lines.join('\n')
    if (this.tray && text === this.shown) return
    this.shown = text
    this.tray ??= this.make()
    this.tray.setToolTip(lines.length === 0 ? 'Netloom' : `Netloom\n${text}`)
    // Linux takes a change of a menu only as a whole.
    this.tray.setContextMenu(this.electron.Menu.buildFromTemplate(this.menuOf(lines, work)))
  }

  remove(): void {
    this.tray?.destroy()
    this.tray = undefined
  }

  private make(): Tray {
    const { Tray, nativeImage } = this.electron
    const { icon, platform } = this.files
    const side = platform === 'darwin' ? macSize : usualSize
    const tray = new Tray(nativeImage.createFromPath(icon).resize({ width: side, height: side }))
    tray.on('click', () => {
      // On a Mac a click opens the menu.
      if (platform !== 'darwin') this.actions.show()
    })
    return tray
  }

  private menuOf(lines: readonly string[], work: readonly Pick<ActiveWork, 'kind'>[]): MenuItemConstructorOptions[] {
    const isTraining = work.every(({ kind }) => kind === 'training')
    const progress = lines.length === 0 ? ['Nothing is running any more'] : lines
    return [
      { label: 'Show Netloom', click: () => this.actions.show() },
      { type: 'separator' },
      ...progress.map((label) => ({ label: label.replaceAll('&', '&&'), enabled: false })),
      ...(lines.length === 0
        ? []
        : [{ label: isTraining ? 'Stop training' : 'Stop running', click: () => this.actions.stop() }]),
      { type: 'separator' },
      { label: 'Quit Netloom', click: () => this.actions.quit() },
    ]
  }
}
