// The entry of the desktop program: hands Electron, the built files and the core to the wiring (desktop.ts); nothing else.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  Notification,
  powerMonitor,
} from 'electron'
import { powerSaveBlocker, protocol, screen, session, shell, Tray } from 'electron'
import { removeTelemetryTraces } from '../engines/ort/telemetry'
import { Desktop } from './desktop'

// Beside this file, as electron.vite.config.ts builds it; the same inside a package.
const out = dirname(dirname(fileURLToPath(import.meta.url)))

const rendererFolder = join(out, 'renderer')

// Where settings of windows and screens have always been, whatever the program is called.
if (!app.commandLine.hasSwitch('user-data-dir')) app.setPath('userData', join(app.getPath('appData'), 'netloom'))

const shown = { BrowserWindow, dialog, Menu, nativeImage, nativeTheme, Notification, screen, Tray }
const system = { app, ipcMain, powerMonitor, powerSaveBlocker, protocol, session, shell }

const desktop = new Desktop(
  { ...shown, ...system },
  {
    rendererFolder,
    preload: join(out, 'preload', 'preload.cjs'),
    icon: join(dirname(out), 'resources', 'icons', '512x512.png'),
    platform: process.platform,
    argv: process.argv,
    workingDirectory: process.cwd(),
    process,
    openCore: async () => (await import('./windowConnection')).openDesktopCore(),
  },
)

function refuse(reason: string): void {
  dialog.showErrorBox('Netloom could not start', reason)
  app.exit(1)
}

if (existsSync(join(rendererFolder, 'index.html'))) {
  void removeTelemetryTraces()
  void desktop.start().catch((error: unknown) => refuse(error instanceof Error ? error.message : String(error)))
} else refuse(`Its screen is missing in ${rendererFolder}. Run "npm run build", or install Netloom again.`)
