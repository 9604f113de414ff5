// The core of the story by keyboard alone: a network drawn, undone and redone, its dataset chosen, saved.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { readOutline, runCommand } from './screens'

/** Adds a layer after the selection: A, its name, Enter. */
async function addLayer(page: Page, title: string): Promise<void> {
  await page.keyboard.press('a')
  const field = page.getByRole('combobox', { name: 'Search layers' })
  await field.waitFor()
  await page.keyboard.type(title)
  await page.keyboard.press('Enter')
  await field.waitFor({ state: 'hidden' })
}

/** Presses Tab until the control has the focus. */
async function tabTo(page: Page, role: 'textbox' | 'button', name: string): Promise<void> {
  const target = page.getByRole(role, { name, exact: true }).first()
  await target.waitFor()
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return
  }
  throw new Error(`Tab does not reach the ${role} "${name}"`)
}

describe.skipIf(browserPath === undefined)(`the story by keyboard${skipReason}`, () => {
  const fixture = useBrowser()

  it('draws, undoes to empty and redoes, chooses a dataset and saves', async () => {
    const page = await fixture().open()
    await runCommand(page, 'New network')
    await page.getByRole('main', { name: 'Design' }).waitFor()
    await page.getByRole('application', { name: 'Network' }).focus()
    for (const title of ['Input', 'Conv2D', 'ReLU', 'Flatten', 'Dense']) await addLayer(page, title)
    const drawn = await readOutline(page)
    expect(drawn.map((row) => row.split(', ')[1])).toEqual(['Input', 'Conv2D', 'ReLU', 'Flatten', 'Dense'])
    await page
      .getByRole('tabpanel', { name: /^Problems/ })
      .getByText('No problems')
      .waitFor()

    for (let step = 0; step < 5; step++) await page.keyboard.press('Control+z')
    await page.getByText('Layers appear here in the order of the data.').waitFor()
    for (let step = 0; step < 5; step++) await page.keyboard.press('Control+y')
    await expect.poll(() => readOutline(page)).toEqual(drawn)

    await runCommand(page, 'Go to Data')
    await tabTo(page, 'textbox', 'Folder, file or reference')
    await page.keyboard.type('builtin:shapes')
    await page.keyboard.press('Enter')
    await page.getByRole('complementary', { name: 'Dataset' }).waitFor()

    await page.keyboard.press('Control+s')
    const dialog = page.getByRole('dialog', { name: 'Save the network' })
    const name = dialog.getByRole('textbox', { name: 'File name' })
    await name.waitFor()
    await dialog.getByText('No folders or networks here.').waitFor()
    await page.keyboard.press('Control+a')
    await page.keyboard.type('typed')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'File menu of typed, Saved' }).waitFor()
    expect(await readFile(join(fixture().root, 'typed.netloom.json'), 'utf8')).toContain('conv2d')
  })
})
