// The experiment "perceptron": what one layer of thresholds learns and what it cannot, and what a hidden layer changes.
import { perceptron } from '../architectures/perceptron'
import { sigmoidMlp } from '../architectures/sigmoidMlp'
import { truthTables, type TruthTableName } from '../../datasets/truthTables'
import { recipeSchema } from '../../training/recipe'
import type { Experiment, ExperimentRequest, Variant } from './experimentPlan'
import { judgeParts, resultOf } from './judging'
import type { TableResult, VariantResult } from './results'
import { makeVariant } from './variant'

/** Rows that a network answers wrongly after an epoch. */
export function countWrong({ name }: Pick<TableResult, 'name'>, answers: readonly number[]): number {
  return truthTables[name].filter(({ answer }, row) => answers[row] !== answer).length
}

/** Wrong rows after the last epoch. */
function wrongAtEnd(result: VariantResult): { readonly wrong: number; readonly rows: number } {
  const { table } = result
  const answers = table?.epochs.at(-1)?.answers ?? []
  return table ? { wrong: countWrong(table, answers), rows: answers.length } : { wrong: 0, rows: 0 }
}

/** The plane of a perceptron as an equation: `1 x1 + 0.5 x2 - 1 = 0`. */
export function printPlane({ weights, bias }: { readonly weights: readonly number[]; readonly bias: number }): string {
  const number = (value: number) => String(Number(Math.abs(value).toPrecision(4)))
  const terms = weights.map((weight, index) => ({ value: weight, text: `${number(weight)} x${index + 1}` }))
  const all = [...terms, { value: bias, text: number(bias) }]
  const sum = all.map(({ value, text }, index) =>
    index === 0 ? `${value < 0 ? '-' : ''}${text}` : `${value < 0 ? '-' : '+'} ${text}`,
  )
  return `${sum.join(' ')} = 0`
}

/** A network for a table: its recipe is part of its document. */
function tableVariant(
  request: ExperimentRequest,
  table: TruthTableName,
  kind: 'perceptron' | 'mlp',
  title: string,
): Variant {
  const inputs = truthTables[table][0]?.inputs.length ?? 0
  const architecture = kind === 'mlp' ? sigmoidMlp : perceptron
  const network = architecture.build({ input: [1, 1, inputs], classes: 2 })
  const reference = `builtin:${table}`
  const recipe = recipeSchema.parse(network.recipe ?? {})
  return makeVariant(request, { id: `${kind}-${table}`, title, network, recipe, reference, watch: 'table' })
}

export const perceptronTables: Experiment = {
  id: 'perceptron',
  title: 'Perceptron and XOR',
  lecture: 'Lecture 1, "Artificial Neural Network", "Perceptron Learning Rule" and "Multilayer Neural Network"',
  claim:
    'The perceptron rule learns the table of eight rows (1 if at least two of three inputs are 1). It fails on XOR, which no plane separates; a network with a hidden layer solves it.',
  method:
    'One unit with the sign function learns by w + 0.5 (y - f) x, one row after the other, from weights of 0: on the table of lecture 1, on AND and on XOR. A network of four hidden sigmoid units learns XOR by the squared error.',
  data: { reference: 'builtin:truth-table', input: [1, 1, 3], classes: 2 },
  takesData: false,
  curve: null,
  variants: (request) => [
    tableVariant(request, 'truth-table', 'perceptron', 'Perceptron, two of three'),
    tableVariant(request, 'and', 'perceptron', 'Perceptron, AND'),
    tableVariant(request, 'xor', 'perceptron', 'Perceptron, XOR'),
    tableVariant(request, 'xor', 'mlp', 'MLP, XOR'),
  ],
  judge(results) {
    const of = (id: string) => wrongAtEnd(resultOf(results, id))
    const [table, and, xor, mlp] = [
      of('perceptron-truth-table'),
      of('perceptron-and'),
      of('perceptron-xor'),
      of('mlp-xor'),
    ]
    const print = ({ wrong, rows }: { readonly wrong: number; readonly rows: number }) =>
      `${rows - wrong} of ${rows} rows`
    return judgeParts(
      [
        { what: 'The perceptron learns the table', agrees: table.wrong === 0 },
        { what: 'It learns AND', agrees: and.wrong === 0 },
        { what: 'It cannot learn XOR', agrees: xor.wrong > 0 },
        { what: 'The MLP learns XOR', agrees: mlp.wrong === 0 },
      ],
      `After the last epoch the perceptron answers ${print(table)} of the table right, ${print(and)} of AND and ${print(xor)} of XOR; the MLP answers ${print(mlp)} of XOR right.`,
    )
  },
}
