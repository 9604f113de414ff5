// What the file dialog says and lists for each purpose.
import type { FileEntry } from '../../../../shared/contract/fileCalls'
import type { BrowseMode } from '../../../kernel/dialogs/questions'

/** The words of one purpose. */
export interface ModeTexts {
  readonly title: string
  readonly action: string
  /** Which files are listed beside the folders. */
  readonly lists: (entry: FileEntry) => boolean
  readonly empty: string
}

/** All purposes. */
export const modes: Readonly<Record<BrowseMode, ModeTexts>> = {
  openDocument: {
    title: 'Open a network',
    action: 'Open',
    lists: ({ kind, name }) => kind === 'document' || kind === 'onnx' || name === 'model.json',
    empty: 'No folders, networks or ONNX files here.',
  },
  saveDocument: {
    title: 'Save the network',
    action: 'Save',
    lists: ({ kind }) => kind === 'document',
    empty: 'No folders or networks here.',
  },
  openFolder: {
    title: 'Choose a folder of images',
    action: 'Choose this folder',
    lists: ({ kind }) => kind === 'image' || kind === 'file',
    empty: 'No folders or images here.',
  },
  openCsv: {
    title: 'Choose a CSV list of images',
    action: 'Choose this file',
    lists: ({ name }) => /\.[ct]sv$/i.test(name),
    empty: 'No folders or CSV files here.',
  },
  saveOnnx: {
    title: 'Export as ONNX',
    action: 'Export',
    lists: ({ kind }) => kind === 'onnx',
    empty: 'No folders or ONNX files here.',
  },
  saveTfjs: {
    title: 'Export for TensorFlow.js',
    action: 'Export',
    lists: () => false,
    empty: 'No folders here.',
  },
  savePytorch: {
    title: 'Export as PyTorch code',
    action: 'Export',
    lists: () => false,
    empty: 'No folders here.',
  },
}

const savingModes: ReadonlySet<BrowseMode> = new Set(['saveDocument', 'saveOnnx', 'saveTfjs', 'savePytorch'])

/** Whether something is written to what is chosen. */
export function isSavingMode(mode: BrowseMode): boolean {
  return savingModes.has(mode)
}
