// Mean and deviation of the training images as the network gets them; they are asked for, since all images count.
import { Button, Skeleton, Table, Text } from '@mantine/core'
import { useState } from 'react'
import type { ImageFormat } from '../../../../shared/datasets/dataset'
import type { InputScaling } from '../../../../shared/graph/document'
import { useQuery } from '@tanstack/react-query'
import { FailureText } from '../../../kernel/failures/FailureText'
import { queries } from '../../../kernel/queries/queryClient'
import { useDatasetStore } from '../../../session/dataset/datasetStore'
import type { DatasetChosen, Description } from '../../../session/dataset/descriptions'
import { Section } from './Section'
import { useImageFormat } from './useImageFormat'
import styles from '../data.module.css'

const channelNames: Readonly<Record<number, readonly string[]>> = { 1: ['Grey'], 3: ['Red', 'Green', 'Blue'] }

function ScalingTable({ scaling }: { readonly scaling: InputScaling }) {
  const names = channelNames[scaling.mean.length] ?? []
  return (
    <Table className={styles.scaling} withRowBorders={false} verticalSpacing={2}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Channel</Table.Th>
          <Table.Th>Mean</Table.Th>
          <Table.Th>Deviation</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {scaling.mean.map((mean, channel) => (
          <Table.Tr key={names[channel] ?? channel}>
            <Table.Td>{names[channel] ?? channel}</Table.Td>
            <Table.Td>{mean.toFixed(4)}</Table.Td>
            <Table.Td>{(scaling.deviation[channel] ?? 0).toFixed(4)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

export interface NormalisationProps {
  readonly chosen: DatasetChosen
  readonly description: Description
}

/** The numbers by which inputs are scaled: `(pixel / 255 - mean) / deviation`. */
export function Normalisation({ chosen, description }: NormalisationProps) {
  const resize = useDatasetStore((state) => state.resize)
  const networkFormat = useImageFormat(resize)
  const [size] = description.sizes
  const format = networkFormat ?? (size && { channels: description.channels, ...extentsOf(size), resize })
  return format ? <Measuring key={JSON.stringify([chosen, format])} chosen={chosen} format={format} /> : null
}

function extentsOf({ height, width }: { readonly height: number; readonly width: number }) {
  return { height, width }
}

function Measuring({ chosen, format }: { readonly chosen: DatasetChosen; readonly format: ImageFormat }) {
  const [isAsked, setAsked] = useState(false)
  const input = { ...chosen, format }
  const { data, error, isFetching } = useQuery(
    queries.datasets.statistics.queryOptions({ input, enabled: isAsked, staleTime: 0, gcTime: 0 }),
  )
  const { channels, height, width } = format

  return (
    <Section title="Normalisation" aside={<span className={styles.mono}>{`${channels}×${height}×${width}`}</span>}>
      {!isAsked && (
        <Button size="compact-xs" variant="default" onClick={() => setAsked(true)}>
          Measure mean and deviation
        </Button>
      )}
      {isFetching && <Skeleton height={48} />}
      {error && !isFetching && (
        <Text size="xs" c="red" component="div">
          <FailureText error={error} />
        </Text>
      )}
      {data && <ScalingTable scaling={data} />}
      <Text size="xs" c="dimmed" mt={6}>
        Of the training images, over pixel / 255. Training uses these numbers unless the network brings its own.
      </Text>
    </Section>
  )
}
