// The panel of devices in a browser: found by the palette, tested again, chosen from by keyboard, closed with the focus given back.
import { AxeBuilder } from '@axe-core/playwright'
import { describe, expect, it } from 'vitest'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { runCommand } from './screens'

describe.skipIf(browserPath === undefined)(`devices${skipReason}`, () => {
  const fixture = useBrowser()

  it('shows every engine and device, tests them again, and lets one be chosen', async () => {
    const page = await fixture().open()
    await runCommand(page, 'Devices...')
    const panel = page.getByRole('dialog', { name: 'Devices' })
    const cpu = panel
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name: /^CPU/ }) })
      .first()
    await cpu.getByText('Works').waitFor({ timeout: 60_000 })
    expect(await cpu.textContent()).toMatch(/[\d,.]+ images\/s/u)
    expect(await panel.getByRole('rowheader').allTextContents()).toEqual(
      expect.arrayContaining([
        'Automatic',
        expect.stringContaining('GPU (WebGPU)'),
        expect.stringContaining('Core ML'),
      ]),
    )
    const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze()
    expect(violations.filter(({ impact }) => impact !== 'minor').map(({ id, help }) => `${id}: ${help}`)).toEqual([])
    await panel.getByRole('button', { name: 'Test again' }).click()
    await panel.getByRole('progressbar', { name: 'Progress of the test' }).waitFor()
    await panel.getByRole('button', { name: 'Cancel test' }).click()
    await panel.getByRole('button', { name: 'Test again' }).waitFor()
    expect(await panel.getByRole('radio', { name: 'Train on the fastest device' }).isChecked()).toBe(true)
    await panel.getByRole('radio', { name: 'Train on the fastest device' }).press('ArrowDown')
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Device: CPU' }).waitFor()
    expect(fixture().complaints).toEqual([])
  })
})
