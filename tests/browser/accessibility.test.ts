// axe on every screen in both themes: nothing serious or critical.
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { goTo, openFromGallery, selectLayer, train, useDigits } from './screens'

/** Serious and critical violations as lines: rule, element, what is wrong. */
async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ target, failureSummary = '' }) => {
        const [, summary = ''] = failureSummary.split('\n')
        return `${id}: ${target.join(' ')}: ${summary.trim()}`
      }),
    )
}

describe.skipIf(browserPath === undefined)(`accessibility${skipReason}`, () => {
  const fixture = useBrowser()

  it.each(['dark', 'light'] as const)('has no serious violation on any screen, %s', async (colorScheme) => {
    const { open, newContext } = fixture()
    const page = await open(await newContext({ colorScheme }))
    const found: Record<string, string[]> = {}
    const look = async (name: string): Promise<void> => {
      await page.waitForTimeout(300)
      const violations = await violationsOf(page)
      if (violations.length > 0) found[name] = violations
    }
    await look('start page')
    await goTo(page, 'Design')
    await look('empty design')
    await goTo(page, 'Data')
    await look('empty data')
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
    const training = await train(page, 1)
    await training.getByText('Finished', { exact: true }).waitFor({ timeout: 120_000 })
    await look('train')
    const evaluation = await goTo(page, 'Evaluate')
    await evaluation.getByRole('button', { name: 'Evaluate', exact: true }).click()
    await evaluation.getByText('Top-1 accuracy').waitFor({ timeout: 60_000 })
    await look('evaluate')
    const runs = await goTo(page, 'Runs')
    await runs.getByRole('row').nth(1).click()
    await look('runs')
    await page.keyboard.press('Control+o')
    await page.getByRole('dialog').waitFor()
    await look('file browser')
    expect(found).toEqual({})
  })
})
