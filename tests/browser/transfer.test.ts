// A trained ONNX file in the app: opened with its receipt, measured, fitted to other classes, fine-tuned, compared, exported, opened again.
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { findArchitecture } from '../../src/shared/lectures/architectures/index'
import { initialiseWeights } from '../../src/shared/network/initialise'
import { lowerDocument } from '../../src/shared/lower/lower'
import { toModel } from '../../src/shared/lower/networkModel'
import { encodeModel } from '../../src/shared/onnx/bytes'
import { plainPng, type Colour } from '../datasets/imageFiles'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { goTo, runCommand } from './screens'

const shared = fileURLToPath(new URL('../../../shared', import.meta.url))
const pretrained = join(shared, 'models', 'resnet20-cifar10-bn.onnx')
const images = join(shared, 'data', 'cifar10', 'test')
const hasPretrained = existsSync(pretrained) && existsSync(images)

/** ResNet-20 with random weights: what there is where nobody has trained one. */
function randomResNet(): Uint8Array {
  const document = findArchitecture('resnet20-cifar')?.build({ classes: 10 })
  if (!document) throw new Error('there is no resnet20-cifar')
  const lowered = lowerDocument(document, { mode: 'inference', weights: initialiseWeights(document, 1) })
  return encodeModel(toModel(lowered, { producerVersion: '0' }))
}

const colours: Readonly<Record<string, Colour>> = { blue: [30, 40, 220], green: [30, 200, 60], red: [220, 40, 30] }

/** Three classes that a colour tells apart, in a folder each; `test` and `train`. */
async function writeImages(folder: string): Promise<void> {
  for (const [shift, split] of ['train', 'test'].entries())
    for (const [name, [r, g, b]] of Object.entries(colours)) {
      const place = join(folder, split, name)
      await mkdir(place, { recursive: true })
      for (let index = 0; index < 24; index++)
        await writeFile(join(place, `${index}.png`), await plainPng([r - index, g - index, b - shift], 32))
    }
}

async function openModel(page: Page, name: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Open a trained ONNX network' }).click()
  await page.getByRole('button', { name: new RegExp(`^${name}`) }).dblclick()
  const dialog = page.getByRole('dialog', { name })
  await dialog.waitFor()
  return dialog
}

async function chooseDataset(page: Page, reference: string, classes: number): Promise<void> {
  const data = await goTo(page, 'Data')
  await data.getByRole('textbox', { name: 'Folder, file or reference' }).fill(reference)
  await page.keyboard.press('Enter')
  await data.getByText(`${classes} classes`, { exact: true }).first().waitFor({ timeout: 30_000 })
}

async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact !== 'minor')
    .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target }) => `${id}: ${target.join(' ')}`))
}

describe.skipIf(browserPath === undefined)(`a trained network of another program${skipReason}`, () => {
  const fixture = useBrowser()
  beforeAll(async () => {
    const { root } = fixture()
    if (hasPretrained) {
      await cp(pretrained, join(root, 'resnet.onnx'))
      await cp(images, join(root, 'cifar'), { recursive: true })
    } else await writeFile(join(root, 'resnet.onnx'), randomResNet())
    await writeFile(join(root, 'cut.onnx'), randomResNet().subarray(0, 5000))
    await writeImages(join(root, 'colours'))
  })

  it('is opened with a receipt, fitted to other classes, trained, compared, exported and opened again', async () => {
    const { root, open } = fixture()
    const page = await open()
    const dialog = await openModel(page, 'resnet.onnx')
    await dialog.getByRole('region', { name: 'Receipt' }).getByText('Gives what the file gives').waitFor()
    await dialog.getByText('269,722').waitFor()
    await dialog.getByText('8 nodes').waitFor()
    await dialog.getByRole('list', { name: 'What the network says of the image' }).waitFor()
    expect(await violationsOf(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Open on the canvas' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByRole('listbox', { name: 'Outline' }).waitFor()
    await page.getByText('39 of 39 layers').waitFor()

    if (hasPretrained) {
      // 80.4% is what ../shared/reference/resnet20-cifar10.json records for these 1,000 images.
      await chooseDataset(page, `folder:${join(root, 'cifar')}`, 10)
      const evaluate = await goTo(page, 'Evaluate')
      await evaluate.getByRole('button', { name: 'Evaluate', exact: true }).click()
      const top1 = evaluate.locator('dt', { hasText: 'Top-1' }).locator('xpath=following-sibling::dd[1]')
      await top1.waitFor({ timeout: 60_000 })
      expect(Number.parseFloat((await top1.textContent()) ?? '')).toBeCloseTo(80.4, 0)
    }

    await chooseDataset(page, `folder:${join(root, 'colours')}`, 3)
    const setup = await goTo(page, 'Train')
    await setup.getByRole('button', { name: 'Replace the head for 3 classes' }).click()
    await setup.getByRole('button', { name: 'Freeze the body' }).click()
    await setup.getByText(/38 of 39 layers; \S+ starts anew/).waitFor()
    await setup.getByText(/^195 parameters learn, 269,072 are frozen/).waitFor()
    expect(await violationsOf(page)).toEqual([])
    await setup.getByRole('textbox', { name: 'Epochs', exact: true }).fill('2')
    await setup.getByRole('textbox', { name: 'Batch size' }).fill('8')
    await setup.getByRole('textbox', { name: 'Learning rate', exact: true }).fill('0.03')
    await setup.getByRole('button', { name: 'Train', exact: true }).last().click()
    await setup.getByText('Finished').first().waitFor({ timeout: 90_000 })

    await runCommand(page, 'What changed...')
    const diff = page.getByRole('dialog', { name: 'What changed' })
    await diff.getByRole('row', { name: /^Starts anew/ }).waitFor()
    await diff.getByRole('row', { name: 'Parameters 269,722 269,267 −455' }).waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.keyboard.press('Escape')

    const evaluate = await goTo(page, 'Evaluate')
    await evaluate.getByRole('button', { name: 'Evaluate', exact: true }).click()
    await evaluate.getByRole('tab', { name: 'Compare' }).click({ timeout: 30_000 })
    await evaluate.getByRole('button', { name: 'Choose a file' }).waitFor()
    await evaluate.getByRole('button', { name: 'Export model' }).click()
    const exporting = page.getByRole('dialog', { name: /^Export/ })
    await exporting.getByRole('button', { name: 'Choose where to save' }).click()
    const save = page.getByRole('dialog', { name: 'Export as ONNX' })
    await save.getByRole('textbox', { name: 'File name' }).fill('tuned.onnx')
    await save.getByRole('button', { name: 'Export', exact: true }).click()
    await exporting.getByText('equal but for rounding').waitFor({ timeout: 30_000 })
    expect(await violationsOf(page)).toEqual([])
    await exporting.getByRole('button', { name: 'Done' }).click()

    // A second model of the same classes: the file that was just written.
    await evaluate.getByRole('button', { name: 'Choose a file' }).click()
    await page.getByRole('button', { name: /^tuned.onnx/ }).dblclick()
    await evaluate.getByText('They agree on 72 images of 72.').waitFor({ timeout: 30_000 })

    await runCommand(page, 'Save as...')
    const saving = page.getByRole('dialog', { name: 'Save the network' })
    await saving.getByRole('textbox', { name: 'File name' }).fill('mine')
    await saving.getByRole('button', { name: 'Save', exact: true }).click()
    await saving.waitFor({ state: 'hidden' })
    await page.getByText('Saved', { exact: true }).waitFor()
    const names = await readdir(root)
    expect(names.filter((name) => name.startsWith('mine')).toSorted()).toEqual([
      'mine.netloom',
      'mine.receipt.json',
      'mine.safetensors',
    ])
    // What was open comes back.
    await page.reload()
    await page.getByRole('button', { name: 'File menu of mine, Saved' }).waitFor()
    await runCommand(page, 'Go to the start page')
    const again = await openModel(page, 'tuned.onnx')
    await again.getByText('Gives what the file gives').waitFor()
    await again.getByText('As the file says.').waitFor()
    await again.getByText('blue, green, red').waitFor()
  })

  it('that is cut short is refused in words, and nothing is lost', async () => {
    const page = await fixture().open()
    const dialog = await openModel(page, 'cut.onnx')
    await dialog.getByText('cut.onnx was not opened').waitFor()
    expect(await violationsOf(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByRole('heading', { name: 'Netloom' }).waitFor()
  })
})
