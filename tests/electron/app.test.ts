// The real desktop program through Playwright, where Electron's runtime and a display are there: the page's cage, then the story.
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { goTo, openFromGallery, readOutline, selectLayer, train, useDigits } from '../browser/screens'
import { plainPng } from '../datasets/imageFiles'
import { runtimePath, skipReason } from './findRuntime'

const root = join(import.meta.dirname, '..', '..')
const title = skipReason ? `the desktop program (skipped: ${skipReason})` : 'the desktop program'

describe.skipIf(skipReason !== undefined)(title, () => {
  let folder = ''
  let app: ElectronApplication
  let page: Page

  async function launch(...files: string[]): Promise<void> {
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    const { DISPLAY, WAYLAND_DISPLAY } = process.env
    const wayland = WAYLAND_DISPLAY && !DISPLAY ? ['--ozone-platform=wayland'] : []
    app = await _electron.launch({
      executablePath: runtimePath ?? '',
      args: [...asRoot, ...wayland, `--user-data-dir=${join(folder, 'profile')}`, root, ...files],
      cwd: folder,
      env: { ...process.env, NETLOOM_STATE: join(folder, 'state'), HOME: folder, USERPROFILE: folder },
    })
    page = await app.firstWindow()
    await page.getByRole('tab', { name: 'Design', exact: true }).waitFor()
  }

  /** Answers the next native dialogs that choose a path. */
  async function choose(path: string): Promise<void> {
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] })
    }, path)
  }

  /** Answers the next native questions with a button. */
  async function answer(response: number): Promise<void> {
    await app.evaluate(({ dialog }, response) => {
      dialog.showMessageBox = () => Promise.resolve({ response, checkboxChecked: false })
    }, response)
  }

  async function clickMenu(id: string): Promise<void> {
    await app.evaluate(({ Menu }, id) => Menu.getApplicationMenu()?.getMenuItemById(id)?.click(), id)
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'netloom-electron-'))
  })
  afterEach(async () => {
    app.process().kill('SIGKILL')
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  })

  it('keeps its page in a cage and connects it to the core', async () => {
    await launch()
    expect(page.url()).toMatch(/^app:\/\/netloom\//)
    const seen = await page.evaluate(async () => ({
      node: [typeof Reflect.get(window, 'require'), typeof Reflect.get(window, 'process')],
      outside: await fetch('app://netloom/..%2f..%2fpackage.json').then(
        ({ status }) => status,
        () => 'failed',
      ),
      network: await fetch('https://example.org/').then(
        () => 'reached',
        () => 'failed',
      ),
      opened: window.open('https://example.org:1/') === null,
      location: await navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state),
    }))
    expect(seen).toMatchObject({
      node: ['undefined', 'undefined'],
      network: 'failed',
      opened: true,
      location: 'denied',
    })
    expect([404, 'failed']).toContain(seen.outside)
    const isVisible = () =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isVisible()))
    await expect.poll(isVisible).toEqual([true])
    await openFromGallery(page, /^LeNet-5/)
    expect(await readOutline(page)).toHaveLength(13)
  })

  it('goes from the gallery to a trained and exported network', async () => {
    await launch()
    await openFromGallery(page, /^LeNet-5/)
    await selectLayer(page, 'conv1')
    const inspector = page.getByRole('complementary', { name: 'Inspector' })
    await inspector.getByRole('textbox', { name: 'Filters' }).fill('12')
    await page.getByRole('option', { name: 'pool1, MaxPool2D, 12×14×14' }).waitFor()
    await clickMenu('edit.undo')
    const document = join(folder, 'mine.netloom.json')
    await choose(document)
    await clickMenu('file.saveAs')
    await expect
      .poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle()))
      .toBe('mine - Netloom')
    await useDigits(page, 600)
    const screen = await train(page, 2)
    await screen.getByText('Finished', { exact: true }).waitFor({ timeout: 120_000 })
    const evaluation = await goTo(page, 'Evaluate')
    await evaluation.getByRole('button', { name: 'Evaluate', exact: true }).click()
    await evaluation.getByText('Top-1 accuracy').waitFor({ timeout: 60_000 })
    await choose(join(folder, 'digits.onnx'))
    await evaluation.getByRole('button', { name: 'Export model' }).click()
    await page.getByRole('button', { name: 'Choose where to save' }).click()
    await page.getByText('Exported, and checked in ONNX Runtime against the engine').waitFor({ timeout: 30_000 })
    expect((await stat(join(folder, 'digits.onnx'))).size).toBeGreaterThan(200_000)
  })

  it('decodes images of a folder', async () => {
    for (const [kind, colour] of [
      ['cats', [255, 0, 0]],
      ['dogs', [0, 0, 255]],
    ] as const) {
      await mkdir(join(folder, 'images', kind), { recursive: true })
      for (let n = 0; n < 10; n += 1) await writeFile(join(folder, 'images', kind, `${n}.png`), await plainPng(colour))
    }
    await launch()
    await choose(join(folder, 'images'))
    const data = await goTo(page, 'Data')
    await data.getByRole('button', { name: 'Choose a folder' }).click()
    await data.getByText('cats').first().waitFor({ timeout: 30_000 })
    await data.getByRole('img').first().waitFor({ timeout: 30_000 })
  })

  it('asks about a training, hides while it is kept, and asks about unsaved changes before it closes', async () => {
    await launch()
    await openFromGallery(page, /^LeNet-5/)
    await useDigits(page, 600)
    await train(page, 400)
    await answer(2)
    const close = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    const isVisible = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
    await close()
    // The training's question was answered with Cancel.
    expect([page.isClosed(), await isVisible()]).toEqual([false, true])
    await answer(0)
    await close()
    await expect.poll(isVisible).toBe(false)
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.show())
    await expect.poll(isVisible).toBe(true)
    await answer(1)
    const closed = app.waitForEvent('close', { timeout: 60_000 })
    await close()
    const discard = page.getByRole('dialog', { name: /^Save changes/ }).getByRole('button', { name: 'Do not save' })
    // Only where choosing the digits has changed the document.
    await discard.click({ timeout: 5000 }).catch(() => undefined)
    await closed
  })
})
