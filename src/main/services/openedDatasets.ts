// Datasets that were opened for a screen, the last few kept, since every page of pictures needs one; not opening them.
import type { SplitName } from '../../shared/datasets/dataset'
import type { DatasetOptions } from '../datasets/datasetOptions'
import { openDataset, type OpenedDataset } from '../datasets/openDataset'

const keptDatasets = 4

function keyOf(reference: string, options: DatasetOptions): string {
  const sorted = Object.entries(options).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([reference, sorted])
}

/** The last few opened datasets. */
export class OpenedDatasets {
  private readonly opened = new Map<string, Promise<OpenedDataset>>()
  private readonly byClass = new WeakMap<OpenedDataset, Map<string, readonly number[]>>()

  /** Opens it, or gives the one that is open. @throws NetloomError as `openDataset` */
  get(reference: string, options: DatasetOptions): Promise<OpenedDataset> {
    const key = keyOf(reference, options)
    const found = this.opened.get(key)
    if (!found) return this.refresh(reference, options)
    this.opened.delete(key)
    this.opened.set(key, found)
    return found
  }

  /** Opens it anew, as the files are now. @throws NetloomError as `openDataset` */
  refresh(reference: string, options: DatasetOptions): Promise<OpenedDataset> {
    const key = keyOf(reference, options)
    const opening = openDataset(reference, options)
    this.opened.delete(key)
    this.opened.set(key, opening)
    opening.catch(() => {
      if (this.opened.get(key) === opening) this.opened.delete(key)
    })
    for (const oldest of [...this.opened.keys()].slice(0, -keptDatasets)) this.opened.delete(oldest)
    return opening
  }

  /** Numbers of the pictures of a class in a split, in file order. */
  indicesOf(dataset: OpenedDataset, split: SplitName, label: number): readonly number[] {
    const lists = this.byClass.get(dataset) ?? new Map<string, readonly number[]>()
    this.byClass.set(dataset, lists)
    const key = `${split} ${label}`
    const found = lists.get(key)
    if (found) return found
    const indices: number[] = []
    dataset.labels(split).forEach((value, index) => {
      if (value === label) indices.push(index)
    })
    lists.set(key, indices)
    return indices
  }
}
