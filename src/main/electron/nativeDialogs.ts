// The native dialogs: what they offer and what an answer means; not when they are shown (desktop.ts).
import type { BrowserWindow, FileFilter, MessageBoxOptions, OpenDialogOptions, SaveDialogOptions } from 'electron'
import { isAbsolute, join } from 'node:path'
import { documentEnding, documentEndings, onnxEnding, textEnding } from '../../shared/graph/fileNames'
import type { ChosenPath } from '../../shared/contract/fileCalls'
import type { ChooseRequest } from '../api/core'
import type { ElectronParts } from './electronParts'

/** Filters name endings without their dot. */
const bare = (ending: string): string => ending.slice(1)

const documentFilter = { name: 'Netloom document', extensions: [bare(documentEnding)] }
const textFilter = { name: 'Netloom document, as JSON', extensions: [bare(textEnding)] }
const onnxFilter = { name: 'ONNX model', extensions: [bare(onnxEnding)] }
// Folders, which are made with these names.
const tfjsFilter = { name: 'TensorFlow.js model', extensions: ['tfjs'] }
const pytorchFilter = { name: 'PyTorch code', extensions: ['pytorch'] }
const anyFilter = { name: 'All files', extensions: ['*'] }
const openableFilter = { name: 'Networks', extensions: [...documentEndings.map(bare), 'json', bare(onnxEnding)] }

type DialogPlan =
  | { readonly isSave: false; readonly options: OpenDialogOptions }
  /** `endings`: what a chosen name ends in, the usual one first; the systems differ in adding it. */
  | { readonly isSave: true; readonly options: SaveDialogOptions; readonly endings: readonly string[] }

function planSave(title: string, filters: FileFilter[], suggested?: string): DialogPlan {
  const endings = filters.map(({ extensions }) => `.${extensions[0] ?? ''}`)
  // Without these GTK asks nobody before it replaces, and a Mac makes no folders.
  const properties: SaveDialogOptions['properties'] = ['showOverwriteConfirmation', 'createDirectory']
  return { isSave: true, endings, options: { title, defaultPath: suggested, filters, properties } }
}

/** The forms of a document; the one that it has already is offered first. */
function documentFilters(suggested = ''): FileFilter[] {
  const isText = suggested.toLowerCase().endsWith(textEnding)
  return isText ? [textFilter, documentFilter] : [documentFilter, textFilter]
}

/** Which dialog answers a request. */
export function planDialog({ kind, suggested: defaultPath }: ChooseRequest): DialogPlan {
  switch (kind) {
    case 'openDocument': {
      const filters = [openableFilter, documentFilter, textFilter, onnxFilter, anyFilter]
      return { isSave: false, options: { title: 'Open', defaultPath, filters, properties: ['openFile'] } }
    }
    case 'openFolder': {
      const properties: OpenDialogOptions['properties'] = ['openDirectory', 'createDirectory']
      return { isSave: false, options: { title: 'Choose a folder', buttonLabel: 'Choose', defaultPath, properties } }
    }
    case 'openCsv': {
      const filters = [{ name: 'CSV list', extensions: ['csv', 'tsv'] }, anyFilter]
      return { isSave: false, options: { title: 'Choose a CSV list', defaultPath, filters, properties: ['openFile'] } }
    }
    case 'saveDocument':
      return planSave('Save as', documentFilters(defaultPath), defaultPath)
    case 'saveOnnx':
      return planSave('Export ONNX', [onnxFilter], defaultPath)
    case 'saveTfjs':
      return planSave('Export for TensorFlow.js', [tfjsFilter], defaultPath)
    case 'savePytorch':
      return planSave('Export as PyTorch code', [pytorchFilter], defaultPath)
    default:
      return kind satisfies never
  }
}

/**
 * A name as it is written: with one of its endings, which is never doubled.
 * @param endings the usual one first
 */
export function withEnding(path: string, endings: readonly string[]): string {
  const endsIn = (ending: string): boolean => path.toLowerCase().endsWith(ending)
  // A system that knows the other ending only adds it to a name that was written with this one.
  for (const ending of endings)
    for (const added of endings) if (endsIn(`${ending}${added}`)) return path.slice(0, -added.length)
  if (endings.some(endsIn)) return path
  // Some systems add only the last part of an ending that has two.
  const lastOf = (ending: string): string => ending.slice(ending.lastIndexOf('.'))
  const halved = endings.find((ending) => endsIn(lastOf(ending)))
  return halved === undefined ? `${path}${endings[0] ?? ''}` : `${path.slice(0, -lastOf(halved).length)}${halved}`
}

/** A name without a folder is looked for in the folder of the program by some systems; that of documents is meant. */
function withFolder(app: Pick<ElectronParts['app'], 'getPath'>, request: ChooseRequest): ChooseRequest {
  const { suggested } = request
  if (suggested === undefined || isAbsolute(suggested)) return request
  return { ...request, suggested: join(app.getPath('documents'), suggested) }
}

/** A dialog on a hidden window would be hidden with it, and asked nobody: that one stands alone. */
function parentFor(window: BrowserWindow | null): BrowserWindow | null {
  return window && !window.isDestroyed() && window.isVisible() ? window : null
}

/** Asks the person for a path, on the window that wants it. @returns null where they cancelled */
export async function choosePath(
  { dialog, app }: Pick<ElectronParts, 'dialog' | 'app'>,
  window: BrowserWindow | null,
  request: ChooseRequest,
): Promise<ChosenPath | null> {
  const plan = planDialog(withFolder(app, request))
  const parent = parentFor(window)
  if (plan.isSave) {
    const { options } = plan
    const saved = await (parent ? dialog.showSaveDialog(parent, options) : dialog.showSaveDialog(options))
    if (saved.canceled || !saved.filePath) return null
    const path = withEnding(saved.filePath, plan.endings)
    // The dialog has asked about the name that it gives, and about no other.
    return { path, mayReplace: path === saved.filePath }
  }
  const { options } = plan
  const opened = await (parent ? dialog.showOpenDialog(parent, options) : dialog.showOpenDialog(options))
  const [path] = opened.filePaths
  return opened.canceled || path === undefined ? null : { path, mayReplace: false }
}

/** Asks with buttons. @returns the number of the chosen one; `cancelId` where the dialog was closed */
export async function ask(
  { dialog }: Pick<ElectronParts, 'dialog'>,
  window: BrowserWindow | null,
  options: MessageBoxOptions,
): Promise<number> {
  const parent = parentFor(window)
  const { response } = await (parent ? dialog.showMessageBox(parent, options) : dialog.showMessageBox(options))
  return response
}

export type WorkChoice = 'keep' | 'stop' | 'cancel'
const workChoices = ['keep', 'stop', 'cancel'] as const

/** What runs while the program ends: trainings, and the experiment with all its trainings. */
export interface Work {
  readonly kind: 'training' | 'experiment'
  readonly name: string
}

/** What to say of trainings that another program runs: no answer here reaches them. */
function describeOthers(names: readonly string[]): string {
  if (names.length === 0) return ''
  const list = names.map((name) => `"${name}"`).join(', ')
  const isOne = names.length === 1
  return `\n\n${list} ${isOne ? 'is' : 'are'} trained by another program and ${isOne ? 'goes' : 'go'} on in any case.`
}

function describeTrainings(names: readonly string[]): string {
  const [first = ''] = names
  return names.length === 1 ? `"${first}" is still training` : `${names.length} networks are still training`
}

/**
 * The question about what runs while the program ends; its buttons stand in the order of the choices.
 * @param work what this program runs, at least one
 * @param others trainings of other programs, such as the command line
 */
export function workQuestion(work: readonly Work[], others: readonly string[] = []): MessageBoxOptions {
  const trainings = work.filter(({ kind }) => kind === 'training').map(({ name }) => name)
  const experiments = work.filter(({ kind }) => kind === 'experiment')
  const said = [
    ...(trainings.length === 0 ? [] : [describeTrainings(trainings)]),
    ...experiments.map(({ name }) => `the experiment "${name}" is still running`),
  ].join(', and ')
  const kept = [
    ...(trainings.length === 0 ? [] : ['Stopped now, everything up to this step is kept and training can be resumed.']),
    ...(experiments.length === 0
      ? []
      : ['An experiment that is stopped keeps the networks it has trained, and has to be started anew.']),
  ].join(' ')
  const verb = experiments.length === 0 ? 'training' : 'running'
  return {
    type: 'question',
    message: `${said.charAt(0).toUpperCase()}${said.slice(1)}.`,
    detail:
      `${experiments.length === 0 ? 'Training' : 'It'} can go on without a window, behind an icon beside the clock; start Netloom again to see it. ` +
      kept +
      describeOthers(others),
    buttons: [`Keep ${verb}`, 'Stop and quit', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  }
}

/** What a button of the question about work means. */
export function choiceOf(button: number): WorkChoice {
  return workChoices[button] ?? 'cancel'
}

/** The question where the page does not answer whether its window may close. */
export const unresponsiveQuestion: MessageBoxOptions = {
  type: 'warning',
  message: 'This window does not respond.',
  detail: 'Changes that were kept for recovery are offered when Netloom starts again.',
  buttons: ['Wait', 'Close the window'],
  defaultId: 0,
  cancelId: 0,
  noLink: true,
}

/** The question where the page has crashed. */
export const goneQuestion: MessageBoxOptions = {
  type: 'error',
  message: 'The screen of this window has crashed.',
  detail: 'Loaded again, it offers the changes that were kept for recovery. Trainings are not affected.',
  buttons: ['Load it again', 'Close the window'],
  defaultId: 0,
  cancelId: 0,
  noLink: true,
}

const failureButtons = { buttons: ['Go on', 'Show the log file', 'Quit'], defaultId: 0, cancelId: 0, noLink: true }

/** What is said of an error of the program itself that nothing caught. */
export const failureQuestion: MessageBoxOptions = {
  type: 'error',
  message: 'Netloom has met an error of its own.',
  detail:
    'Unsaved changes are kept for recovery, and trainings go on in processes of their own. If something does not answer ' +
    'any more, save what you can, quit and start Netloom again. The log file says what happened; it stays on this machine.',
  ...failureButtons,
}

/** What is said where the process that draws has crashed. */
export const graphicsQuestion: MessageBoxOptions = {
  type: 'warning',
  message: 'The part of Netloom that draws has crashed and was started again.',
  detail:
    'Nothing is lost: unsaved changes are kept for recovery, and trainings are not affected. If windows stay empty, ' +
    'quit, bring the driver of the graphics card up to date and start Netloom again.',
  ...failureButtons,
}
