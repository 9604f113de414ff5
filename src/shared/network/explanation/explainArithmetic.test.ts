// Every row of the lectures' table of arithmetic as a person sees it: formula, numbers, result.
import { printCount } from '../../graph/printNumbers'
import { describe, expect, it } from 'vitest'
import { analyzeDocument } from '../analyze'
import { inception } from '../../lectures/comparisons/bottlenecks'
import { inferDocument } from '../inferDocument'
import { DocumentBuilder } from '../../graph/documentBuilder'
import type { NetworkDocument } from '../../graph/document'
import type { Shape } from '../../graph/shape'
import { countParameters } from '../../layers/define'
import { nodeDefinitions } from '../../layers/index'
import { printStatement, type ArithmeticLine } from '../../shapes/arithmeticLine'
import { explainArithmetic } from './explainArithmetic'

type Step = readonly [id: string, type: string, params?: Record<string, unknown>]

/** A chain of layers on an input. */
function chain(shape: Shape, ...steps: readonly Step[]): NetworkDocument {
  const builder = new DocumentBuilder('chain')
  let last = builder.add('input', 'input', { shape: [...shape] })
  for (const [id, type, params = {}] of steps) last = builder.add(id, type, params, last)
  return builder.build()
}

function explain(document: NetworkDocument, id: string): readonly ArithmeticLine[] {
  const inference = inferDocument(document)
  const rows = new Map(analyzeDocument(document).layers.map((layer) => [layer.id, layer]))
  const node = [...inference.nodes.values()].find((each) => each.node.id === id)
  if (!node) throw new Error(`no sound ${id}: ${JSON.stringify(inference.issues)}`)
  return explainArithmetic(node, inference, rows)
}

/** The line of a title as one text: `formula | numbers | result`. */
function line(lines: readonly ArithmeticLine[], title: string): string {
  const found = lines.find((each) => each.title === title)
  if (!found) throw new Error(`no line ${title}: ${lines.map((each) => each.title).join(', ')}`)
  const { formula, numbers, result } = printStatement(found.states)
  return [formula, numbers, result].filter((part) => part !== undefined).join(' | ')
}

function explainOne(shape: Shape, type: string, params: Record<string, unknown>): readonly ArithmeticLine[] {
  return explain(chain(shape, ['layer', type, params]), 'layer')
}

describe('the table of the lectures', () => {
  it.each([
    { stride: 1, numbers: '⌊(7 − 3 + 2·0)/1⌋ + 1', result: '5' },
    { stride: 2, numbers: '⌊(7 − 3 + 2·0)/2⌋ + 1', result: '3' },
  ])('7x7, 3x3, stride $stride', ({ stride, numbers, result }) => {
    const lines = explainOne([1, 7, 7], 'conv2d', { filters: 1, kernel: 3, stride })
    expect(line(lines, 'Height and width')).toBe(`⌊(N − F + 2·P)/S⌋ + 1 | ${numbers} | ${result}`)
    expect(lines.flatMap(({ warnings = [] }) => warnings)).toEqual([])
  })

  it('7x7, 3x3, stride 3: says why it does not divide and what is dropped', () => {
    const lines = explainOne([1, 7, 7], 'conv2d', { filters: 1, kernel: 3, stride: 3 })
    expect(line(lines, 'Height and width')).toBe('⌊(N − F + 2·P)/S⌋ + 1 | ⌊(7 − 3 + 2·0)/3⌋ + 1 | 2')
    const [size] = lines
    expect(size?.notes).toContain('2.33 is not whole and is rounded down to 2: the rest of the input is not seen.')
    expect(size?.warnings).toEqual([
      '(7 − 3)/3 + 1 = 2.33: the last row is dropped',
      '(7 − 3)/3 + 1 = 2.33: the last column is dropped',
    ])
  })

  it.each([
    [3, 1],
    [5, 2],
    [7, 3],
  ])('7x7, window %d: padding same adds %d at each side and keeps the size', (kernel, pad) => {
    const lines = explainOne([1, 7, 7], 'conv2d', { filters: 1, kernel, padding: 'same-upper' })
    expect(line(lines, 'Height and width')).toBe(`⌊(N − F + 2·P)/S⌋ + 1 | ⌊(7 − ${kernel} + 2·${pad})/1⌋ + 1 | 7`)
  })

  it.each([
    ['same-upper', '⌊(7 − 4 + 1 + 2)/1⌋ + 1'],
    ['same-lower', '⌊(7 − 4 + 2 + 1)/1⌋ + 1'],
  ])('an even window, %s: the odd row on its side', (padding, numbers) => {
    const lines = explainOne([1, 7, 7], 'conv2d', { filters: 1, kernel: 4, padding })
    expect(line(lines, 'Height and width')).toBe(`⌊(N − F + P_begin + P_end)/S⌋ + 1 | ${numbers} | 7`)
  })

  it('32x32x3, ten 5x5, stride 1, pad 2: 760 parameters, 76 per filter', () => {
    const lines = explainOne([3, 32, 32], 'conv2d', { filters: 10, kernel: 5, padding: [2, 2, 2, 2] })
    expect(line(lines, 'Output')).toBe('C × H × W | 10×32×32')
    expect(line(lines, 'Parameters')).toBe('(F_h·F_w·C_in + 1)·C_out | (5·5·3 + 1)·10 | 760')
    expect(lines.flatMap(({ notes = [] }) => notes)).toContain('76 per filter, its bias included')
  })

  it('33x33x5, ten 3x3, stride 2: 16x16x10, 460 parameters', () => {
    const lines = explainOne([5, 33, 33], 'conv2d', { filters: 10, kernel: 3, stride: 2 })
    expect(line(lines, 'Output')).toBe('C × H × W | 10×16×16')
    expect(line(lines, 'Parameters')).toBe('(F_h·F_w·C_in + 1)·C_out | (3·3·5 + 1)·10 | 460')
  })

  it('224x224x3, 64 3x3: 1,792 parameters and 64*27*222*222 multiplications', () => {
    const lines = explainOne([3, 224, 224], 'conv2d', { filters: 64, kernel: 3 })
    expect(line(lines, 'Parameters')).toBe('(F_h·F_w·C_in + 1)·C_out | (3·3·3 + 1)·64 | 1,792')
    expect(line(lines, 'Multiplications')).toBe('C_out·F_h·F_w·C_in·H_out·W_out | 64·3·3·3·222·222 | 85,162,752')
    // 64*222*222*4 = 12,616,704
    expect(line(lines, 'Memory')).toBe('C·H·W·4 bytes | 64·222·222·4 | 12,616,704 bytes = 12 MiB')
  })

  it('AlexNet conv1 and pool1', () => {
    const network = chain(
      [3, 227, 227],
      ['conv1', 'conv2d', { filters: 96, kernel: 11, stride: 4 }],
      ['pool1', 'maxPool2d', { kernel: 3, stride: 2 }],
    )
    const conv1 = explain(network, 'conv1')
    expect(line(conv1, 'Height and width')).toBe('⌊(N − F + 2·P)/S⌋ + 1 | ⌊(227 − 11 + 2·0)/4⌋ + 1 | 55')
    expect(conv1.flatMap(({ notes = [] }) => notes)).toContain('34,848 weights and 96 biases')
    const pool1 = explain(network, 'pool1')
    expect(line(pool1, 'Output')).toBe('C × H × W | 96×27×27')
    expect(line(pool1, 'Parameters')).toBe('0')
    // 11 + 2*4 = 19, 4*2 = 8, 5.5 + 1*4 = 9.5
    expect(line(pool1, 'Receptive field')).toBe('r = r_before + (F − 1)·j_before | 11 + (3 − 1)·4 | 19×19 px')
    expect(line(pool1, 'Jump')).toBe('j = j_before·S | 4·2 | 8 px')
    expect(line(pool1, 'First centre')).toBe(
      's = s_before + ((F − 1)/2 − P)·j_before | 5.5 + ((3 − 1)/2 − 0)·4 | 9.5 px',
    )
  })

  it('3x3 twice sees 5x5, three times 7x7', () => {
    const convolution = { filters: 8, kernel: 3, padding: 'same-upper', bias: false }
    const network = chain(
      [8, 20, 20],
      ['a', 'conv2d', convolution],
      ['b', 'conv2d', convolution],
      ['c', 'conv2d', convolution],
    )
    expect(line(explain(network, 'b'), 'Receptive field')).toBe(
      'r = r_before + (F − 1)·j_before | 3 + (3 − 1)·1 | 5×5 px',
    )
    expect(line(explain(network, 'c'), 'Receptive field')).toBe(
      'r = r_before + (F − 1)·j_before | 5 + (3 − 1)·1 | 7×7 px',
    )
    expect(line(explain(network, 'c'), 'Parameters')).toBe('F_h·F_w·C_in·C_out | 3·3·8·8 | 576')
  })

  it('100 units on a 12-megapixel image: 3,600,000,100 parameters', () => {
    const network = chain([3, 3000, 4000], ['flatten', 'flatten'], ['fc1', 'dense', { units: 100 }])
    const lines = explain(network, 'fc1')
    expect(line(lines, 'Parameters')).toBe('(F_in + 1)·F_out | (36,000,000 + 1)·100 | 3,600,000,100')
    expect(line(lines, 'Multiplications')).toBe('F_in·F_out | 36,000,000·100 | 3,600,000,000')
  })
})

describe('other layers', () => {
  it('a dilated window shows its span, and where rounding up reaches past the input', () => {
    const dilated = explainOne([1, 9, 9], 'conv2d', { filters: 1, kernel: 3, dilation: 2 })
    expect(line(dilated, 'Height and width')).toBe(
      '⌊(N − (D·(F − 1) + 1) + 2·P)/S⌋ + 1 | ⌊(9 − (2·(3 − 1) + 1) + 2·0)/1⌋ + 1 | 5',
    )
    expect(line(dilated, 'Receptive field')).toBe('r = r_before + (F − 1)·D·j_before | 1 + (3 − 1)·2·1 | 5×5 px')
    const up = explainOne([1, 8, 8], 'maxPool2d', { kernel: 3, stride: 2, ceilMode: true })
    expect(line(up, 'Height and width')).toBe('⌈(N − F + 2·P)/S⌉ + 1 | ⌈(8 − 3 + 2·0)/2⌉ + 1 | 4')
    expect(up[0]?.notes).toContain('3.5 is not whole and is rounded up to 4: the last window reaches past the input.')
  })

  it('groups divide the depth of each filter, and different axes have lines of their own', () => {
    const lines = explainOne([4, 6, 9], 'conv2d', { filters: 6, kernel: [3, 2], groups: 2 })
    expect(line(lines, 'Parameters')).toBe('(F_h·F_w·C_in/G + 1)·C_out | (3·2·4/2 + 1)·6 | 78')
    expect(line(lines, 'Height')).toContain('⌊(6 − 3 + 2·0)/1⌋ + 1 | 4')
    expect(line(lines, 'Width')).toContain('⌊(9 − 2 + 2·0)/1⌋ + 1 | 8')
    const depthwise = explainOne([32, 112, 112], 'depthwiseConv2d', { kernel: 3, padding: [1, 1, 1, 1] })
    expect(line(depthwise, 'Parameters')).toBe('(F_h·F_w·C_in/G + 1)·C_out | (3·3·32/32 + 1)·32 | 320')
    expect(line(depthwise, 'Multiplications')).toBe(
      'C_out·F_h·F_w·C_in/G·H_out·W_out | 32·3·3·32/32·112·112 | 3,612,672',
    )
  })

  it('a batch norm learns scale and bias, and its statistics do not count', () => {
    const lines = explainOne([64, 8, 8], 'batchNorm', {})
    expect(line(lines, 'Parameters')).toBe('scale + bias | 64 + 64 | 128')
    expect(lines.flatMap(({ notes = [] }) => notes).join()).toContain('128 running statistics do not count')
  })

  it('a flatten multiplies its extents and ends single positions', () => {
    const lines = explainOne([256, 6, 6], 'flatten', {})
    expect(line(lines, 'Output')).toBe('C·H·W | 256·6·6 | 9,216')
    expect(line(lines, 'Receptive field')).toBe('the whole image')
  })

  it('a block adds up what it holds', () => {
    const lines = explainOne([3, 32, 32], 'convBnRelu', { filters: 64 })
    // 64*3*9 and 2*64
    expect(line(lines, 'Parameters')).toBe('conv + bn | 1,728 + 128 | 1,856')
    expect(line(lines, 'Multiplications')).toBe('conv | 1,769,472')
    expect(line(lines, 'Receptive field')).toContain('3×3 px')
  })

  it('a block of blocks adds up the blocks: the first stage of ResNet-50', () => {
    const lines = explainOne([64, 56, 56], 'residualBottleneck', { filters: 64, repeat: 3 })
    // 64*64 + 9*64*64 + 64*256 weights, 2*(64 + 64 + 256) of the norms; the shortcut 64*256 + 2*256; then 256*64 first
    expect(line(lines, 'Parameters')).toBe('block1 + block2 + block3 | 75,008 + 70,400 + 70,400 | 215,808')
  })
})

/** What an input layer can give: vectors and maps, extents up to a million. */
const canBegin = (shape: Shape = [1]) => (shape.length === 1 || shape.length === 3) && (shape[0] ?? 0) <= 1_000_000

/** All worked examples of layers and blocks with one input or none. */
const cases = nodeDefinitions.flatMap((definition) =>
  definition.examples
    .filter(({ error, inputs }) => error === undefined && inputs.length <= 1 && canBegin(inputs[0]))
    .map(({ name, params, inputs }) => ({ definition, type: definition.type, name, params, input: inputs[0] })),
)

describe('every layer and block', () => {
  it.each(cases)('$type gives the counts of the analysis: $name', ({ definition, params, input }) => {
    const shape = params['shape']
    const network = input
      ? chain(input, ['layer', definition.type, { ...params }])
      : chain(Array.isArray(shape) ? shape : [1])
    const id = input ? 'layer' : 'input'
    const lines = explain(network, id)
    const node = [...inferDocument(network).nodes.values()].find((each) => each.node.id === id)
    const total = countParameters(node?.weights ?? [])
    expect(line(lines, 'Parameters').endsWith(printCount(total))).toBe(true)
    expect(new Set(lines.map(({ subject }) => subject))).toEqual(
      new Set(['output', 'parameters', 'multiplications', 'memory', 'field']),
    )
    for (const each of lines) expect(JSON.stringify(each)).not.toMatch(/undefined|NaN|\[object/)
    expect(lines.some(({ title }) => title === 'Output')).toBe(true)
  })

  it('a rule is stated with its numbers where there is nothing to work out', () => {
    expect(line(explainOne([84], 'leakyRelu', { slope: 0.1 }), 'Rule')).toBe('f(x) = x for x ≥ 0, else 0.1·x')
    expect(line(explainOne([84], 'dropout', { rate: 0.5 }), 'Factor of the values that stay')).toBe(
      '1/(1 − rate) | 1/(1 − 0.5) | 2',
    )
  })

  it('extents that grow: a transposed convolution, an upsampling, zeros around a map', () => {
    const spread = explainOne([4, 7, 7], 'convTranspose2d', {
      filters: 2,
      kernel: 3,
      padding: [1, 1, 1, 1],
      outputPadding: 1,
    })
    // 2*6 + 3 - 2 + 1
    expect(line(spread, 'Height')).toBe('S·(N − 1) + F − P_begin − P_end + P_out | 2·(7 − 1) + 3 − 1 − 1 + 1 | 14')
    expect(line(spread, 'Multiplications')).toBe('C_in·F_h·F_w·C_out·H_in·W_in | 4·3·3·2·7·7 | 3,528')
    expect(line(explainOne([4, 7, 5], 'upsample2d', { scale: [2, 3] }), 'Width')).toBe('N·s | 5·3 | 15')
    expect(line(explainOne([4, 7, 7], 'zeroPad2d', { padding: [1, 0, 2, 0] }), 'Height')).toBe(
      'P_begin + N + P_end | 1 + 7 + 2 | 10',
    )
  })

  it('where branches meet: channels add up, and the largest field counts', () => {
    const network = inception.left.build()
    const lines = explain(network, 'concat')
    expect(line(lines, 'Channels')).toBe('C_1 + C_2 + … | 128 + 192 + 96 + 256 | 672')
    expect(line(lines, 'Receptive field')).toBe('5×5 px')
    expect(line(explain(network, 'conv5x5'), 'Multiplications')).toBe(
      'C_out·F_h·F_w·C_in·H_out·W_out | 96·5·5·256·28·28 | 481,689,600',
    )
  })
})
