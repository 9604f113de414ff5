// What a dataset is: how it was recognised, splits, classes, sizes, findings; not its images.
import { countOf, printCount, printShare } from '../../../../shared/graph/printNumbers'
import { Group, Stack, Text } from '@mantine/core'
import { splitNames } from '../../../../shared/datasets/dataset'
import { ClassList } from './ClassList'
import type { DatasetChosen, Description } from '../../../session/dataset/descriptions'
import { CorrectionHistory } from './CorrectionHistory'
import { Findings } from './Findings'
import { Normalisation } from './Normalisation'
import { groupSizes, printSizeRange } from './sizeHistogram'
import { Bar, Section } from './Section'
import { splitColours, splitTitles } from '../../../kernel/print/splitTexts'
import styles from '../data.module.css'

function Splits({ description }: { readonly description: Description }) {
  const { splits, splitRule } = description
  const total = splitNames.reduce((sum, name) => sum + (splits[name]?.count ?? 0), 0)
  return (
    <Section title="Splits" aside={countOf(total, 'image')}>
      {splitNames.map((name) => {
        const count = splits[name]?.count ?? 0
        return (
          <Bar
            key={name}
            label={splitTitles[name]}
            value={count}
            most={total}
            colour={splitColours[name]}
            right={count === 0 ? 'none' : `${printCount(count)} · ${printShare(count / total, 0)}`}
          />
        )
      })}
      <Text size="xs" c="dimmed" mt={6}>
        {splitRule}
      </Text>
    </Section>
  )
}

function Sizes({ sizes }: Pick<Description, 'sizes'>) {
  const bars = groupSizes(sizes)
  const most = Math.max(0, ...bars.map(({ count }) => count))
  if (bars.length === 0) return null
  return (
    <Section title="Image sizes" aside={<span className={styles.mono}>{printSizeRange(sizes)}</span>}>
      {bars.map(({ label, count }) => (
        <Bar key={label} label={label} value={count} most={most} colour="var(--nl-dim)" right={printCount(count)} />
      ))}
    </Section>
  )
}

const kindTitles: Readonly<Record<string, string>> = {
  builtin: 'Built in',
  idx: 'MNIST files (IDX)',
  cifar: 'CIFAR binary files',
  folder: 'Folder of classes',
  csv: 'CSV list',
}

export interface DescriptionPanelProps {
  readonly chosen: DatasetChosen
  readonly description: Description
  readonly isQuick: boolean
  readonly classFilter: number | null
  readonly onClassFilter: (label: number | null) => void
}

/** All that is known of a dataset, in sections. */
export function DescriptionPanel({ chosen, description, isQuick, classFilter, onClassFilter }: DescriptionPanelProps) {
  const { kind, recognisedBecause, channels, classes, fingerprint } = description
  return (
    <Stack gap={0}>
      <Section title="Recognised as">
        <Group gap={6} mb={6}>
          <span className={styles.chip}>{kindTitles[kind] ?? kind}</span>
          <span className={styles.chip}>{channels === 1 ? 'grey' : 'colour'}</span>
          <span className={styles.chip}>{countOf(classes.length, 'class', 'classes')}</span>
        </Group>
        <Text size="xs">{recognisedBecause}</Text>
        <Text size="xs" c="dimmed" className={styles.mono} mt={4} title="Changes when images, order or classes change">
          {fingerprint.slice(0, 16)}
        </Text>
      </Section>
      <Findings description={description} isQuick={isQuick} />
      <CorrectionHistory chosen={chosen} />
      <Splits description={description} />
      <ClassList chosen={chosen} description={description} classFilter={classFilter} onClassFilter={onClassFilter} />
      <Sizes sizes={description.sizes} />
      <Normalisation chosen={chosen} description={description} />
    </Stack>
  )
}
