// Takes the README's images from the running app with a network that is really trained; `npm run screenshots`.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import sharp from 'sharp'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const target = join(root, 'docs', 'screenshots')
const mostBytes = 200_000

function findBrowser() {
  const names = ['chromium', 'google-chrome', 'chrome', 'microsoft-edge']
  const folders = (process.env.PATH ?? '').split(delimiter)
  const found = [
    process.env.NETLOOM_CHROMIUM,
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
  ].find((path) => path && existsSync(path))
  if (!found) throw new Error('No Chromium, Chrome or Edge was found; NETLOOM_CHROMIUM names one.')
  return found
}

/** Starts the server in a folder of its own. */
async function serve(folder) {
  const child = spawn(process.execPath, [join(root, 'bin', 'netloom.js'), 'serve', folder, '--port', '0'], {
    cwd: folder,
    env: { ...process.env, NETLOOM_STATE: join(folder, '.state'), HOME: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise((resolve, reject) => {
    let printed = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text
      const address = /^http:\S+(?=\n)/m.exec(printed)
      if (address) resolve(address[0])
    })
    child.once('exit', () => reject(new Error('netloom serve ended.')))
  })
  return { child, url }
}

/** Writes the page as it is now, with the colours counted down so that the file stays small. */
async function keep(page, name) {
  await page.mouse.move(720, 899)
  await page.waitForTimeout(600)
  const png = await sharp(await page.screenshot())
    .png({ palette: true, quality: 90, effort: 10, compressionLevel: 9 })
    .toBuffer()
  if (png.length > mostBytes) throw new Error(`${name}.png has ${png.length} bytes, more than ${mostBytes}.`)
  await writeFile(join(target, `${name}.png`), png)
  process.stdout.write(`${name}.png  ${Math.round(png.length / 1000)} kB\n`)
}

const goTo = (page, title) => page.getByRole('tab', { name: title, exact: true }).click()

async function design(page) {
  await page
    .getByRole('button', { name: /^LeNet-5/ })
    .first()
    .click()
  await page.getByRole('option', { name: /^conv2,/ }).click()
  await page.getByRole('tab', { name: 'Analysis' }).click()
  await keep(page, 'design')
}

async function chooseData(page) {
  await goTo(page, 'Data')
  await page.getByRole('button', { name: /Digits/ }).click()
  await page.getByRole('button', { name: /^Splits/ }).click()
  await page.getByRole('textbox', { name: 'Validation, % of train' }).fill('10')
  await page.getByRole('textbox', { name: 'At most per split' }).fill('3000')
  await page.getByRole('button', { name: 'Apply', exact: true }).click()
  await page.getByRole('button', { name: /^Splits \(2 set\)/ }).click()
  await page.getByText('Reading the dataset').waitFor({ state: 'hidden', timeout: 60_000 })
  await page.getByRole('list', { name: 'Images', exact: true }).locator('img').nth(60).waitFor()
  await page.waitForTimeout(1500)
  await keep(page, 'data')
}

async function trainAndEvaluate(page) {
  await goTo(page, 'Train')
  await page.getByRole('textbox', { name: 'Epochs' }).fill('10')
  const setup = page.getByRole('complementary', { name: 'Recipe' })
  await setup.getByRole('button', { name: 'Train', exact: true }).click()
  await page.getByText('Finished', { exact: true }).waitFor({ timeout: 300_000 })
  await keep(page, 'train')
  await goTo(page, 'Evaluate')
  const main = page.getByRole('main')
  await main.getByRole('button', { name: 'Evaluate', exact: true }).click()
  await main.getByText('Top-1 accuracy').waitFor({ timeout: 60_000 })
  const confusions = main.getByRole('region', { name: 'Most frequent confusions' })
  await confusions.getByRole('button').first().click()
  await page.waitForTimeout(1500)
  await keep(page, 'evaluate')
}

const folder = await mkdtemp(join(tmpdir(), 'netloom-screenshots-'))
const { child, url } = await serve(folder)
const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox', '--disable-gpu'] })
try {
  await mkdir(target, { recursive: true })
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(url)
  await page.getByText('Connected', { exact: true }).waitFor()
  await page.waitForTimeout(1500)
  await keep(page, 'start')
  await design(page)
  await chooseData(page)
  await trainAndEvaluate(page)
} finally {
  await browser.close()
  child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
}
