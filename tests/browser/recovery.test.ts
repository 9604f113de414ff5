// What survives: a server killed while a network is drawn and while it trains, a killed training, a lost connection, and two windows on one core.
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Page, WebSocketRoute } from 'playwright-core'
import { findTrainer } from '../../src/main/runs/runLock'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { goTo, openFromGallery, readOutline, secondEpoch, selectLayer, train, useDigits } from './screens'

async function deleteLayer(page: Page, id: string): Promise<void> {
  await selectLayer(page, id)
  await page.keyboard.press('Delete')
  await page.getByRole('option', { name: new RegExp(`^${id},`) }).waitFor({ state: 'hidden' })
}

describe.skipIf(browserPath === undefined)(`what survives${skipReason}`, () => {
  const fixture = useBrowser()

  it('offers what was drawn before the server was killed', async () => {
    const { open, server, start, newContext } = fixture()
    const context = await newContext()
    const page = await open(context)
    await openFromGallery(page, /^LeNet-5/)
    await deleteLayer(page, 'relu4')
    const drawn = await readOutline(page)
    // The copy is kept some seconds after the last change.
    await page.waitForTimeout(4500)
    await server().kill()
    await page.close()
    await start()
    const next = await open(context)
    const offer = next.getByRole('alert', { name: 'Unsaved work was kept' })
    await offer.getByRole('button', { name: 'Open unsaved work of lenet5' }).click()
    await next.getByRole('listbox', { name: 'Outline' }).waitFor()
    expect(await readOutline(next)).toEqual(drawn)
    await next.getByRole('button', { name: 'File menu of lenet5, Unsaved changes' }).waitFor()
  })

  it('goes on drawing while the connection is lost, and connects again by itself', async () => {
    const { open, newContext } = fixture()
    const context = await newContext()
    const lines = new Set<WebSocketRoute>()
    let isCut = false
    await context.routeWebSocket(/\/rpc/, (line) => {
      if (isCut) return void line.close()
      lines.add(line)
      line.connectToServer()
    })
    const page = await open(context)
    await openFromGallery(page, /^LeNet-5/)
    isCut = true
    for (const line of lines) await line.close()
    await page.getByText('Connection lost, trying again').first().waitFor()
    await deleteLayer(page, 'relu4')
    isCut = false
    await page.getByText('Connected', { exact: true }).waitFor({ timeout: 30_000 })
    expect(await readOutline(page)).toHaveLength(12)
  })

  it('says that Netloom was started again, and is connected to it', async () => {
    const { open, server, start } = fixture()
    const page = await open()
    await openFromGallery(page, /^LeNet-5/)
    const { port } = new URL(server().url)
    await server().kill()
    await page.getByText('Netloom does not answer').waitFor()
    // Another program takes the port: it cannot show that it knows the key, and is not told it.
    const asked: string[] = []
    const stranger = createServer(({ url }, response) => {
      asked.push(String(url))
      response.end(JSON.stringify({ nonce: 'n'.repeat(32), proof: 'p'.repeat(43) }))
    })
    stranger.on('upgrade', ({ url }, socket) => {
      asked.push(String(url))
      socket.destroy()
    })
    await new Promise<void>((listening) => stranger.listen(Number(port), '127.0.0.1', listening))
    await page.getByText('Netloom does not take the key of this page', { exact: true }).waitFor()
    stranger.closeAllConnections()
    await new Promise((closed) => stranger.close(closed))
    expect(asked.length).toBeGreaterThan(0)
    for (const url of asked) expect(url).toMatch(/^\/hello\?nonce=[\w-]{32}$/)
    await start(Number(port))
    await page.getByText('Netloom was started again').waitFor()
    await page.getByText('Connected', { exact: true }).waitFor()
    expect(await page.getByText('Netloom does not answer').count()).toBe(0)
    expect(await readOutline(page)).toHaveLength(13)
  })

  it('lets a page in that has no key or an old one, by the pasted address', async () => {
    const { newContext, server } = fixture()
    const page = await (await newContext()).newPage()
    const { origin } = new URL(server().url)
    for (const [address, title] of [
      [origin, 'This page has no key to Netloom'],
      [`${origin}/?again#token=${'x'.repeat(43)}`, 'Netloom does not take the key of this page'],
    ] as const) {
      await page.goto(address)
      await page.getByText(title, { exact: true }).waitFor()
      const field = page.getByRole('textbox', { name: 'Address that Netloom printed' })
      await field.fill('http://127.0.0.1/')
      await page.getByRole('button', { name: 'Connect', exact: true }).click()
      await page.getByText(/^This address has no key/).waitFor()
      await field.fill(` ${server().url}\n`)
      await field.press('Enter')
      await page.getByText('Connected', { exact: true }).waitFor()
      expect(await page.getByText(title, { exact: true }).count()).toBe(0)
      await page.evaluate(() => sessionStorage.clear())
    }
    await page.close()
  })

  it('stops a run whose server was killed at its last step, and resumes it', async () => {
    const { open, server, start } = fixture()
    const page = await open()
    await openFromGallery(page, /^LeNet-5/)
    await useDigits(page, 600)
    const screen = await train(page, 400)
    await screen.getByText(secondEpoch).waitFor({ timeout: 60_000 })
    await server().kill()
    await page.close()
    await start()
    const next = await open()
    const runs = await goTo(next, 'Runs')
    const row = runs.getByRole('row', { name: /lenet5-[0-9]/ }).first()
    await expect.poll(() => row.textContent(), { timeout: 20_000 }).toMatch(/Stopped|Killed/)
    await row.click()
    await runs
      .getByRole('button', { name: /^Resume/ })
      .first()
      .click()
    const resumed = await goTo(next, 'Train')
    await resumed.getByText('Images/s').waitFor({ timeout: 60_000 })
    await resumed.getByRole('button', { name: 'Stop' }).click()
    await resumed.getByText('Stopped', { exact: true }).waitFor({ timeout: 60_000 })
  })

  it('says so where the training itself is killed, and resumes it', async () => {
    const { open, root } = fixture()
    const page = await open()
    await openFromGallery(page, /^LeNet-5/)
    await useDigits(page, 600)
    const screen = await train(page, 400)
    // Until it has begun, the last run of the same network is shown.
    await screen.getByRole('button', { name: 'Stop' }).waitFor({ timeout: 60_000 })
    const name = await screen
      .getByText(/^lenet5-[0-9]+$/)
      .first()
      .textContent()
    await screen.getByText(secondEpoch).waitFor({ timeout: 60_000 })
    const trainer = findTrainer(join(root, 'runs', name ?? ''))
    expect(trainer).toBeGreaterThan(1)
    if (trainer !== undefined) process.kill(trainer, 'SIGKILL')
    await screen
      .getByRole('alert')
      .getByText(/The training process was ended by SIGKILL, last heard of at step [0-9]+\./)
      .waitFor()
    await screen.getByText('Interrupted', { exact: true }).waitFor()
    await screen.getByRole('button', { name: /^Resume/ }).click()
    await screen.getByText(/^Resumed after step [0-9]+/).waitFor({ timeout: 60_000 })
    await screen.getByRole('button', { name: 'Stop' }).click()
    await screen.getByText('Stopped', { exact: true }).waitFor({ timeout: 60_000 })
  })

  it('lets two windows follow the same training', async () => {
    const { open } = fixture()
    const first = await open()
    await openFromGallery(first, /^LeNet-5/)
    await useDigits(first, 600)
    await train(first, 400)
    const second = await open()
    await second.getByRole('region', { name: 'Running now' }).getByRole('button').first().click()
    const screen = second.getByRole('main', { name: 'Train' })
    await screen.getByRole('img', { name: /^Loss\./ }).waitFor({ timeout: 60_000 })
    await screen.getByRole('button', { name: 'Stop' }).click()
    await first.getByText('Stopped', { exact: true }).waitFor({ timeout: 60_000 })
    await second.getByText('Stopped', { exact: true }).waitFor({ timeout: 60_000 })
  })
})
