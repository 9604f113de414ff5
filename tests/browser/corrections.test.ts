// Mending a dataset by mouse and keys on the Data screen: selecting, another class or split, leaving out, merging, undo, history.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { plainPng } from '../datasets/imageFiles'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { goTo, openFromGallery, train, useDigits } from './screens'

/** Three classes of 20 images each; one image stands in two classes. */
async function makeAnimals(folder: string): Promise<void> {
  for (const [place, name] of ['bird', 'cat', 'dog'].entries()) {
    await mkdir(join(folder, name), { recursive: true })
    for (let index = 0; index < 20; index++)
      await writeFile(join(folder, name, `${index}.png`), await plainPng([12 * index, 100 * place, 90], 16))
  }
  await writeFile(join(folder, 'dog', 'copy.png'), await readFile(join(folder, 'cat', '3.png')))
}

async function openFolder(page: Page, path: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Train on my images' }).click()
  const data = page.getByRole('main', { name: 'Data' })
  await data.getByPlaceholder('/path/to/images or mnist:/path').fill(path)
  await page.keyboard.press('Enter')
  await data.getByRole('list', { name: 'Classes and their images' }).waitFor()
  return data
}

describe.skipIf(browserPath === undefined)(`mending a dataset${skipReason}`, () => {
  const fixture = useBrowser()

  it('gives selected images another class or split, leaves them out, merges classes, and takes all of it back', async () => {
    const folder = join(fixture().root, 'animals')
    await makeAnimals(folder)
    const before = await readdir(folder, { recursive: true })
    const page = await fixture().open()
    const data = await openFolder(page, folder)
    const classes = data.getByRole('list', { name: 'Classes and their images' })
    const images = data.getByRole('list', { name: 'Images', exact: true }).getByRole('button')
    const selected = data.getByRole('region', { name: 'Selected images' })
    const changes = data.getByRole('list', { name: 'Changes, the newest first' }).getByRole('listitem')
    const classOf = (name: string, count: number) =>
      classes.getByRole('button', { name: new RegExp(`^${name}\\s*${count}$`) })
    await classOf('cat', 20).waitFor()

    // What was found: the image in two classes is a cat.
    await data.getByRole('button', { name: 'Mend cat/3.png' }).click()
    await page.getByRole('menuitem', { name: 'All are cat' }).click()
    await classOf('cat', 21).waitFor()
    await classOf('dog', 20).waitFor()
    await data.getByText('in more than one class').waitFor({ state: 'detached' })

    // A click, Shift and Ctrl: three images become a new class.
    await classes.getByRole('button', { name: /^bird/ }).click()
    await images.nth(2).click()
    await images.nth(3).click({ modifiers: ['Shift'] })
    await images.nth(6).click({ modifiers: ['ControlOrMeta'] })
    await selected.getByText('3 images').waitFor()
    await selected.getByRole('combobox', { name: 'Class of the selected images' }).fill('duck')
    await page.getByRole('option', { name: 'New class "duck"' }).click()
    await classOf('duck', 3).waitFor()
    await classOf('bird', 17).waitFor()

    // Keys: the first two images go to the test split, the next one is left out.
    await images.first().focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Shift+ArrowRight')
    await selected.getByText('2 images').waitFor()
    await selected.getByRole('combobox', { name: 'Split of the selected images' }).click()
    await page.getByRole('option', { name: 'Test' }).click()
    await selected.getByText('2 images moved to test').waitFor()
    await images.first().click()
    await selected.getByRole('button', { name: 'Leave out' }).click()
    await classOf('bird', 16).waitFor()
    await page.keyboard.press('Control+z')
    await classOf('bird', 17).waitFor()
    await page.keyboard.press('Control+y')
    await classOf('bird', 16).waitFor()

    await classes.getByRole('button', { name: 'Merge class dog into another' }).click()
    await page.getByRole('combobox', { name: 'Class to merge into' }).click()
    await page.getByRole('option', { name: 'cat' }).click()
    await page.getByRole('button', { name: 'Merge into cat' }).click()
    await classOf('cat', 41).waitFor()
    await changes.nth(4).waitFor()
    expect(await changes.count()).toBe(5)

    // Into the files, and back.
    await data.getByRole('button', { name: 'Apply to the files...' }).click()
    const dialog = page.getByRole('dialog', { name: 'Apply the changes to the files' })
    await dialog.getByText('What is left out goes beside the folder').waitFor()
    await dialog.getByRole('button', { name: /^Move \d+ files$/ }).click()
    await dialog.getByText(/^\d+ files moved\.$/).waitFor()
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
    expect((await readdir(folder)).filter((name) => !name.endsWith('.json')).sort()).toEqual(['bird', 'cat', 'duck'])
    expect(await readdir(`${folder}-left-out/bird`)).toHaveLength(1)
    await classOf('cat', 41).waitFor()
    await data.getByRole('button', { name: 'Move them back' }).click()
    await changes.nth(4).waitFor()

    // One of them, and then all.
    await data.getByRole('button', { name: 'Take back: 1 image left out, from bird' }).click()
    await classOf('bird', 17).waitFor()
    await data.getByRole('button', { name: 'Take all back' }).click()
    await classOf('dog', 21).waitFor()
    await classOf('bird', 20).waitFor()
    expect((await readdir(folder, { recursive: true })).filter((name) => !name.endsWith('.json'))).toEqual(before)
  })

  it('trains a run again on what was corrected from its mistakes, and says what that gained', async () => {
    const page = await fixture().open()
    await openFromGallery(page, /^LeNet-5/)
    await useDigits(page, 120)
    const training = await train(page, 2)
    await training.getByText('Finished', { exact: true }).first().waitFor({ timeout: 120_000 })
    const evaluate = await goTo(page, 'Evaluate')
    await evaluate.getByRole('button', { name: 'Evaluate', exact: true }).click()
    await evaluate.getByRole('tab', { name: /^Mistakes/ }).click()
    const mistakes = evaluate.getByRole('region', { name: 'All mistakes' })
    await mistakes.getByRole('listitem').first().getByRole('button').click()
    await mistakes.getByRole('button', { name: 'Leave out' }).click()
    await evaluate.getByText('1 change of the dataset since this run').waitFor()
    await evaluate.getByRole('button', { name: 'Train again' }).click()
    await evaluate.getByText('Trained again on the corrected images').waitFor({ timeout: 120_000 })
    await evaluate.getByText(/^(?:Better|Worse|Cannot be told apart): .*95%: .* on 119 images/).waitFor()
    await evaluate.getByRole('button', { name: 'Evaluate the new run' }).waitFor()
  })
})
