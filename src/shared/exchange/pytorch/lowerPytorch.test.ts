// The written code of small networks, the names it gives, and what it refuses; that it computes the same is tests/pytorch.
import { describe, expect, it } from 'vitest'
import type { NetworkDocument, UserBlock } from '../../graph/document'
import { DocumentBuilder } from '../../graph/documentBuilder'
import { NetloomError } from '../../graph/errors'
import { parseNodeId } from '../../graph/nodeId'
import { initialiseWeights } from '../../network/initialise'
import { lowerPytorch, type LowerPytorchOptions } from './lowerPytorch'
import { PythonNames, pythonComment, pythonString } from './pythonText'

const scaling = { mean: [0.5], deviation: [0.25] }

function lower(document: NetworkDocument, options: Partial<LowerPytorchOptions> = {}) {
  return lowerPytorch(document, { weights: initialiseWeights(document, 1), scaling, ...options })
}

/** The classes of model.py, without its head and loader. */
function classesOf(document: NetworkDocument, options: Partial<LowerPytorchOptions> = {}): string {
  const text = lower(document, options).files.find(({ name }) => name === 'model.py')?.text ?? ''
  return text.slice(text.indexOf('\nclass ') + 1, text.indexOf('\n\n\ndef scale'))
}

function buildResidual(): NetworkDocument {
  const builder = new DocumentBuilder('small resnet')
  const input = builder.add('input', 'input', { shape: [3, 8, 8] })
  const first = builder.add('stage1/block1', 'residualBasic', { filters: 3 }, input)
  const second = builder.add('stage1/block2', 'residualBasic', { filters: 3 }, first)
  const third = builder.add('stage2', 'residualBasic', { filters: 6, stride: 2 }, second)
  const pooled = builder.add('pool', 'globalAveragePool', { keepDims: false }, third)
  builder.add('fc', 'dense', { units: 2 }, pooled)
  return builder.build()
}

describe('written PyTorch code', () => {
  it('gives blocks that differ in nothing but shapes one class, and reads from top to bottom', () => {
    expect(classesOf(buildResidual())).toMatchInlineSnapshot(`
      "class ResidualBasic(nn.Module):
          """Residual block.

          stage1/block1: [N, 3, 8, 8] -> [N, 3, 8, 8]
          stage1/block2: [N, 3, 8, 8] -> [N, 3, 8, 8]
          """

          def __init__(self):
              super().__init__()
              self.conv1 = nn.Conv2d(3, 3, kernel_size=3, padding=1, bias=False)
              self.bn1 = nn.BatchNorm2d(3)
              self.relu1 = nn.ReLU()
              self.conv2 = nn.Conv2d(3, 3, kernel_size=3, padding=1, bias=False)
              self.bn2 = nn.BatchNorm2d(3)
              self.relu2 = nn.ReLU()

          def forward(self, x):  # [N, 3, 8, 8]
              y = self.conv1(x)  # [N, 3, 8, 8]
              y = self.bn1(y)  # [N, 3, 8, 8]
              y = self.relu1(y)  # [N, 3, 8, 8]
              y = self.conv2(y)  # [N, 3, 8, 8]
              y = self.bn2(y)  # [N, 3, 8, 8]
              x = y + x  # [N, 3, 8, 8]
              x = self.relu2(x)  # [N, 3, 8, 8]
              return x


      class ResidualBasic2(nn.Module):
          """Residual block.

          stage2: [N, 3, 8, 8] -> [N, 6, 4, 4]
          """

          def __init__(self):
              super().__init__()
              self.conv1 = nn.Conv2d(3, 6, kernel_size=3, stride=2, padding=1, bias=False)
              self.bn1 = nn.BatchNorm2d(6)
              self.relu1 = nn.ReLU()
              self.conv2 = nn.Conv2d(6, 6, kernel_size=3, padding=1, bias=False)
              self.bn2 = nn.BatchNorm2d(6)
              self.shortcut_conv = nn.Conv2d(3, 6, kernel_size=1, stride=2, bias=False)
              self.shortcut_bn = nn.BatchNorm2d(6)
              self.relu2 = nn.ReLU()

          def forward(self, x):  # [N, 3, 8, 8]
              y = self.conv1(x)  # [N, 6, 4, 4]
              y = self.bn1(y)  # [N, 6, 4, 4]
              y = self.relu1(y)  # [N, 6, 4, 4]
              y = self.conv2(y)  # [N, 6, 4, 4]
              y = self.bn2(y)  # [N, 6, 4, 4]
              x = self.shortcut_conv(x)  # [N, 6, 4, 4]
              x = self.shortcut_bn(x)  # [N, 6, 4, 4]
              x = y + x  # [N, 6, 4, 4]
              x = self.relu2(x)  # [N, 6, 4, 4]
              return x


      class SmallResnet(nn.Module):
          """small resnet."""

          def __init__(self):
              super().__init__()
              self.stage1_block1 = ResidualBasic()
              self.stage1_block2 = ResidualBasic()
              self.stage2 = ResidualBasic2()
              self.pool = nn.AdaptiveAvgPool2d(1)
              self.fc = nn.Linear(6, 2)

          def forward(self, x):  # [N, 3, 8, 8]
              x = self.stage1_block1(x)  # [N, 3, 8, 8]
              x = self.stage1_block2(x)  # [N, 3, 8, 8]
              x = self.stage2(x)  # [N, 6, 4, 4]
              x = self.pool(x).flatten(1)  # [N, 6]
              x = self.fc(x)  # [N, 2]
              return x"
    `)
  })

  it('gives a class parameters for the numbers in which its uses differ', () => {
    const builder = new DocumentBuilder('two')
    const input = builder.add('input', 'input', { shape: [3, 8, 8] })
    const first = builder.add('a', 'convBnRelu', { filters: 4, kernel: 3, padding: [1, 1, 1, 1] }, input)
    builder.add('b', 'convBnRelu', { filters: 8, kernel: 3, stride: 2, padding: [1, 1, 1, 1] }, first)
    const text = classesOf(builder.build())
    expect(text).toContain('def __init__(self, in_channels, out_channels, stride')
    expect(text).toMatch(/self\.a = ConvBnRelu\(in_channels=3, out_channels=4, stride=1/)
    expect(text).toMatch(/self\.b = ConvBnRelu\(in_channels=4, out_channels=8, stride=2/)
    expect(text.match(/^class /gm)).toHaveLength(2)
  })

  it("names weights by PyTorch's attributes, and keeps their values", () => {
    const document = buildResidual()
    const weights = initialiseWeights(document, 1)
    const { tensors } = lower(document, { weights })
    expect(tensors.get('stage1_block2.bn1.running_var')?.dims).toEqual([3])
    expect(tensors.get('stage2.shortcut_conv.weight')?.data).toBe(weights.get('stage2/shortcut/conv/weight')?.data)
    expect(tensors.size).toBe(weights.size)
  })

  it('scales pixels inside where asked to', () => {
    const text = classesOf(buildResidual(), { scalingInside: true })
    expect(text).toContain(
      'self.register_buffer("scaling_mean", torch.tensor(MEAN).view(1, 1, 1, 1), persistent=False)',
    )
    expect(text).toContain('x = (x / 255 - self.scaling_mean) / self.scaling_deviation')
  })

  it('leaves out side branches and their weights', () => {
    const builder = new DocumentBuilder('sides')
    const input = builder.add('input', 'input', { shape: [4] })
    const hidden = builder.add('hidden', 'dense', { units: 3 }, input)
    const side = builder.add('side', 'dense', { units: 2 }, hidden)
    builder.add('aux', 'auxiliaryOutput', {}, side)
    builder.add('fc', 'dense', { units: 2 }, hidden)
    const { tensors } = lower(builder.build())
    expect([...tensors.keys()]).toEqual(['hidden.weight', 'hidden.bias', 'fc.weight', 'fc.bias'])
  })

  it('passes several values into and out of a block of the document', () => {
    const block: UserBlock = {
      type: 'user/swap.two',
      title: 'Swap "two"',
      nodes: [
        { id: parseNodeId('first'), type: 'relu', params: {} },
        { id: parseNodeId('second'), type: 'tanh', params: {} },
      ],
      edges: [],
      inputs: [
        { name: 'left', to: [{ node: parseNodeId('first'), port: 'in' }] },
        { name: 'right', to: [{ node: parseNodeId('second'), port: 'in' }] },
      ],
      outputs: [
        { name: 'one', from: { node: parseNodeId('second'), port: 'out' } },
        { name: 'two', from: { node: parseNodeId('first'), port: 'out' } },
      ],
      exposed: [],
    }
    const builder = new DocumentBuilder('swapped')
    const input = builder.add('input', 'input', { shape: [4] })
    const bent = builder.add('bent', 'sigmoid', {}, input)
    builder.add('swap', 'user/swap.two')
    builder.connect(input, 'swap', 'left')
    builder.connect(bent, 'swap', 'right')
    builder.add('sum', 'add')
    builder.connect('swap', 'sum', 'in0', 'one')
    builder.connect('swap', 'sum', 'in1', 'two')
    expect(classesOf({ ...builder.build(), blocks: [block] })).toMatchInlineSnapshot(`
      "class SwapTwo(nn.Module):
          """Swap 'two'.

          swap: [N, 4], [N, 4] -> [N, 4], [N, 4]
          """

          def __init__(self):
              super().__init__()
              self.first = nn.ReLU()
              self.second = nn.Tanh()

          def forward(self, x, y):  # [N, 4], [N, 4]
              x = self.first(x)  # [N, 4]
              y = self.second(y)  # [N, 4]
              return y, x


      class Swapped(nn.Module):
          """swapped."""

          def __init__(self):
              super().__init__()
              self.bent = nn.Sigmoid()
              self.swap = SwapTwo()

          def forward(self, x):  # [N, 4]
              y = self.bent(x)  # [N, 4]
              x, y = self.swap(x, y)  # [N, 4], [N, 4]
              x = x + y  # [N, 4]
              return x"
    `)
  })

  it('refuses an operator of an imported file by its name', () => {
    const builder = new DocumentBuilder('imported')
    const input = builder.add('input', 'input', { shape: [4] })
    builder.add('odd', 'onnxOperator', { opType: 'Erf' }, input)
    expect(() => lower(builder.build())).toThrow(NetloomError)
    expect(() => lower(builder.build())).toThrow('"odd": the operator Erf of an imported file')
  })
})

describe('Python words', () => {
  it('makes identifiers of names, each once, none a keyword or an attribute of a module', () => {
    const names = new PythonNames(['forward'])
    const taken = ['stage1/conv.1', 'stage1_conv_1', '1', 'lambda', 'forward', '__x', 'Größe', 'ü'].map((name) =>
      names.take(name),
    )
    expect(taken.join(' ')).toBe('stage1_conv_1 stage1_conv_1_2 layer_1 lambda_2 forward_2 x Gr_e layer')
  })

  it('keeps text from ending a string or a comment', () => {
    expect(pythonString('a"b\\c\n')).toBe('"a\\"b\\\\c\\n"')
    expect(pythonComment('a """b\\\n c')).toBe("a '''b  c")
  })
})
