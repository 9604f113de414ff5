// `--self-test`: the installed program tries itself and ends, with exit code 0 where all went well; what the core tries is in api/selfTest.ts.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App, BrowserWindow } from 'electron'
import { printResult, runSteps, type SelfTestResult, type SelfTestStep } from '../api/selfTest'
import type { DesktopCore } from './windowConnection'

const flag = '--self-test'

/** What the test was asked for. */
export interface SelfTestRequest {
  /** All that it writes, a profile for the windows included, so that nothing of a person's is touched. */
  readonly folder: string
  readonly profile: string
  /** Where the results go as JSON too, since a program with windows has no terminal on Windows. */
  readonly reportPath: string | undefined
}

/** Reads `--self-test` or `--self-test=REPORT.json` and makes its folder; undefined where it was not asked for. */
export function readSelfTest(argv: readonly string[]): SelfTestRequest | undefined {
  const given = argv.find((argument) => argument === flag || argument.startsWith(`${flag}=`))
  if (given === undefined) return undefined
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'netloom-self-test-')))
  return { folder, profile: join(folder, 'profile'), reportPath: given.slice(flag.length + 1) || undefined }
}

/** What the test needs of the program around it. */
export interface SelfTestParts {
  readonly app: Pick<App, 'quit' | 'exit' | 'once' | 'on'>
  readonly windows: () => readonly Pick<BrowserWindow, 'isVisible' | 'webContents'>[]
  readonly core: () => Promise<Pick<DesktopCore, 'selfTestSteps'>>
  /** Starts the program once more with a file. @returns its exit code */
  readonly startAgain: (file: string) => Promise<number>
  readonly write: (line: string) => void
  /** How long a step, and the end, may take. */
  readonly limitMs?: number
}

const usualLimitMs = 180_000
const pollMs = 100

/** Waits until something is true; the step's own limit ends it. */
async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, pollMs))
}

/** Whether the page of any window holds an element. */
async function isOnPage(parts: SelfTestParts, selector: string): Promise<boolean> {
  const script = `document.querySelector(${JSON.stringify(selector)}) !== null`
  for (const { webContents } of parts.windows())
    if ((await webContents.executeJavaScript(script).catch(() => false)) === true) return true
  return false
}

async function seeWindow(parts: SelfTestParts): Promise<string> {
  await until(() => parts.windows().some((window) => window.isVisible()))
  await until(() => isOnPage(parts, '[role="tab"]'))
  return `${parts.windows().length} visible, with its page`
}

/** A second start hands its file to this program and ends. */
async function startTwice(parts: SelfTestParts, file: string): Promise<string> {
  const heard: unknown[] = []
  parts.app.on('second-instance', (_event, _argv, _folder, data) => heard.push(data))
  const code = await parts.startAgain(file)
  if (code !== 0) throw new Error(`The second start ended with ${code}.`)
  await until(() => heard.some((data) => JSON.stringify(data).includes(JSON.stringify(file))))
  await until(() => isOnPage(parts, '[role="dialog"]'))
  return 'it handed over its file, which was opened'
}

function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  } catch {
    // Windows keeps open what the ending program still holds; the folder is one for temporary files.
  }
}

/** Runs the test and ends the program: with 0, or with 1 where a step failed or the program would not end. */
export async function runSelfTest(request: SelfTestRequest, parts: SelfTestParts): Promise<void> {
  const { folder, reportPath } = request
  const { app, limitMs = usualLimitMs } = parts
  const results: SelfTestResult[] = []
  const report = (result: SelfTestResult): void => {
    results.push(result)
    parts.write(printResult(result))
    if (reportPath !== undefined) writeFileSync(reportPath, JSON.stringify(results, null, 2))
  }
  const ownSteps = async (): Promise<readonly SelfTestStep[]> => [
    { name: 'window', run: () => seeWindow(parts) },
    ...(await parts.core()).selfTestSteps(folder),
    { name: 'second start', run: () => startTwice(parts, join(folder, 'digits.onnx')) },
  ]
  const steps = await ownSteps().catch((error: unknown): readonly SelfTestStep[] => [
    { name: 'core', run: () => Promise.reject(error instanceof Error ? error : new Error(String(error))) },
  ])
  if (!(await runSteps(steps, report, limitMs))) {
    removeFolder(folder)
    return app.exit(1)
  }
  const late = setTimeout(() => {
    report({ step: 'quit', isOk: false, detail: `It did not end within ${limitMs / 1000} s.`, milliseconds: limitMs })
    app.exit(1)
  }, limitMs)
  app.once('quit', () => {
    clearTimeout(late)
    report({ step: 'quit', isOk: true, detail: 'it ends', milliseconds: 0 })
    removeFolder(folder)
  })
  app.quit()
}
