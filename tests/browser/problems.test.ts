// Looking for problems on the Data screen: the search with its end, kinds with counts, the figures, mending, and what is kept.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../src/shared/training/randomStream'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'

const side = 48

/** Stripes in the direction of the class, each with a blob of its own. */
function draw(isAcross: boolean, seed: number): Sharp {
  const random = new RandomStream(seed, isAcross ? 'across' : 'down')
  const [pitch, phase] = [random.between(6, 16), random.between(0, 6)]
  const [x0, y0, r] = [random.between(8, 40), random.between(8, 40), random.between(5, 10)]
  const values = Uint8Array.from({ length: side * side * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % side, Math.floor(at / 3 / side)]
    const stripe = 120 + 70 * Math.sin((2 * Math.PI * (isAcross ? y : x)) / pitch + phase)
    const colour = (x - x0) ** 2 + (y - y0) ** 2 < r * r ? 240 - 60 * (at % 3) : stripe
    return Math.max(0, Math.min(255, colour + random.between(-10, 10)))
  })
  return sharp(values, { raw: { width: side, height: side, channels: 3 } })
}

async function makeStripes(folder: string): Promise<void> {
  const write = async (name: string, image: Sharp): Promise<void> => {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), await image.png().toBuffer())
  }
  for (const name of ['across', 'down'])
    for (let seed = 0; seed < 40; seed++) await write(`${name}/${seed}.png`, draw(name === 'across', seed))
  await write('down/wrong.png', draw(true, 200))
  await write('down/lighter.png', draw(true, 3).linear(1.1, 5))
  await write('down/dark.png', draw(false, 5).linear(0.12, 0))
}

describe.skipIf(browserPath === undefined)(`problems of a dataset${skipReason}`, () => {
  const fixture = useBrowser()

  it('are looked for with the time left, shown by kind with their figures, mended, and kept', async () => {
    const folder = join(fixture().root, 'stripes')
    await makeStripes(folder)
    const page = await fixture().open()
    await page.getByRole('button', { name: 'Train on my images' }).click()
    const data = page.getByRole('main', { name: 'Data' })
    await data.getByPlaceholder('/path/to/images or mnist:/path').fill(folder)
    await page.keyboard.press('Enter')
    await data.getByRole('list', { name: 'Classes and their images' }).waitFor()

    // Begun and called off by keys; nothing is kept of it.
    await data.getByText('Problems', { exact: true }).click()
    const panel = data.getByRole('region', { name: 'Problems', exact: true })
    const find = panel.getByRole('button', { name: 'Find problems' })
    await find.focus()
    await page.keyboard.press('Enter')
    await panel.getByRole('button', { name: 'Cancel' }).click()
    await find.click()
    await data.getByRole('progressbar', { name: 'Looking for problems' }).waitFor()

    const kinds = data.getByRole('group', { name: 'Kinds of problems' })
    await kinds.getByRole('button', { name: /^Contradicting labels\s*1$/ }).waitFor({ timeout: 90_000 })
    await kinds.getByRole('button', { name: /^Too dark\s*1$/ }).click()
    const dark = data.getByRole('region', { name: 'Too dark' })
    await dark.getByRole('button', { name: /^down\/dark\.png, down/ }).waitFor()
    await dark.getByText(/^brightness [\d.]+%; usual [\d.]+%$/).waitFor()

    // The wrong label takes the class that is suggested.
    await kinds.getByRole('button', { name: /^Probably wrong labels/ }).click()
    const labels = data.getByRole('region', { name: 'Probably wrong labels' })
    await labels.getByText(/finds the given class most probable for \d/).waitFor()
    const wrong = labels.getByRole('button', { name: /^down\/wrong\.png, down/ })
    await wrong.click()
    await expect.poll(() => wrong.getAttribute('aria-pressed')).toBe('true')
    await labels.getByRole('button', { name: 'Give the suggested class' }).click()
    await wrong.waitFor({ state: 'detached' })
    await data.getByText(/The dataset has changed since/).waitFor()
    await data
      .getByRole('button', { name: /^across\s*41$/ })
      .first()
      .waitFor()

    // What was found is there again after a reload, without another search.
    await page.reload()
    await page.getByText('Connected', { exact: true }).waitFor()
    const again = await fixture().open()
    await again.getByRole('button', { name: 'Train on my images' }).click()
    const later = again.getByRole('main', { name: 'Data' })
    await later.getByPlaceholder('/path/to/images or mnist:/path').fill(folder)
    await again.keyboard.press('Enter')
    await later.getByText('Problems', { exact: true }).click()
    await later.getByRole('button', { name: /^Contradicting labels\s*1$/ }).waitFor()
    await expect.poll(() => later.getByRole('progressbar', { name: 'Looking for problems' }).count()).toBe(0)
    const images = process.env['NETLOOM_TEST_IMAGES']
    if (images === undefined) return
    for (const scheme of ['dark', 'light'] as const) {
      await again.emulateMedia({ colorScheme: scheme })
      await again.screenshot({ path: join(images, `problems-${scheme}.png`) })
    }
  })
})
