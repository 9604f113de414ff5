// What was found in an imported file, and what became of it: sizes, operators, notes; not the receipt.
import { printCount } from '../../../../shared/graph/printNumbers'
import { Text } from '@mantine/core'
import type { ImportFacts } from '../../../../shared/contract/importCalls'
import { findDefinition } from '../../../../shared/layers/index'
import { printShape } from '../../../kernel/print/printFacts'
import { FactList, type Fact } from '../../../kernel/parts/FactList'
import { Notice } from '../../../kernel/parts/Notice'
import styles from '../models.module.css'

function listCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} × ${name}`)
    .join(', ')
}

/** `3 × Residual block`: the types as the palette calls them. */
function describeBlocks(blocks: ImportFacts['blocks']): string {
  const titled = Object.entries(blocks).map(([type, count]) => [findDefinition(type)?.title ?? type, count] as const)
  return listCounts(Object.fromEntries(titled))
}

function listFacts({ opset, operators, input, output, nodes, blocks, parameters, macs }: ImportFacts): readonly Fact[] {
  const gathered = describeBlocks(blocks)
  return [
    { name: 'Input', value: `${input.name}: ${printShape(input.shape)}`, isCode: true },
    { name: 'Output', value: `${output.name}: ${printShape(output.shape)}`, isCode: true },
    { name: 'Parameters', value: printCount(parameters) },
    { name: 'MACs', value: printCount(macs), tooltip: 'Multiply-accumulates for one image' },
    { name: 'On the canvas', value: `${printCount(nodes)} nodes` },
    ...(gathered === '' ? [] : [{ name: 'Blocks', value: gathered }]),
    {
      name: 'Operators',
      value: `${printCount(operators.total)} in the file${opset > 0 ? ` (opset ${opset})` : ''}; ${printCount(operators.folded)} folded, ${printCount(operators.kept)} kept`,
    },
  ]
}

/** The facts. */
export function ImportFactsView({ facts }: { readonly facts: ImportFacts }) {
  const { operators, notes } = facts
  const unsupported = listCounts(operators.unsupported)
  return (
    <section aria-label="What was found" className={styles.found}>
      <FactList facts={listFacts(facts)} />
      {unsupported !== '' && (
        <Notice tone="info" title="Operators without a layer here">
          {unsupported}. They stay as ONNX operators: they are run and exported unchanged.
        </Notice>
      )}
      {notes.length > 0 && (
        <details className={styles.notes}>
          <summary>{notes.length === 1 ? '1 note' : `${notes.length} notes`}</summary>
          {notes.map((note) => (
            <Text key={note} size="xs" c="dimmed">
              {note}
            </Text>
          ))}
        </details>
      )}
    </section>
  )
}
