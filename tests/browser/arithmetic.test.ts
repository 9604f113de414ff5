// The arithmetic on a screen: the stage gives the lectures' matrices, the field grows, the chart follows, comparisons state their numbers.
import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { openFromGallery, runCommand, selectLayer } from './screens'

/** Serious and critical violations as lines: rule and element. */
async function violationsOf(page: Page, part = '[role="dialog"]'): Promise<string[]> {
  await page.waitForTimeout(300)
  const { violations } = await new AxeBuilder({ page }).include(part).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target }) => `${id}: ${target.join(' ')}`))
}

async function closeDialog(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Close', exact: true }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
}

/** Takes an example of the lectures on the stage. */
async function takeExample(stage: Locator, page: Page, name: string): Promise<void> {
  await stage.getByRole('combobox', { name: 'Example of the lectures' }).click()
  await page.getByRole('option', { name, exact: true }).click()
}

describe.skipIf(browserPath === undefined)(`the arithmetic${skipReason}`, () => {
  const fixture = useBrowser()

  it('steps through the lectures’ matrices by keys, over an image, and shows all kernels', async () => {
    const page = await fixture().open()
    await page.getByRole('button', { name: /^Step through a convolution/ }).click()
    const stage = page.getByRole('dialog', { name: 'Convolution stage' })
    await stage.getByText('0·0 + 1·1 + 3·2 + 4·3 = 19').waitFor()
    await page.keyboard.press('ArrowRight')
    await stage.getByText('1·0 + 2·1 + 4·2 + 5·3 = 25').waitFor()
    await page.keyboard.press('End')
    await stage.getByText('4·0 + 5·1 + 7·2 + 8·3 = 43').waitFor()

    await takeExample(stage, page, 'The same, stride 3×2, padding 1')
    await stage.getByRole('button', { name: 'Step', exact: true }).click()
    await stage.getByText('0·0 + 0·1 + 1·2 + 2·3 = 8').waitFor()
    await takeExample(stage, page, 'Max pooling 2×2, stride 2')
    await stage.getByRole('button', { name: 'Play' }).click()
    await stage.getByText('max(5, 2, 90, 3) = 90').waitFor()
    await stage.getByRole('textbox', { name: 'Numbers, one row per line' }).fill('1 2\n3')
    await stage.getByText('Row 2 has 1 numbers and row 1 has 2.').waitFor()
    expect(await violationsOf(page)).toEqual([])

    await takeExample(stage, page, '3×3 with a 2×2 kernel')
    await stage.getByText('Image', { exact: true }).click()
    await stage.getByRole('img', { name: /^Output, 30 by 30/ }).waitFor()
    await stage.getByRole('tab', { name: 'All kernels side by side' }).click()
    await stage.getByRole('img', { name: 'Sharpen of the image' }).waitFor()
    expect(await violationsOf(page)).toEqual([])
    await stage.getByRole('button', { name: 'Step through Edges, 8 and −1' }).click()
    await stage.getByRole('img', { name: /^Output, 30 by 30/ }).waitFor()
    await closeDialog(page)
  })

  it('puts a layer’s numbers into its formulas, grows its field and follows the selection over depth', async () => {
    const page = await fixture().open()
    await openFromGallery(page, /^LeNet-5 1998/)
    await selectLayer(page, 'conv2')
    const inspector = page.getByRole('complementary', { name: 'Inspector' })
    await inspector.getByRole('button', { name: 'Show the arithmetic' }).click()
    // 14 - 5 + 1 = 10; (5*5*6 + 1)*16 = 2,416; 6 + 4*2 = 14
    await inspector.getByText('⌊(14 − 5 + 2·0)/1⌋ + 1').waitFor()
    await inspector.getByText('(5·5·6 + 1)·16').waitFor()
    await inspector.getByText('= 2,416').waitFor()
    await inspector.getByText('6 + (5 − 1)·2').waitFor()

    await page.getByRole('tab', { name: 'Cost over depth' }).click()
    await page.getByText(/^Most parameters: conv3 \(78%\)/).waitFor()
    const chart = page.getByRole('region', { name: 'Memory, parameters and multiplications by layer' })
    expect(await chart.getByRole('button', { name: /^conv2:/ }).getAttribute('aria-pressed')).toBe('true')
    await chart.getByRole('button', { name: /^conv3:/ }).click()
    await inspector.getByText('(5·5·16 + 1)·120').waitFor()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await inspector.getByText('(5·5·6 + 1)·16').waitFor()
    expect(await violationsOf(page, 'main')).toEqual([])

    await inspector.getByRole('button', { name: 'Show the receptive field' }).click()
    const field = page.getByRole('dialog', { name: 'Receptive field' })
    await field.getByText(/^The unit of conv2 at row \d+, column \d+ sees 14×14 px/).waitFor()
    // The middle of 28 pixels is row 14; units lie at 5 + 2n, so the nearest is number 5 of 0 to 9, and its left
    // neighbour the fifth.
    await field.getByText(/^The unit of conv2 at row 6, column 6 /).waitFor()
    await page.keyboard.press('Shift+ArrowLeft')
    await field.getByText(/^The unit of conv2 at row 6, column 5 /).waitFor()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await field.getByText(/^The unit of pool2 .* sees 16×16 px/).waitFor()
    await page.keyboard.press('ArrowRight')
    // 16 + 4*4 = 32 of 28 pixels: 28²/32² = 77%
    await field.getByText(/^The unit of conv3 .* sees 32×32 px.*77% of it lies on the image/).waitFor()
    expect(await violationsOf(page)).toEqual([])
  })

  it('compares networks with the lectures’ numbers and opens either', async () => {
    const page = await fixture().open()
    await page.getByRole('button', { name: /^Inception, naive or with bottlenecks/ }).click()
    const dialog = page.getByRole('dialog')
    const measures = dialog.getByRole('table', { name: 'Measures' })
    await measures.getByRole('row', { name: /^Multiplications 854,196,224 271,351,808/ }).waitFor()
    await measures.getByRole('row', { name: /^Output 672×28×28 480×28×28/ }).waitFor()
    await dialog.getByText(/The lecture prints 358M/).waitFor()
    expect(await violationsOf(page)).toEqual([])
    await dialog.getByText('One 7×7 or three 3×3', { exact: true }).click()
    await measures.getByRole('row', { name: /^Parameters 200,704 110,592/ }).waitFor()
    await dialog.getByRole('button', { name: 'Open right in Design' }).click()
    const outline = page.getByRole('listbox', { name: 'Outline' })
    await outline.getByRole('option', { name: 'conv3, Conv2D, 64×56×56' }).waitFor()
    await runCommand(page, 'Compare: MLP or CNN on the same photograph')
    await measures.getByRole('row', { name: /^Parameters 3,600,000,302/ }).waitFor()
  })
})
