// A dataset that a screen names, as the core may open it; the checks themselves are in datasetGate.ts.
import type { z } from 'zod'
import type { datasetRequestSchema } from '../../shared/contract/datasetCalls'
import { parseReference } from '../datasets/datasetReference'
import type { Core } from './core'
import { requireInside, type OwnedDataset } from './datasetGate'

type DatasetRequest = z.output<typeof datasetRequestSchema>

async function ownReference(core: Core, reference: string): Promise<string> {
  const parsed = parseReference(reference)
  if (parsed.kind === 'builtin') return `builtin:${parsed.name}`
  const path = await core.roots.require(parsed.path)
  return parsed.kind === 'guess' ? path : `${parsed.kind}:${path}`
}

/**
 * Checks that a dataset, and whatever it leads to, lies inside the roots.
 * @param anew whether its files are looked at again
 * @throws NetloomError file.outside, dataset.outside, dataset.reference; as `openDataset`
 */
export async function ownDataset(core: Core, request: DatasetRequest, anew = false): Promise<OwnedDataset> {
  const owned = await nameDataset(core, request)
  await requireInside(core, owned, anew)
  return owned
}

/**
 * The dataset that a screen names, with absolute paths inside the roots; it is not opened.
 * @throws NetloomError file.outside, dataset.reference
 */
export async function nameDataset(core: Core, request: DatasetRequest): Promise<OwnedDataset> {
  const { valDirectory } = request.options
  return {
    reference: await ownReference(core, request.reference),
    options: {
      ...request.options,
      ...(valDirectory !== undefined && { valDirectory: await ownReference(core, valDirectory) }),
    },
  }
}
