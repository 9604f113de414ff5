// Several networks open at once, as a person works with them: going, closing, ordering, and their return after a reload.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { lenet5 } from '../../src/shared/lectures/architectures/lenet5'
import { serializeDocument } from '../../src/shared/graph/schema'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { goTo, openFromGallery, readOutline, selectLayer } from './screens'

const tabs = (page: Page) => page.getByRole('tablist', { name: 'Open networks' }).getByRole('tab')
const names = (page: Page) => tabs(page).evaluateAll((all) => all.map((tab) => tab.getAttribute('aria-label')))
const shown = (page: Page) => page.getByRole('tablist', { name: 'Open networks' }).getByRole('tab', { selected: true })

async function openByAddress(page: Page, file: string): Promise<void> {
  await page.evaluate((path) => (location.hash = `open=${encodeURIComponent(path)}`), file)
}

describe.skipIf(browserPath === undefined)(`tabs${skipReason}`, () => {
  const fixture = useBrowser()

  it('keep each network as it was left, and come back after a reload, in order, the same one shown', async () => {
    const { open, root } = fixture()
    const file = join(root, 'saved.netloom')
    await writeFile(file, serializeDocument({ ...lenet5.build(), name: 'saved' }))
    const page = await open()
    await openFromGallery(page, /^LeNet-5/)
    expect(await tabs(page).count()).toBe(0)
    await selectLayer(page, 'relu4')
    await page.keyboard.press('Delete')
    await page.getByRole('option', { name: /^relu4,/ }).waitFor({ state: 'hidden' })
    const drawn = await readOutline(page)
    await openByAddress(page, file)
    await expect.poll(() => names(page)).toEqual(['lenet5, unsaved changes', 'saved'])
    await goTo(page, 'Train')
    // The same file once more, from elsewhere: it is shown, not opened twice.
    await page.keyboard.press('Alt+PageUp')
    await page.getByRole('main', { name: 'Design' }).waitFor()
    expect(await readOutline(page)).toEqual(drawn)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => readOutline(page)).toHaveLength(13)
    await page.getByRole('button', { name: 'Redo' }).click()
    await openByAddress(page, file)
    await expect.poll(() => shown(page).getAttribute('aria-label')).toBe('saved')
    expect(await tabs(page).count()).toBe(2)
    await tabs(page).first().click()
    await page.getByRole('button', { name: 'New network in a tab' }).click()
    await tabs(page).nth(1).dragTo(tabs(page).first())
    const order = ['untitled', 'lenet5, unsaved changes', 'saved']
    expect(await names(page)).toEqual(order)
    await tabs(page).nth(1).click()
    // The copy of what is not saved is kept some seconds after the last change.
    await page.waitForTimeout(3500)
    page.on('dialog', (dialog) => void dialog.accept())
    await page.reload()
    await expect.poll(() => names(page), { timeout: 10_000 }).toEqual(order.slice(1))
    expect(await shown(page).getAttribute('aria-label')).toBe('lenet5, unsaved changes')
    await expect.poll(() => readOutline(page)).toEqual(drawn)
    expect(await page.getByRole('alert', { name: 'Unsaved work was kept' }).count()).toBe(0)
  })

  it('close by key, by the middle button and by their cross, asking about what is not saved', async () => {
    const { open } = fixture()
    const page = await open()
    await openFromGallery(page, /^LeNet-5/)
    for (const title of ['AlexNet', 'VGG']) {
      await page.getByRole('button', { name: 'Start page' }).click()
      await openFromGallery(page, new RegExp(`^${title}`))
    }
    expect(await tabs(page).count()).toBe(3)
    await selectLayer(page, (await readOutline(page))[3]?.split(',')[0] ?? '')
    await page.keyboard.press('Delete')
    await page.keyboard.press('Alt+w')
    const question = page.getByRole('dialog', { name: /^Save changes to / })
    await question.getByRole('button', { name: 'Cancel' }).click()
    expect(await tabs(page).count()).toBe(3)
    await tabs(page).nth(2).click({ button: 'middle' })
    await question.getByRole('button', { name: 'Do not save' }).click()
    await expect.poll(() => names(page)).toEqual(['lenet5', 'alexnet'])
    expect(await shown(page).getAttribute('aria-label')).toBe('alexnet')
    await page.getByTitle('Close lenet5').click()
    // A single one needs no bar.
    await expect.poll(() => tabs(page).count()).toBe(0)
    await page.keyboard.press('Alt+w')
    await page.getByRole('main', { name: 'Start page' }).waitFor()
  })
})
