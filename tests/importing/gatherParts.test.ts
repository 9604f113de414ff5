// Networks whose blocks no reader knows open as at most 40 nodes: blocks of the document that compute the same and open again.
import { expect, it } from 'vitest'
import { expandAllBlocks } from '../../src/shared/edits/expandBlock'
import { mostNodes } from '../../src/shared/edits/gatherParts/gatherParts'
import { applyEdit } from '../../src/shared/graph/edits'
import { checkDocument } from '../../src/shared/network/checkDocument'
import type { NetworkDocument } from '../../src/shared/graph/document'
import { buildModel, importModel, makeFolder, type BuildGraph } from './modelCase'

const folder = makeFolder()

type Builder = Parameters<BuildGraph>[0]
type Weight = Parameters<BuildGraph>[2]

interface Tools {
  readonly b: Builder
  /** A convolution with a bias, as where its norm was folded into it. */
  readonly conv: (x: string, from: number, to: number, kernel?: number, groups?: number) => string
  readonly constant: (...values: readonly number[]) => string
  readonly weight: Weight
}

function toolsOf(b: Builder, weight: Weight): Tools {
  return {
    b,
    weight,
    conv: (x, from, to, kernel = 1, groups = 1) =>
      b.add('Conv', [x, weight(to, from / groups, kernel, kernel), weight(to)], {
        kernel_shape: [kernel, kernel],
        pads: [1, 1, 1, 1].map((side) => side * ((kernel - 1) / 2)),
        group: groups,
      }),
    constant: (...values) =>
      b.constant({
        dataType: 'float32',
        dims: values.length === 1 ? [] : [values.length],
        data: Float32Array.from(values),
      }),
  }
}

/** Squeeze-and-excitation with a hard gate, as in MobileNetV3. */
function gated({ b, conv }: Tools, x: string, channels: number): string {
  const squeezed = b.add('Relu', [conv(b.add('GlobalAveragePool', [x]), channels, 4)])
  return b.add('Mul', [
    b.add('HardSigmoid', [conv(squeezed, 4, channels)], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
    x,
  ])
}

function inverted(tools: Tools, x: string, to: number): string {
  const { b, conv } = tools
  const wide = b.add('HardSwish', [conv(x, 8, 20)])
  const each = b.add('HardSwish', [conv(wide, 20, 20, 3, 20)])
  const narrow = conv(gated(tools, each, 20), 20, to)
  return to === 8 ? b.add('Add', [narrow, x]) : narrow
}

/** One half goes through, both are shuffled. */
function shuffled({ b, conv }: Tools, x: string): string {
  const [kept = '', half = ''] = b.addMany('Split', 2, [x], { axis: 1 })
  const each = conv(b.add('Relu', [conv(half, 4, 4)]), 4, 4, 3, 4)
  const joined = b.add('Concat', [kept, b.add('Relu', [conv(each, 4, 4)])], { axis: 1 })
  const parted = b.add('Reshape', [joined, b.ints([-1, 2, 4, 8, 8])])
  const turned = b.add('Transpose', [parted], { perm: [0, 2, 1, 3, 4] })
  return b.add('Reshape', [turned, b.ints([-1, 8, 8, 8])])
}

/** Layer norm and GELU as files of operator sets below 17 write them. */
function convNext(tools: Tools, x: string): string {
  const { b, conv, constant, weight } = tools
  const turned = b.add('Transpose', [conv(x, 8, 8, 3, 8)], { perm: [0, 2, 3, 1] })
  const centred = b.add('Sub', [turned, b.add('ReduceMean', [turned], { axes: [-1] })])
  const variance = b.add('ReduceMean', [b.add('Pow', [centred, constant(2)])], { axes: [-1] })
  const normed = b.add('Div', [centred, b.add('Sqrt', [b.add('Add', [variance, constant(1e-6)])])])
  const scaled = b.add('Add', [b.add('Mul', [normed, weight(8)]), weight(8)])
  const wide = b.add('Add', [b.add('MatMul', [scaled, weight(8, 16)]), weight(16)])
  const erf = b.add('Add', [b.add('Erf', [b.add('Div', [wide, constant(Math.SQRT2)])]), constant(1)])
  const gelu = b.add('Mul', [b.add('Mul', [wide, erf]), constant(0.5)])
  const narrow = b.add('Add', [b.add('MatMul', [gelu, weight(16, 8)]), weight(8)])
  return b.add('Add', [b.add('Transpose', [narrow], { perm: [0, 3, 1, 2] }), x])
}

function dense({ b, conv }: Tools, x: string): string {
  const features = [x]
  for (let index = 0; index < 4; index++) {
    const from = 8 + 2 * index
    const joined = index === 0 ? x : b.add('Concat', [...features], { axis: 1 })
    features.push(conv(b.add('Relu', [conv(b.add('Relu', [joined]), from, 8)]), 8, 2, 3))
  }
  return conv(b.add('Concat', features, { axis: 1 }), 16, 8)
}

function inception({ b, conv }: Tools, x: string): string {
  const row = (from: string, ...kernels: readonly number[]): string =>
    kernels.reduce((last, kernel, index) => b.add('Relu', [conv(last, index === 0 ? 8 : 2, 2, kernel)]), from)
  const pooled = b.add('AveragePool', [x], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })
  return b.add('Concat', [row(x, 1), row(x, 1, 5), row(x, 1, 3, 3), row(pooled, 1)], { axis: 1 })
}

function repeated(count: number, part: (tools: Tools, x: string, index: number) => string): BuildGraph {
  return (b, x, weight) => {
    const tools = toolsOf(b, weight)
    let last = b.add('Relu', [tools.conv(x, 3, 8, 3)])
    for (let index = 0; index < count; index++) last = part(tools, last, index)
    return b.add('Flatten', [b.add('GlobalAveragePool', [last])])
  }
}

const networks: Readonly<Record<string, BuildGraph>> = {
  'inverted residuals with a hard gate': repeated(8, (tools, x) => inverted(tools, x, 8)),
  'inverted residuals without an addition': repeated(8, (tools, x, index) =>
    index % 2 === 0 ? inverted(tools, x, 8) : tools.conv(tools.b.add('HardSwish', [inverted(tools, x, 6)]), 6, 8),
  ),
  'shuffled halves': repeated(6, shuffled),
  'layer norm and GELU by operators': repeated(4, convNext),
  'dense blocks with folded norms': repeated(4, dense),
  'branches that are no inception block': repeated(6, inception),
}

function countTypes({ nodes }: NetworkDocument): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { type } of nodes) counts.set(type, (counts.get(type) ?? 0) + 1)
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

it.each(Object.entries(networks))('opens %s as at most 40 nodes, which are the same network', async (_, build) => {
  const flat = await importModel(folder, buildModel(build))
  const { document, receipt, nodes, parameters, macs } = await importModel(folder, buildModel(build), { flat: false })
  expect(flat.nodes).toBeGreaterThan(mostNodes)
  expect(nodes).toBeLessThanOrEqual(mostNodes)
  expect(checkDocument(document)).toEqual(checkDocument(flat.document))
  expect(receipt.maxRel).toBeLessThan(1e-5)
  expect([parameters, macs]).toEqual([flat.parameters, flat.macs])
  const opened = applyEdit(document, expandAllBlocks(document))
  expect(countTypes(opened)).toEqual(countTypes(flat.document))
})

it('uses one definition for all parts that are equal', async () => {
  const { document, blocks } = await importModel(folder, buildModel(repeated(6, shuffled)), { flat: false })
  expect(blocks).toEqual({ branches: 6 })
  expect(document.blocks?.map(({ type }) => type)).toEqual(['user/branches-1'])
})

it('makes no block of most of a network, as where a shortcut leads around it', async () => {
  const build: BuildGraph = (b, x, weight) => {
    const { conv } = toolsOf(b, weight)
    const first = conv(x, 3, 8)
    let last = first
    for (let index = 0; index < 25; index++) last = b.add('Relu', [conv(last, 8, 8, 3)])
    return b.add('Concat', [first, b.add('Tanh', [last])], { axis: 1 })
  }
  const { blocks } = await importModel(folder, buildModel(build), { flat: false })
  expect(Object.keys(blocks)).not.toContain('branches')
})
