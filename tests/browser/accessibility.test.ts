// axe on every screen and dialog in both themes: nothing critical, serious or moderate.
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { goTo, openFromGallery, runCommand, secondEpoch, selectLayer, train, useDigits } from './screens'

/** What depends on colours; all else is the same in both themes. */
const colourRules = ['color-contrast', 'link-in-text-block']

/** Violations that are more than minor, as lines: rule, element, what is wrong. */
async function violationsOf(page: Page, rules: readonly string[] | null): Promise<string[]> {
  // What is in order is not gathered: that is half of the time.
  const builder = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  const { violations } = await (rules === null ? builder : builder.withRules([...rules])).analyze()
  return violations
    .filter(({ impact }) => impact !== 'minor')
    .flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ target, failureSummary = '' }) => {
        const [, summary = ''] = failureSummary.split('\n')
        return `${id}: ${target.join(' ')}: ${summary.trim()}`
      }),
    )
}

/** The theme that the page has followed the system to. */
function themeOf(page: Page): Promise<string | null> {
  return page.locator('html').getAttribute('data-mantine-color-scheme')
}

describe.skipIf(browserPath === undefined)(`accessibility${skipReason}`, () => {
  const fixture = useBrowser()

  it('has no violation of weight on any screen or dialog, dark or light', async () => {
    const { open, newContext } = fixture()
    const page = await open(await newContext({ colorScheme: 'dark' }))
    const found: Record<string, string[]> = {}
    const look = async (name: string): Promise<void> => {
      // Away from everything that shows a tooltip, which belongs to no landmark.
      await page.mouse.move(1, 450)
      await page.waitForTimeout(400)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await expect.poll(() => themeOf(page)).toBe(colorScheme)
        // Colours of controls change in 160 ms.
        await page.waitForTimeout(200)
        const violations = await violationsOf(page, colorScheme === 'light' ? null : colourRules)
        if (violations.length > 0) found[`${name}, ${colorScheme}`] = violations
      }
    }
    const lookAtDialog = async (name: string): Promise<void> => {
      await look(`dialog: ${name}`)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
    await look('start page')
    await goTo(page, 'Design')
    await look('empty design')
    await goTo(page, 'Data')
    await look('empty data')
    await goTo(page, 'Train')
    await look('empty train')
    await goTo(page, 'Evaluate')
    await look('empty evaluate')
    await goTo(page, 'Runs')
    await look('empty runs')
    await page.getByRole('button', { name: 'Start page' }).click()
    await page.getByRole('button', { name: 'Experiments of the lectures' }).click()
    await page.getByRole('heading', { name: 'Perceptron and XOR' }).waitFor()
    await look('experiments')
    await page.getByRole('button', { name: 'Start page' }).click()
    await openFromGallery(page, /^LeNet-5/)
    await selectLayer(page, 'conv1')
    await look('design')
    await page.getByRole('tab', { name: 'Analysis' }).click()
    await look('analysis')
    await page.getByRole('button', { name: 'All commands' }).click()
    await page.getByRole('textbox', { name: 'Search commands' }).waitFor()
    await look('palette of commands')
    await page.keyboard.press('Escape')
    await useDigits(page, 200)
    await look('data')
    const images = page.getByRole('list', { name: 'Images', exact: true }).getByRole('button')
    await images.first().dblclick()
    await page.getByRole('dialog').getByText('As it is').waitFor()
    await lookAtDialog('image')
    const training = await train(page, 400)
    await training.getByText(secondEpoch).waitFor({ timeout: 60_000 })
    await training.getByRole('button', { name: 'Pause' }).click()
    await training.getByText('Paused', { exact: true }).waitFor()
    await look('paused training')
    await training.getByRole('button', { name: 'Stop' }).click()
    await training.getByText('Stopped', { exact: true }).waitFor({ timeout: 60_000 })
    await look('train')
    const evaluation = await goTo(page, 'Evaluate')
    await evaluation.getByRole('button', { name: 'Evaluate', exact: true }).click()
    await evaluation.getByText('Top-1 accuracy').waitFor({ timeout: 60_000 })
    await look('evaluate')
    await evaluation.getByRole('button', { name: 'Export model' }).click()
    await page.getByRole('dialog', { name: /^Export / }).waitFor()
    await lookAtDialog('export')
    const runs = await goTo(page, 'Runs')
    await runs.getByRole('row').nth(1).click()
    await look('runs')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await lookAtDialog('keys')
    await page.keyboard.press('F1')
    const manual = page.getByRole('dialog', { name: 'Manual' })
    await manual.getByRole('article', { name: 'Runs and what they are of' }).waitFor()
    await manual.getByRole('searchbox', { name: 'Search the manual' }).fill('conv2d')
    await page.keyboard.press('Enter')
    await manual.getByRole('article', { name: 'Conv2D', exact: true }).getByText('Number of kernels').waitFor()
    await lookAtDialog('manual')
    await page.keyboard.press('Control+o')
    await page.getByRole('dialog', { name: 'Open a network' }).waitFor()
    await lookAtDialog('open')
    await page.keyboard.press('Control+s')
    await page.getByRole('dialog', { name: 'Save the network' }).waitFor()
    await lookAtDialog('save')
    await runCommand(page, 'Close tab')
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).waitFor()
    await lookAtDialog('unsaved changes')
    expect(found).toEqual({})
    // Forty looks of axe at whole screens.
  }, 480_000)
})
