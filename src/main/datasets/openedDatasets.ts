// Datasets that were opened for a screen, the last few kept, since every page of images needs one; not opening them.
import type { SplitName } from '../../shared/datasets/dataset'
import type { DatasetOptions } from './savedOptions'
import { openDataset, type OpenedDataset } from './openDataset'

const keptDatasets = 4

function keyOf(reference: string, options: DatasetOptions): string {
  const sorted = Object.entries(options).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([reference, sorted])
}

/** The last few opened datasets. */
export class OpenedDatasets {
  private readonly opened = new Map<string, Promise<OpenedDataset>>()
  private readonly unreadable = new WeakMap<OpenedDataset, ReadonlySet<string>>()
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

  /** Drops what is open of a dataset: its corrections are others now. */
  forget(reference: string): void {
    for (const key of this.opened.keys()) if (key.startsWith(`[${JSON.stringify(reference)},`)) this.opened.delete(key)
  }

  /** Leaves files out of the lists from now on: reading all of them has shown that they are damaged. */
  leaveOut(dataset: OpenedDataset, files: readonly string[]): void {
    this.unreadable.set(dataset, new Set(files))
    this.byClass.delete(dataset)
  }

  /** Numbers of the images of a class in a split (undefined: of all), in file order, damaged files left out where they are known. */
  indicesOf(dataset: OpenedDataset, split: SplitName, label: number | undefined): readonly number[] {
    const lists = this.byClass.get(dataset) ?? new Map<string, readonly number[]>()
    this.byClass.set(dataset, lists)
    const key = `${split} ${label}`
    const found = lists.get(key)
    if (found) return found
    const leftOut = this.unreadable.get(dataset)
    const images = dataset.images(split)
    const indices: number[] = []
    dataset.labels(split).forEach((value, index) => {
      const isWanted = label === undefined || value === label
      const isDamaged = leftOut && leftOut.size > 0 && leftOut.has(images?.fileAt(index) ?? '')
      if (isWanted && !isDamaged) indices.push(index)
    })
    lists.set(key, indices)
    return indices
  }
}
