// An image to compare two programs by, where a person has not chosen one.
import { client } from '../../kernel/core/client'
import { datasetStore } from './datasetStore'

/** The first image of the dataset in use, or of the built-in shapes, to compare by. */
export async function findImage(): Promise<{ readonly name: string; readonly source: string } | undefined> {
  const { reference, options } = datasetStore.getState().noted ?? { reference: 'builtin:shapes', options: {} }
  try {
    const page = { reference, options, from: 0, count: 1, size: 256 }
    const { images } = await client.datasets.images({ ...page, split: 'test' })
    const [first] = images
    return first && first.png !== null ? { name: first.name, source: first.png } : undefined
  } catch {
    // The comparison on random inputs says enough; what is wrong with the dataset is said on its own screen.
    return undefined
  }
}
