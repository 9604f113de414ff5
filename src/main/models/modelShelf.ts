// The model that a screen last predicted with, kept open for the next image; not evaluating whole datasets.
import pLimit from 'p-limit'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openModel, type ModelOptions, type OpenedModel } from './openModel'
import { runFiles } from '../runs/runFolder'

async function changedMs(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}

/** Changes when the model does: a run's checkpoints, or the file itself. */
export async function keyOf(reference: string, options: ModelOptions): Promise<string> {
  const files = [reference, join(reference, runFiles.best), join(reference, runFiles.last)]
  return JSON.stringify([reference, options, await Promise.all(files.map(changedMs))])
}

/** One opened model; its users take turns. */
export class ModelShelf {
  private shelved: { readonly key: string; readonly model: OpenedModel } | undefined
  private readonly turn = pLimit(1)

  /** Opens the model that `reference` names, where it is not open, and works with it. @throws NetloomError as `openModel` */
  use<T>(reference: string, work: (model: OpenedModel) => Promise<T>, options: ModelOptions = {}): Promise<T> {
    return this.turn(async () => work(await this.open(reference, options)))
  }

  async close(): Promise<void> {
    await this.turn(() => this.dispose())
  }

  private async open(reference: string, options: ModelOptions): Promise<OpenedModel> {
    const key = await keyOf(reference, options)
    if (this.shelved?.key === key) return this.shelved.model
    await this.dispose()
    const model = await openModel(reference, options)
    this.shelved = { key, model }
    return model
  }

  private async dispose(): Promise<void> {
    const { shelved } = this
    this.shelved = undefined
    await shelved?.model.dispose()
  }
}
