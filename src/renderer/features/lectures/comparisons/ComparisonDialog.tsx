// Two networks side by side with a lecture's claim: measures, both layer tables, and the way to open either.
import { printBytes, printCount, printShort } from '../../../../shared/graph/printNumbers'
import { Alert, Button, Modal, SegmentedControl, Table } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useMemo } from 'react'
import {
  compareNetworks,
  comparisons,
  findComparison,
  type ComparedMeasure,
  type Comparison,
  type ComparisonResult,
  type CountedNetwork,
  type Measure,
} from '../../../../shared/lectures/comparisons/index'
import { findLayer } from '../../../../shared/layers/index'
import { openLoose } from '../../../session/document/documentFlows'
import { showFailure } from '../../../kernel/failures/showFailure'
import { printShape } from '../../../kernel/print/printFacts'
import classes from './comparisons.module.css'
import { closeArithmetic, openArithmetic } from '../../../session/view/arithmeticStore'

const measureTitles: Readonly<Record<Measure, string>> = {
  parameters: 'Parameters',
  macs: 'Multiplications',
  activationBytes: 'Memory of one image',
  layers: 'Layers',
  receptiveField: 'Receptive field',
  output: 'Output',
}

function printMeasure(measure: Measure, value: number): string {
  if (measure === 'activationBytes') return printBytes(value)
  if (measure === 'receptiveField') return `${value}×${value} px`
  return printCount(value)
}

/** `672×28×28` */
function printOutput({ analysis }: CountedNetwork): string {
  return printShape(analysis.layers.at(-1)?.output ?? [])
}

/** `VGG-16: 1.81 times as much`, by the side that has more. */
function printRatio(
  { left, right }: ComparedMeasure,
  titles: { readonly left: string; readonly right: string },
): string {
  if (left === right) return 'the same'
  const ratio = Math.max(left, right) / Math.max(1, Math.min(left, right))
  const times = ratio >= 100 ? printCount(Math.round(ratio)) : ratio.toPrecision(3)
  return `${left > right ? titles.left : titles.right}: ${times} times as much`
}

function Bar({ value, largest }: { readonly value: number; readonly largest: number }) {
  return (
    <span className={classes.barTrack} aria-hidden>
      <span style={{ width: `${(100 * value) / Math.max(largest, 1)}%` }} />
    </span>
  )
}

function Measures({ result }: { readonly result: ComparisonResult }) {
  return (
    <Table aria-label="Measures" className={classes.measures}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Measure</Table.Th>
          <Table.Th>{result.left.title}</Table.Th>
          <Table.Th>{result.right.title}</Table.Th>
          <Table.Th>Difference</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {result.measures.map((each, index) => {
          const { measure, left, right } = each
          const largest = Math.max(left, right)
          return (
            <Table.Tr key={measure} data-deciding={index === 0 || undefined}>
              <Table.Th scope="row">{measureTitles[measure]}</Table.Th>
              {[left, right].map((value, side) => (
                <Table.Td key={side} data-more={left !== right && value === largest ? true : undefined}>
                  {measure === 'output'
                    ? printOutput(side === 0 ? result.left : result.right)
                    : printMeasure(measure, value)}
                  <Bar value={value} largest={largest} />
                </Table.Td>
              ))}
              <Table.Td>{printRatio(each, { left: result.left.title, right: result.right.title })}</Table.Td>
            </Table.Tr>
          )
        })}
      </Table.Tbody>
    </Table>
  )
}

function openInDesign(network: CountedNetwork): void {
  try {
    openLoose(network.document)
    closeArithmetic()
  } catch (error) {
    showFailure('The network was not opened', error)
  }
}

/** Which measure of a layer the comparison is about: layers that hold most of it are marked. */
function decidingCount({ measures }: Comparison): 'parameters' | 'macs' {
  return measures[0] === 'macs' ? 'macs' : 'parameters'
}

interface NetworkProps {
  readonly side: 'left' | 'right'
  readonly network: CountedNetwork
  readonly comparison: Comparison
}

function Network({ side, network, comparison }: NetworkProps) {
  const { title, analysis } = network
  const key = decidingCount(comparison)
  const total = key === 'macs' ? analysis.macs : analysis.parameters.total
  return (
    <section className={classes.network} aria-label={title}>
      <header>
        <h3>{title}</h3>
        <Button variant="default" onClick={() => openInDesign(network)}>
          Open {side} in Design
        </Button>
      </header>
      <div className={classes.networkTable}>
        <Table aria-label={`Layers: ${title}`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Layer</Table.Th>
              <Table.Th>Kind</Table.Th>
              <Table.Th>Output</Table.Th>
              <Table.Th>Parameters</Table.Th>
              <Table.Th>Multiplications</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {analysis.layers.map((layer) => (
              <Table.Tr key={layer.id} data-heavy={total > 0 && layer[key] > total / 4 ? true : undefined}>
                <Table.Td className={classes.code}>{layer.id}</Table.Td>
                <Table.Td>{findLayer(layer.type)?.title ?? layer.type}</Table.Td>
                <Table.Td className={classes.code}>{printShape(layer.output)}</Table.Td>
                <Table.Td title={printCount(layer.parameters)}>{printShort(layer.parameters)}</Table.Td>
                <Table.Td title={printCount(layer.macs)}>{printShort(layer.macs)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </section>
  )
}

function ComparisonBody({ comparison }: { readonly comparison: Comparison }) {
  const result = useMemo(() => compareNetworks(comparison), [comparison])
  return (
    <>
      <blockquote className={classes.claim}>
        <p>{comparison.claim}</p>
        <cite>{comparison.source}</cite>
      </blockquote>
      <ul className={classes.claimArithmetic} aria-label="Arithmetic of the claim">
        {comparison.arithmetic.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {comparison.note !== undefined && (
        <Alert color="indigo" variant="light" p={10} icon={<IconInfoCircle size={16} aria-hidden />}>
          {comparison.note}
        </Alert>
      )}
      <Measures result={result} />
      <div className={classes.networks}>
        <Network side="left" network={result.left} comparison={comparison} />
        <Network side="right" network={result.right} comparison={comparison} />
      </div>
    </>
  )
}

/** The window of a comparison; the others are one press away. */
export function ComparisonDialog({ id }: { readonly id: string }) {
  const comparison = findComparison(id)
  if (!comparison) return null
  return (
    <Modal
      opened
      fullScreen
      title={comparison.title}
      classNames={{ body: classes.comparison }}
      onClose={closeArithmetic}
    >
      <SegmentedControl
        aria-label="Comparison"
        data={comparisons.map(({ id, title }) => ({ value: id, label: title }))}
        value={id}
        onChange={(value) => openArithmetic({ kind: 'comparison', id: value })}
      />
      <ComparisonBody key={id} comparison={comparison} />
    </Modal>
  )
}
