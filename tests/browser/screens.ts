// The ways a person takes through the app, by roles and names only; not a test.
import type { Locator, Page } from 'playwright-core'

export type ScreenTitle = 'Design' | 'Data' | 'Train' | 'Evaluate' | 'Runs'

/** Goes to a screen by its tab and waits until it is drawn. */
export async function goTo(page: Page, title: ScreenTitle): Promise<Locator> {
  await page.getByRole('tab', { name: title, exact: true }).click()
  const screen = page.getByRole('main', { name: title })
  await screen.waitFor()
  return screen
}

/** Opens an architecture from the gallery of the start page. */
export async function openFromGallery(page: Page, title: RegExp): Promise<void> {
  await page.getByRole('button', { name: title }).first().click()
  await page.getByRole('listbox', { name: 'Outline' }).waitFor()
}

/** The layers as the outline lists them: `conv1, Conv2D, 6×28×28`. */
export async function readOutline(page: Page): Promise<string[]> {
  const rows = await page.getByRole('listbox', { name: 'Outline' }).getByRole('option').all()
  return Promise.all(rows.map(async (row) => (await row.getAttribute('aria-label')) ?? ''))
}

/** Selects a layer by the outline. */
export async function selectLayer(page: Page, id: string): Promise<void> {
  await page
    .getByRole('listbox', { name: 'Outline' })
    .getByRole('option', { name: new RegExp(`^${id},`) })
    .click()
}

/** Takes the built-in digits with a limit per split. */
export async function useDigits(page: Page, limit: number): Promise<void> {
  const data = await goTo(page, 'Data')
  await data.getByRole('button', { name: /Digits/ }).click()
  await data.getByRole('button', { name: /^Splits/ }).click()
  await data.getByRole('textbox', { name: 'At most per split' }).fill(String(limit))
  await data.getByRole('button', { name: 'Apply', exact: true }).click()
  await data.getByRole('button', { name: /^Splits \(1 set\)/ }).waitFor()
  const fix = data.getByRole('button', { name: 'Use this one for the network' })
  if (await fix.isVisible()) await fix.click()
}

/** The epoch as the header of a run of 400 epochs shows it, once a whole one is done: from then on its weights can be used. */
export const secondEpoch = /^(?:[2-9]|[1-9][0-9]+) of 400$/

/** Sets the number of epochs and starts a training. */
export async function train(page: Page, epochs: number): Promise<Locator> {
  const screen = await goTo(page, 'Train')
  const recipe = screen.getByRole('complementary', { name: 'Recipe' })
  await recipe.getByRole('textbox', { name: 'Epochs' }).fill(String(epochs))
  await recipe.getByRole('button', { name: 'Train', exact: true }).click()
  await screen.getByRole('img', { name: /^Loss\./ }).waitFor({ timeout: 60_000 })
  return screen
}

/** Opens the palette of commands, types and presses Enter. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+K')
  const field = page.getByRole('textbox', { name: 'Search commands' })
  await field.waitFor()
  await field.fill(title)
  await page.getByRole('button', { name: title }).first().waitFor()
  await page.keyboard.press('Enter')
}
