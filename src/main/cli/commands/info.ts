// `netloom info`: the analysis of a network as a table or as JSON; never starts an engine.
import { countOf, printBytes, printCount, printExtents } from '../../../shared/graph/printNumbers'
import type { Analysis, LayerAnalysis, PerAxis } from '../../../shared/network/analyze'
import type { NetworkDocument } from '../../../shared/graph/document'
import type { OnnxAnalysis } from '../../models/onnxAnalysis'
import { findNetwork, nameOf, readDocument } from '../../files/projects'
import { writeJson, writeNote, writeResult } from '../output'
import { printTable } from '../text'
import { exitCodes } from '../usage'

/** Runs `netloom info`; a network with errors is shown as far as it goes, with exit code 1. */
export async function runInfo(reference: string, options: { readonly json?: boolean }): Promise<number> {
  const found = await findNetwork(reference)
  const analysis = found.kind === 'onnx' ? await analyzeOnnxFile(found.path) : await analyzeFound(found)
  if (options.json) writeJson(analysis)
  else writeResult([...printHead(analysis), '', ...printLayers(analysis), '', ...printTotals(analysis)].join('\n'))
  const errors = analysis.issues.filter(({ level }) => level === 'error')
  if (!options.json)
    for (const { level, message } of analysis.issues) if (level === 'warning') writeResult(`warning: ${message}`)
  if (!options.json && found.kind !== 'onnx') await writeHints(found)
  for (const { message } of errors) writeNote(`netloom: ${message}`)
  return errors.length > 0 ? exitCodes.failed : exitCodes.done
}

async function analyzeOnnxFile(path: string): Promise<OnnxAnalysis> {
  const { readOnnxModel } = await import('../../models/onnxFiles')
  const { analyzeOnnx } = await import('../../models/onnxAnalysis')
  return analyzeOnnx(await readOnnxModel(path, { anyType: true }), nameOf(path))
}

type FoundDocument = Exclude<Awaited<ReturnType<typeof findNetwork>>, { readonly kind: 'onnx' }>

async function readFound(found: FoundDocument): Promise<NetworkDocument> {
  switch (found.kind) {
    case 'document':
      return readDocument(found.path)
    case 'run':
      return (await (await import('../../runs/runFolder')).readRun(found.path)).document
    case 'architecture':
      return found.architecture.build({})
    default:
      return found satisfies never
  }
}

/** What is sound and hardly meant. */
async function writeHints(found: FoundDocument): Promise<void> {
  const { findHints } = await import('../../../shared/network/findHints')
  for (const { text } of findHints(await readFound(found))) writeResult(`hint: ${text}`)
}

async function analyzeFound(found: FoundDocument): Promise<Analysis> {
  const [{ analyzeDocument }, document] = await Promise.all([
    import('../../../shared/network/analyze'),
    readFound(found),
  ])
  return analyzeDocument(document)
}

function isOnnx(analysis: Analysis | OnnxAnalysis): analysis is OnnxAnalysis {
  return 'onnx' in analysis
}

function printHead(analysis: Analysis | OnnxAnalysis): readonly string[] {
  if (!isOnnx(analysis)) return [`${analysis.name}: input ${analysis.input ? printExtents(analysis.input) : 'unknown'}`]
  const { onnx, name } = analysis
  const port = (ports: typeof onnx.inputs) =>
    ports.map((each) => `${each.name} ${each.type} [${each.shape?.join(', ') ?? '?'}]`).join(', ')
  const opsets = Object.entries(onnx.opsets).map(
    ([domain, version]) => `${domain === '' ? 'opset' : domain} ${version}`,
  )
  const tensors = onnx.tensors.map(
    ({ type, tensors, values, bytes }) =>
      `${printCount(tensors)} ${type} (${countOf(values, 'value')}, ${printBytes(bytes)})`,
  )
  const operators = Object.entries(onnx.operators).map(([type, count]) => `${count} ${type}`)
  const metadata = Object.entries(onnx.metadata).map(([key, value]) => `metadata    ${key} = ${value}`)
  return [
    `${name}: ONNX, IR version ${onnx.irVersion}, ${opsets.join(', ')}${onnx.producer === '' ? '' : `, by ${onnx.producer}`}`,
    `inputs      ${port(onnx.inputs)}`,
    `outputs     ${port(onnx.outputs)}`,
    `operators   ${operators.join(', ')}`,
    ...(tensors.length > 0 ? [`tensors     ${tensors.join(', ')}`] : []),
    ...metadata,
  ]
}

function printPerAxis(value: PerAxis): string {
  return typeof value === 'number' ? String(value) : value.join('x')
}

function printLayers({ layers }: Analysis | OnnxAnalysis): readonly string[] {
  const hasFields = layers.some(({ receptiveField }) => receptiveField !== null)
  const columns = [
    { title: 'layer' },
    { title: 'type' },
    { title: 'output', align: 'right' as const },
    { title: 'parameters', align: 'right' as const },
    { title: 'MACs', align: 'right' as const },
    ...(hasFields
      ? [
          { title: 'receptive field', align: 'right' as const },
          { title: 'jump', align: 'right' as const },
        ]
      : []),
  ]
  const rows = layers.map(
    ({ id, type, output, parameters, macs, receptiveField }: LayerAnalysis | OnnxAnalysis['layers'][number]) => [
      id,
      type,
      printExtents(output),
      printCount(parameters),
      printCount(macs),
      receptiveField ? printPerAxis(receptiveField.size) : '',
      receptiveField ? printPerAxis(receptiveField.jump) : '',
    ],
  )
  return [printTable(columns, rows)]
}

function printTotals({
  parameters,
  statistics,
  macs,
  flops,
  activationBytes,
  layers,
  ...rest
}: Analysis | OnnxAnalysis): readonly string[] {
  const notes = [
    ...(parameters.frozen > 0
      ? [`${printCount(parameters.trainable)} trainable, ${printCount(parameters.frozen)} frozen`]
      : []),
    ...(statistics > 0 ? [`beside them ${countOf(statistics, 'running statistic')}`] : []),
  ]
  return [
    `layers       ${printCount(layers.length)}`,
    `parameters   ${printCount(parameters.total)}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`,
    `MACs         ${printCount(macs)} per image (convolutions and dense layers)`,
    `FLOPs        ${printCount(flops)} per image (2 per MAC)`,
    `activations  ${printBytes(activationBytes)} per image`,
    ...('auxiliary' in rest && rest.auxiliary
      ? [
          `of these     ${printCount(rest.auxiliary.parameters)} parameters and ${printCount(rest.auxiliary.macs)} MACs in side branches that only training has`,
        ]
      : []),
  ]
}
