// The table of runs: a note that stays, going on with a run, its network as it was, deleting with undo.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { goTo, openFromGallery, readOutline, secondEpoch, selectLayer, train, useDigits } from './screens'

describe.skipIf(browserPath === undefined)(`the runs${skipReason}`, () => {
  const fixture = useBrowser()

  it('keeps a note, resumes, opens the network as it was trained, deletes and takes it back', async () => {
    const { open, root } = fixture()
    const page = await open()
    await openFromGallery(page, /^LeNet-5/)
    await useDigits(page, 300)
    const training = await train(page, 400)
    await training.getByText(secondEpoch).waitFor({ timeout: 60_000 })
    await training.getByRole('button', { name: 'Stop' }).click()
    await training.getByText('Stopped', { exact: true }).waitFor({ timeout: 60_000 })
    // The network on the canvas goes on changing; the run keeps its own.
    await goTo(page, 'Design')
    await selectLayer(page, 'relu4')
    await page.keyboard.press('Delete')
    await expect.poll(() => readOutline(page)).toHaveLength(12)

    const runs = await goTo(page, 'Runs')
    const row = runs.getByRole('row', { name: /lenet5-1/ })
    await row.getByText('Stopped').click()
    const particulars = runs.getByRole('complementary', { name: 'Particulars of lenet5-1' })
    await particulars.getByRole('textbox', { name: 'Note' }).fill('stopped early, on purpose')
    await page.keyboard.press('Tab')
    await page.reload()
    await goTo(page, 'Runs')
    await runs.getByRole('textbox', { name: 'Filter runs' }).fill('on purpose')
    await runs.getByText('1 of 1 run').waitFor()
    await row.getByText('Stopped').click()
    expect(await particulars.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('stopped early, on purpose')

    await particulars.getByRole('button', { name: /^Resume from epoch [1-9]/ }).click()
    const resumed = await goTo(page, 'Train')
    await resumed.getByText(/^Resumed after step [0-9]+/).waitFor({ timeout: 60_000 })
    await resumed.getByRole('button', { name: 'Stop' }).click()
    await resumed.getByText('Stopped', { exact: true }).waitFor({ timeout: 60_000 })

    await goTo(page, 'Runs')
    await row.getByRole('button', { name: 'Actions of lenet5-1' }).click()
    await page.getByRole('menuitem', { name: 'Open network as trained' }).click()
    await expect.poll(() => readOutline(page)).toHaveLength(13)

    await goTo(page, 'Runs')
    await row.getByRole('button', { name: 'Actions of lenet5-1' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await row.waitFor({ state: 'hidden' })
    await expect(stat(join(root, 'runs', 'lenet5-1'))).rejects.toThrow('ENOENT')
    await page.getByRole('button', { name: 'Undo', exact: true }).last().click()
    await row.waitFor()
    expect((await stat(join(root, 'runs', 'lenet5-1', 'run.json'))).isFile()).toBe(true)
  })
})
