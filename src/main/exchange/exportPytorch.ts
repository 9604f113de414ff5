// Writing a model as PyTorch code with its weights and proving it where this machine has PyTorch: the code is run and compared with the engine.
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { lowerPytorch, type PytorchNetwork } from '../../shared/exchange/pytorch/lowerPytorch'
import { exportMark } from '../../shared/exchange/pytorch/pytorchFiles'
import { requireScaling } from '../../shared/network/checkScaling'
import { NetloomError } from '../../shared/graph/errors'
import { countElements } from '../../shared/graph/shape'
import { encodeSafetensors } from '../../shared/training/safetensors'
import { version } from '../../../package.json'
import { FileWriter, writeFailure } from '../files/durableFile'
import { requireReplaceable } from '../files/replacing'
import {
  compareModels,
  exportTolerance,
  replacingOf,
  type ExportOptions,
  type ExportResult,
  type Receipt,
} from './exportOnnx'
import { openLoaded, type NetworkModel } from '../models/openModel'
import { pythonCommands } from './pythonCommands'
import { PytorchProcess } from './pytorchProcess'
import { printCount } from '../../shared/graph/printNumbers'
import { makeFolders } from '../files/makeFolders'
import { readRegularText } from '../files/readRegular'

const weightsName = 'weights.safetensors'

export interface ExportPytorchOptions extends ExportOptions {
  /** The commands under which Python is looked for. */
  readonly python?: readonly string[]
}

/**
 * Writes `model.py`, `weights.safetensors`, `example.py` and `README.md` into a folder, and runs them where a Python with
 * PyTorch is found; the receipt of another machine has no images.
 * @param folder made where it is missing
 * @throws NetloomError export.unsupported for an operator of an imported file; file.write; file.exists for a folder with
 * files of these names that are no export; export.mismatch
 */
export async function exportPytorch(
  model: NetworkModel,
  folder: string,
  options: ExportPytorchOptions = {},
): Promise<ExportResult> {
  const { document, weights, inputShape, classes, resize } = model
  const scaling = requireScaling(model.scaling, inputShape)
  const { scalingInside } = options
  const network = lowerPytorch(document, { weights, scaling, scalingInside, classes, resize, version })
  const texts = network.files.map(({ name }) => join(folder, name))
  await requireReplaceable([...texts, join(folder, weightsName)], {
    ...replacingOf(model, options),
    // The weights say nothing of who wrote them: they are those of the code beside them.
    isOwn: (file) => isMarked(basename(file) === weightsName ? join(folder, 'model.py') : file),
  })
  const files = await writeFolder(folder, network)
  const receipt = await checkFolder(model, folder, network, options)
  if (!(receipt.maxRel <= exportTolerance))
    throw new NetloomError(
      'export.mismatch',
      `The exported "${folder}" differs from the engine by ${receipt.maxRel.toExponential(1)} on ${printCount(receipt.images)} images; ${exportTolerance} is allowed.`,
      { path: folder, expected: exportTolerance, received: receipt.maxRel, hint: 'Do not use it, and report this.' },
    )
  let sizeBytes = 0
  for (const file of files) sizeBytes += (await stat(file)).size
  return { format: 'pytorch', files, sizeBytes, receipt }
}

/** Writes the weights first, so that code which can be run has them. @returns the paths, the code first */
async function writeFolder(folder: string, { files, tensors }: PytorchNetwork): Promise<readonly string[]> {
  await makeFolders(folder).catch((cause: unknown) => {
    throw writeFailure(folder, cause)
  })
  const writer = new FileWriter()
  const weightsPath = join(folder, weightsName)
  await writer.writeWhole(weightsPath, encodeSafetensors(tensors, { format: 'pt' }))
  for (const { name, text } of files) await writer.writeWhole(join(folder, name), [Buffer.from(text)])
  return [...files.map(({ name }) => join(folder, name)), weightsPath]
}

/** Whether a text file says that an export wrote it. */
async function isMarked(path: string): Promise<boolean> {
  const text = await readRegularText(path).catch(() => '')
  return text.slice(0, 2000).includes(exportMark)
}

/** Runs the folder in PyTorch and the model in the engine; on no image where there is no PyTorch. */
async function checkFolder(
  model: NetworkModel,
  folder: string,
  { outputShape }: PytorchNetwork,
  { python = pythonCommands, image }: ExportPytorchOptions,
): Promise<Receipt> {
  const written = await PytorchProcess.start(folder, python)
  if (!written) return { images: 0, maxAbs: 0, maxRel: 0 }
  const outputCount = countElements(outputShape)
  try {
    const engine = await openLoaded(model, 'cpu')
    try {
      const predict = (pixels: Uint8Array, count: number) => written.predict(pixels, count, outputCount)
      return await compareModels(engine, { ...engine, predict }, undefined, image)
    } finally {
      await engine.dispose()
    }
  } finally {
    written.stop()
  }
}
