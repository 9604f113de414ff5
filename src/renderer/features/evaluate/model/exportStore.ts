// Which model is being exported, from whatever screen; small, since the frame of the app follows it.
import { createStore } from 'zustand/vanilla'
import type { ChosenModel } from './evaluationStore'

/** The model whose export dialog is open. */
export const exportStore = createStore<{ readonly model: ChosenModel | null }>()(() => ({ model: null }))

/** Opens the dialog for a model, or closes it. */
export function showExport(model: ChosenModel | null): void {
  exportStore.setState({ model })
}

/** An ONNX file is exported already. */
export function canExport({ path }: ChosenModel): boolean {
  return !/\.onnx$/i.test(path)
}
