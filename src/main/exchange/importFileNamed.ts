// Importing one file into a folder of kept networks, told stage by stage; the import itself is importing.ts.
import { join } from 'node:path'
import { serializeDocument } from '../../shared/graph/schema'
import type { ImportFacts, ImportReceiptFacts } from '../../shared/contract/importCalls'
import { importNetwork, writeImport, type ImportResult, type ImportRequest } from './importOnnxFile'
import { describeDifference, type ImportReceipt } from '../models/receiptWords'
import type { ImportCommand, ImportMessage } from './importMessages'
import { keptFiles } from './importShelf'
import { importTfjsNetwork, isTfjsPath } from './importTfjsFile'

/**
 * Imports a file and keeps document, weights and receipt.
 * @throws NetloomError as importNetwork; file.write
 */
export async function importFileNamed(
  command: ImportCommand,
  tell: (message: ImportMessage) => Promise<void>,
): Promise<void> {
  const isTfjs = isTfjsPath(command.path)
  let isTold = false
  const tellNetwork = (imported: Omit<ImportResult, 'receipt'>): void => {
    isTold = true
    void tell({ kind: 'network', ...describe(command, imported) })
  }
  const request: ImportRequest = {
    // A folder names a model of TensorFlow.js, whose file is always model.json.
    name: isTfjs ? undefined : command.name,
    flat: command.flat,
    inputShape: command.inputShape,
    output: command.output,
    image: command.image?.path,
    onStage: (stage) => void tell({ kind: 'stage', stage }),
    onImported: tellNetwork,
  }
  if (isTfjs) void tell({ kind: 'stage', stage: 'converting' })
  const result = await (isTfjs ? importTfjsNetwork : importNetwork)(command.path, request)
  if (!isTold) tellNetwork(result)
  await writeImport(result, join(command.folder, keptFiles.document), true)
  await tell({ kind: 'receipt', receipt: describeReceipt(result.receipt, command) })
}

function describe(
  { weights }: ImportCommand,
  { document, report, nodes, blocks, parameters, macs }: Omit<ImportResult, 'receipt'>,
): { readonly document: string; readonly facts: ImportFacts } {
  const { opset, operators, widened, trainingNodes, input, output, notes } = report
  const facts: ImportFacts = {
    opset,
    operators: { ...operators, unsupported: { ...operators.unsupported } },
    widened: { ...widened },
    trainingNodes,
    input: { name: input.name, layout: input.layout, batch: input.batch, shape: [...input.shape] },
    output: { name: output.name, shape: [...output.shape], choices: [...output.choices] },
    notes: [...notes],
    nodes,
    blocks: { ...blocks },
    parameters,
    macs,
  }
  return { document: serializeDocument({ ...document, weights }), facts }
}

function describeReceipt(receipt: ImportReceipt, { image }: ImportCommand): ImportReceiptFacts {
  const { comparisons, remarks, verdict } = receipt
  return {
    verdict,
    ...(verdict === 'different' && { difference: describeDifference(receipt) }),
    comparisons: comparisons.map(({ output, inputs, count, maxAbs, maxRel }) => ({
      output,
      inputs: inputs === image?.path ? image.name : inputs,
      count,
      maxAbs: finiteOr(maxAbs),
      maxRel: finiteOr(maxRel),
    })),
    remarks: [...remarks],
  }
}

/** JSON has no infinity. */
function finiteOr(value: number): number | 'infinite' {
  return Number.isFinite(value) ? value : 'infinite'
}
