// The entry of the desktop program: hands Electron, the built files and the core to the wiring (desktop.ts); nothing else.
import { spawn } from 'node:child_process'
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
import { wayToRepair } from '../process/installation'
import { Desktop } from './desktop'
import { readSelfTest, runSelfTest } from './desktopSelfTest'
import { placeUserData } from './userData'
import type { DesktopCore } from './windowConnection'

// Beside this file, as electron.vite.config.ts builds it; the same inside a package.
const out = dirname(dirname(fileURLToPath(import.meta.url)))

const rendererFolder = join(out, 'renderer')

const selfTest = readSelfTest(process.argv)

placeUserData(app, selfTest?.profile)

/** Where the core remembers things; left out, in the person's own place. */
const places = selfTest && { stateFolder: join(selfTest.folder, 'state'), runsFolder: join(selfTest.folder, 'runs') }
// Trainings are processes of their own, which ask the environment.
if (places) process.env['NETLOOM_STATE'] = places.stateFolder
let core: Promise<DesktopCore> | undefined

function openCore(): Promise<DesktopCore> {
  core ??= import('./windowConnection').then(({ openDesktopCore }) => openDesktopCore(places))
  return core
}

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
    openCore,
  },
)

function refuse(reason: string): void {
  // Nobody is there to close a box in a self-test.
  if (selfTest) process.stderr.write(`Netloom could not start: ${reason}\n`)
  else dialog.showErrorBox('Netloom could not start', reason)
  app.exit(1)
}

/** Starts this program again as a person does who opens a file. @returns its exit code */
function startAgain(file: string, profile: string): Promise<number> {
  const own = app.isPackaged ? [] : [app.getAppPath()]
  const cage = app.commandLine.hasSwitch('no-sandbox') ? ['--no-sandbox'] : []
  const child = spawn(process.execPath, [...own, ...cage, `--user-data-dir=${profile}`, file], { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

async function start(): Promise<void> {
  const isFirst = await desktop.start()
  if (!isFirst || !selfTest) return
  await runSelfTest(selfTest, {
    app,
    windows: () => BrowserWindow.getAllWindows(),
    core: openCore,
    startAgain: (file) => startAgain(file, selfTest.profile),
    write: (line) => void process.stdout.write(`${line}\n`),
  })
}

if (existsSync(join(rendererFolder, 'index.html'))) {
  void removeTelemetryTraces()
  void start().catch((error: unknown) => refuse(error instanceof Error ? error.message : String(error)))
} else refuse(`Its screen is missing in ${rendererFolder}. ${wayToRepair()}`)
